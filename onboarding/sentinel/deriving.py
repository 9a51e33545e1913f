"""The sentinel's verdict, derived from the battery's outcomes and scores: when it is given, and when replayed. Pure.

It is sealed twice where a companion is looked at again while its application is still open: as the end of the
application's review, and as a word on the companion; ``step`` says which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived
from onboarding.models.sentinel import POSITIVE
from onboarding.sentinel import declared
from onboarding.sentinel.judging import Judged, Word, judge

VERDICT = "sentinel.verdict"
CONCLUDES, LOOKS_AGAIN = "concludes", "looks again"


def basis_of(battery: Sequence[Judged], record: Mapping[str, Any], *, scorer: str) -> dict[str, Any]:
    """Every prompt's outcome, what was declared, and the scorer's digest; no texts. ``step`` is added when sealed."""
    told = [asdict(it) for it in battery]
    return {"rule": VERDICT, "battery": plain(told), "declared": declared.shape_of(record), "scorer": scorer}


def word_of(basis: Mapping[str, Any], law: Law) -> Word:
    """The verdict that this basis leads to."""
    battery = [Judged(**row) for row in basis["battery"]]
    return judge(battery, declared.notes(basis["declared"], law), law, scorer=basis["scorer"])


def replay(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  every rule is asked alike
    """The end of an application's review, or the word on a companion."""
    verdict = word_of(basis, law).verdict
    if basis["step"] == CONCLUDES:
        return Derived("conclude_review", "steward_review", {"verdict": verdict.value})
    return Derived("review", None, {"verdict": verdict.value, "is_positive": verdict in POSITIVE})
