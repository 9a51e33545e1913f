"""The automatic steps of an appeal, each derived from what it rests on: when it is taken, and when replayed. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from appeals.rules import finding_on, ruling
from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived

SELF_REVIEW_OVER, REVIEW, GRANTED = "appeal.self_review_over", "appeal.review", "appeal.granted"
REACHES = {
    "bring_to_steward": "steward_review",
    "deny_by_sentinel": "denied_by_sentinel",
    "grant_by_sentinel": "granted",
}


def over_basis(due_at: datetime | None, *, against_sentinel: bool) -> dict[str, Any]:
    """What the end of a self-review rests on: until when the party could read, and whom the appeal is against."""
    return {"rule": SELF_REVIEW_OVER, "due_at": plain(due_at), "against_sentinel": against_sentinel}


def after_self_review(*, against_sentinel: bool) -> str:
    """The move that ends a self-review: the sentinel does not look at an appeal against itself."""
    return "skip_sentinel" if against_sentinel else "finish_self_review"


def review_basis(about_move: str, answers: Sequence[Mapping[str, Any]], *, against_person: bool) -> dict[str, Any]:
    """What the sentinel's ruling rests on: what is contested, and both scorers' readings, without texts."""
    told = {"about_move": about_move, "against_person": against_person, "answers": plain(list(answers))}
    return {"rule": REVIEW, **told}


def granted_basis(about_move: str, appeal: str) -> dict[str, Any]:
    """What the end of a contested offence rests on: the sentinel granted the appeal against it."""
    return {"rule": GRANTED, "about_move": about_move, "appeal": appeal}


def replay_granted(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  asked alike
    """An offence that was contested and granted is void; whether it was rightly granted the appeal's own entry says."""
    return Derived("void", "voided") if basis["about_move"] == "confirm" else Derived("stay", "confirmed")


def replay_over(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  asked alike
    """The self-review ends when its time is over, and not before."""
    if basis["due_at"] is None or at < datetime.fromisoformat(basis["due_at"]):
        return Derived("stay", "self_review")
    against_sentinel = basis["against_sentinel"]
    reaches = "steward_review" if against_sentinel else "sentinel_review"
    return Derived(after_self_review(against_sentinel=against_sentinel), reaches)


def replay_review(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  asked alike
    """Granted, denied, or brought to a steward."""
    found = finding_on(basis["about_move"], basis["answers"])
    move = ruling(found.holds, against_person=basis["against_person"])
    return Derived(move, REACHES[move])
