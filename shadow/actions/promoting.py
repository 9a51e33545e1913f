"""A trial is settled: a second person promotes the scorer, which enacts a law, or anyone of the desk drops it."""

import uuid
from datetime import datetime
from typing import Any

from charter.actions import promote_scorer
from charter.models import LawVersion
from charter.queries import version_at
from charter.scoring.registry import scorer_of
from ledger.actors import Actor, Forbidden, four_eyes
from ledger.decisions import Refused, decide
from ledger.hands import send_on_commit
from ledger.sealing import sealed_atomic
from shadow.actions.rescoring import TASK, digest_of_candidate
from shadow.models import ScorerTrial
from shadow.models.trial import TrialState

_PERSON = "urn:uuid:"
_NAMED = 10


def promote(
    trial: ScorerTrial, *, by: Actor, reason: str, at: datetime, signed_off: bool = False, version: int | None = None
) -> ScorerTrial:
    """Let the law name this scorer: a version is enacted that differs in the scorer alone, with the trial's report.

    ``signed_off``: whoever promotes takes it on themselves, for ``reason``, that compliance of some companions moves
    beyond its interval. Raises Forbidden for whoever started it, and Refused with all that stands against it.
    """
    law = version_at(at)
    with sealed_atomic():

        def effect(row: ScorerTrial) -> dict[str, Any]:
            objections = objections_to(row, law)
            if objections:
                raise Refused(*objections)
            _ask_for_sign_off(row, signed_off=signed_off)
            row.enacted = _enacted(row, law, by=by, at=at, reason=reason)
            row.settled_at = row.cursor_at = at
            moved = len(row.results["moved"])
            return {"law": row.enacted.version, "moved": moved, "signed_off": bool(moved) and signed_off}

        _may_promote(trial, by)
        decide(
            trial,
            "promote",
            by=by,
            at=at,
            under=law.law,
            reason=reason,
            evidence={"report": trial.results},
            effect=effect,
            version=version,
        )
        send_on_commit(TASK)
    return trial


def drop(trial: ScorerTrial, *, by: Actor, reason: str, at: datetime, version: int | None = None) -> ScorerTrial:
    """Let the scorer in force stay: the trial ends, and what it read counts for nothing."""

    def effect(row: ScorerTrial) -> None:
        row.settled_at, row.lease_until = at, None

    law = version_at(at)
    return decide(trial, "drop", by=by, at=at, under=law.law, reason=reason, effect=effect, version=version)


def objections_to(trial: ScorerTrial, law: LawVersion) -> list[str]:
    """What stands against promoting this scorer under ``law``, whoever asks and signs; empty where nothing does."""
    scoring = law.law.scoring
    found = []
    if trial.asked < scoring.rescored:
        found.append(f"It was to read the last {trial.asked} answers; the law asks for {scoring.rescored}.")
    if trial.results and not trial.results["answers"]:
        found.append("No answer was read by both scorers: nothing shows what would change.")
    if trial.enacted_id is None and scorer_of(law.law).digest != trial.incumbent:
        found.append("Another scorer is in force than the one that it was compared with: try it again.")
    if digest_of_candidate(law.law, trial.scorer, trial.scorer_version) != trial.candidate:
        found.append("This host makes another scorer of that name than the one that was tried: try it again here.")
    return found


def _may_promote(trial: ScorerTrial, by: Actor) -> None:
    if trial.state == TrialState.OPEN:
        raise Refused(
            f"It has read {trial.done} of {trial.total} answers: a scorer is promoted when it has read them all."
        )
    if not trial.starter_ref:
        raise Forbidden("Nobody's name stands under the start of this trial. A person starts it, another promotes.")
    four_eyes(by, others=[trial.starter_ref])


def _ask_for_sign_off(trial: ScorerTrial, *, signed_off: bool) -> None:
    moved = trial.results["moved"]
    if not moved or signed_off:
        return
    more = f" and {len(moved) - _NAMED} more" if len(moved) > _NAMED else ""
    raise Refused(
        f"Compliance moves beyond its interval for {', '.join(moved[:_NAMED])}{more}. "
        "Promote it by signing that off, with the reason why it is right."
    )


def _enacted(trial: ScorerTrial, law: LawVersion, *, by: Actor, at: datetime, reason: str) -> LawVersion:
    return promote_scorer(
        trial.scorer,
        trial.scorer_version,
        replaces=law,
        by=by,
        at=at,
        reason=reason,
        evidence={"trial": trial.results},
        author=trial.started_by_id,
        approver=uuid.UUID(by.ref.removeprefix(_PERSON)),
    )
