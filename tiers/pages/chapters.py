"""The life of a companion told from first to last, in sentences, each with where it is sealed or shown."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from ledger.queries import Told
from shadow.models import BatteryRun
from tiers.models import Decline, Incident, Monitoring, Nomination, Penalty, RiseReview
from tiers.models.decline import State as DeclineState
from tiers.models.incident import State as IncidentState
from tiers.models.nomination import State as NominationState
from tiers.pages import declines, offences
from tiers.queries.story import Story

MOST = 120


@dataclass(frozen=True)
class Chapter:
    """Something that happened, in a sentence; ``url`` leads to where it is sealed or told whole."""

    at: datetime
    says: str
    url: str = ""


def chapters(story: Story, told: Sequence[Told]) -> list[Chapter]:
    """What befell it, the oldest first; of a very long life the last ``MOST`` chapters."""
    found = [*_moves(told), *_declines(story.declines), *_incidents(story), *_watches(story.monitorings),
             *_nominations(story.nominations), *_reviews(story.reviews), *_batteries(story.batteries)]  # fmt: skip
    return sorted(found, key=lambda each: each.at)[-MOST:]


def _moves(told: Iterable[Told]) -> Iterator[Chapter]:
    # Told newest first: of two at one time the one that was sealed earlier stands first.
    for row in reversed(list(told)):
        if row.subject[0] == "companion" and (says := _says(row)):
            yield Chapter(row.at, says, f"/decisions/{row.decision_id}")


def _says(row: Told) -> str:
    if row.move.startswith("rise_to_"):
        return f"It rose to the tier {row.to_state}."
    if row.move.startswith("fall_to_"):
        return f"It fell to the tier {row.to_state}."
    say = _MOVES.get(row.move)
    return say(row) if say else ""


def _active(row: Told) -> str:
    weight, tier = row.facts.get("vote_weight"), row.facts.get("tier")
    return f"It left shadow mode and became active at the tier {tier}, its vote weighing {weight}."


def _suspended(row: Told) -> str:
    until = parse_datetime(str(row.facts.get("until") or ""))
    return f"It was suspended until {until:%Y-%m-%d %H:%M} UTC." if until else "It was suspended."


_MOVES: dict[str, Callable[[Told], str]] = {
    "enrol": lambda row: (
        f"It was mounted by its provider {row.actor[1]}." if row.actor[0] == "provider" else "It was entered."
    ),
    "open_shadow": lambda _: "Shadow mode opened: it was asked real questions, scored, and never counted.",
    "bring_to_steward": lambda _: "It had been in shadow mode for very long: a steward was asked to look.",
    "activate": _active,
    "ask_review": lambda _: "The sentinel was asked to look at it again.",
    "return_to_shadow": lambda _: "It had changed, and went back to shadow mode as a precaution, keeping its tier.",
    "suspend": _suspended,
    "change_suspension": lambda _: "Its suspension was given another length.",
    "end_suspension": lambda row: (
        "Its suspension was lifted early." if row.facts.get("early") else "Its suspension was over."
    ),
    "freeze": lambda _: "It was frozen as a precaution, without fault.",
    "unfreeze": lambda _: "The precaution was lifted.",
    "remove": lambda _: "A steward removed it for good.",
    "retire": lambda _: "Its provider took it back.",
}


def _declines(rows: Iterable[Decline]) -> Iterator[Chapter]:
    for row in rows:
        name = declines.name(row).removeprefix("the ")
        value, asked = declines.number(row, row.value), declines.number(row, row.asked)
        yield Chapter(row.began_at, f"Its {name} fell to {value}, below the {asked} that {row.tier} asks.", "#declines")
        if row.ended_at is not None:
            yield Chapter(row.ended_at, _DECLINE_ENDS[row.state].format(name), "#declines")


_DECLINE_ENDS: dict[str, str] = {
    DeclineState.RECOVERED: "Its {} recovered.",
    DeclineState.FELL: "Its {} did not recover in time.",
    DeclineState.ENDED: "The clocks of its {} ended: something else settled it.",
}


def _incidents(story: Story) -> Iterator[Chapter]:
    penalties = {row.incident_id: row for row in story.penalties}
    for row in story.incidents:
        url = f"#{row.public_id}"
        yield Chapter(row.opened_at, f"{row.public_id} was opened, {row.severity}: {row.summary}", url)
        if row.confirmed_at is not None:
            yield Chapter(row.confirmed_at, _confirmed(row, penalties.get(row.pk)), url)
        if row.closed_at is not None and row.state in _INCIDENT_ENDS:
            yield Chapter(row.closed_at, f"{row.public_id} was {_INCIDENT_ENDS[row.state]}.", url)


_INCIDENT_ENDS: dict[str, str] = {
    IncidentState.CLEARED: "cleared: it was no offence",
    IncidentState.VOIDED: "void: it never counted, and neither did what it brought",
}


def _confirmed(row: Incident, penalty: Penalty | None) -> str:
    came = f": {offences.brought(penalty)}" if penalty and row.state == IncidentState.CONFIRMED else ""
    return f"{row.public_id} was confirmed{came}."


def _watches(rows: Iterable[Monitoring]) -> Iterator[Chapter]:
    for row in rows:
        yield Chapter(row.began_at, f"It was watched more closely, until {row.until:%Y-%m-%d}.", "#watch")
        if row.plan_given_at is not None:
            yield Chapter(row.plan_given_at, "Its provider gave a plan to do better.", "#watch")


def _nominations(rows: Iterable[Nomination]) -> Iterator[Chapter]:
    for row in rows:
        yield Chapter(row.opened_at, f"A steward nominated it for the tier {row.tier}.", "#nomination")
        if row.closed_at is not None and row.state in _NOMINATION_ENDS:
            yield Chapter(row.closed_at, f"The nomination for {row.tier} {_NOMINATION_ENDS[row.state]}.", "#nomination")


_NOMINATION_ENDS: dict[str, str] = {
    NominationState.DECLINED: "was declined by a steward",
    NominationState.WITHDRAWN: "was taken back by who had made it",
    NominationState.LAPSED: "lapsed",
}


def _reviews(rows: Iterable[RiseReview]) -> Iterator[Chapter]:
    for row in rows:
        if not row.rose:
            names = ", ".join(open_of(row.criteria)) or "nothing that is named"
            yield Chapter(row.reviewed_at, f"Its review for the tier {row.tier} was held; still missing: {names}.",
                          f"/decisions/{row.sealed_as.public_id}")  # fmt: skip


def open_of(criteria: Iterable[dict[str, Any]]) -> list[str]:
    """Names of kept criteria that are required and do not pass."""
    return [str(each["name"]) for each in criteria if each.get("required", True) and each["verdict"] != "pass"]


def _batteries(rows: Iterable[BatteryRun]) -> Iterator[Chapter]:
    for row in rows:
        if row.ended_at is not None:
            name, share = row.battery.replace("_", " "), f"{row.good} good of {row.measured} measured"
            yield Chapter(row.ended_at, f"The battery {name} ended: {row.result}, {share}.", "#batteries")
