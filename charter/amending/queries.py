"""Amendments by name, what each would change, and what stands against proposing it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from charter.amending.comparing import Change, changes_between
from charter.amending.constitution import constitutional, refusal_of
from charter.law import Law
from charter.lint import Remark, lint
from charter.models import Amendment
from charter.queries import latest_version
from charter.typed import LawMalformed
from faces.figures.amounts import in_words

LONGEST_NUMBER = 18
# A scorer is promoted by a trial over real answers, which no simulation of sums can stand for.
OF_THE_SCORER = frozenset({"scoring.scorer", "scoring.scorer_version"})


def amendment_called(ref: str) -> Amendment:
    """The amendment ``AMD-00001``. Raises Amendment.DoesNotExist."""
    prefix, _, digits = ref.strip().upper().partition("-")
    if prefix != "AMD" or not (digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER):
        raise Amendment.DoesNotExist(ref)
    return Amendment.objects.select_related("base", "author").get(number=int(digits))


def changes_of(amendment: Amendment) -> list[Change]:
    """What it changes of the version that it was drafted over, line by line."""
    return changes_between(amendment.base.document, amendment.document)


def remarks_on(law: Law) -> list[Remark]:
    """The lint of a law that somebody drafted; numbers that nothing can be computed from are an error of it."""
    try:
        return lint(law)
    except (ArithmeticError, ValueError) as error:
        says = (
            f"Its numbers cannot be computed with ({type(error).__name__}): a share or a confidence lies out of range."
        )
        return [Remark("incomputable", "error", "law", says)]


def objections_to(amendment: Amendment, *, law: Law, at: datetime) -> list[str]:
    """All that stands against proposing or approving it under ``law``, the one in force at ``at``, as sentences."""
    try:
        draft = amendment.law
    except LawMalformed as error:
        return [f"Its document cannot be read: {error}. Draft it anew."]
    changes = changes_of(amendment)
    return [
        *([] if amendment.rationale else ["It says nothing of why. Write a rationale: everybody will read it."]),
        *_against_its_base(amendment, at),
        *_against_its_lines(law, changes),
        *(f"{it.where}: {it.says}" for it in remarks_on(draft) if it.severity == "error"),
        *_against_its_simulation(amendment, draft, law),
    ]


def _against_its_base(amendment: Amendment, at: datetime) -> list[str]:
    last = latest_version()
    if last.pk == amendment.base_id:
        return []
    when = "was enacted meanwhile" if last.effective_from <= at else "is enacted already, to take effect later"
    return [f"It was drafted over law {amendment.base.version}, and law {last.version} {when}. Draft it over that one."]


def _against_its_lines(law: Law, changes: Iterable[Change]) -> list[str]:
    found = list(changes)
    scorer = [f"{it.path}: a scorer is promoted by a trial, not amended." for it in found if it.path in OF_THE_SCORER]
    return [*map(refusal_of, constitutional(law, found)), *scorer]


def _against_its_simulation(amendment: Amendment, draft: Law, law: Law) -> list[str]:
    report = amendment.simulation
    if not report:
        return ["It was not tried yet. Simulate it on history first."]
    if amendment.simulated_digest != draft.digest:
        return ["It was changed after it was tried. Simulate this document."]
    if report["against"]["digest"] != amendment.base.digest:
        return ["It was tried against another law than the one that it changes. Simulate it anew."]
    if not reaches_far_enough(report, law):
        asked = in_words(law.amendments.simulated_since)
        return [f"It was tried on too short a time: the law asks for {asked}, or for all history there is."]
    return []


def reaches_far_enough(report: Mapping[str, Any], law: Law) -> bool:
    """Whether a simulation covers the time that ``law`` asks for, or all of history, for every companion."""
    over = datetime.fromisoformat(report["until"]) - datetime.fromisoformat(report["since"])
    whole = report["companions"]["chosen"] is None
    return whole and (over >= law.amendments.simulated_since or bool(report["all_history"]))
