"""An application drawn: its strip, and what its state means in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from faces.figures.amounts import exact_utc
from faces.figures.strip import Step, Strip
from ledger.queries import Told
from onboarding.models import Application
from onboarding.models.application import State
from onboarding.queries import Status
from registry.pages.history import actor_shown, in_words

_WAY = (
    State.SUBMITTED,
    State.CHECKING,
    State.SENTINEL_REVIEW,
    State.STEWARD_REVIEW,
    State.APPROVED,
    State.MOUNTED,
)
_ENDINGS = (State.RETURNED, State.REJECTED, State.WITHDRAWN)
_TONES = {State.RETURNED: "inconclusive", State.REJECTED: "fail", State.MOUNTED: "pass"}


@dataclass(frozen=True)
class Words:
    """What the present state means: what happened, what comes next and by when, who acts."""

    what: str
    next: str
    who: str


def strip(application: Application, told: Sequence[Told], *, at: datetime) -> Strip:
    """The way of an application, with when and by whom each state was reached."""
    reached = {row.to_state: row for row in sorted(told, key=lambda row: row.index)}
    here = State(application.state)
    name = f"The way of {application.model_name}"
    if here in _ENDINGS:
        gone = [_gone(state, reached) for state in _WAY if state in reached]
        return Strip(name, (*gone, _here(here, reached, application, at)), ("approved", "mounted"))
    place = _WAY.index(here)
    steps = [_gone(state, reached) for state in _WAY[:place]]
    steps.append(_here(here, reached, application, at))
    due = {
        State.SENTINEL_REVIEW: application.deadlines.constitutional,
        State.STEWARD_REVIEW: application.deadlines.steward,
    }
    for offset, state in enumerate(_WAY[place + 1 :]):
        steps.append(Step(in_words(state.value), "open" if offset else "next", due_at=due.get(state)))
    return Strip(name, tuple(steps), tuple(state.value for state in _ENDINGS) if here != State.MOUNTED else ())


def _gone(state: State, reached: dict[str, Told]) -> Step:
    row = reached.get(state.value)
    label = in_words(state.value)
    return Step(label, "gone", at=row.at, by=actor_shown(row, {})) if row else Step(label, "gone")


def _here(state: State, reached: dict[str, Told], application: Application, at: datetime) -> Step:
    row = reached.get(state.value)
    return Step(
        in_words(state.value),
        "here",
        at=row.at if row else application.submitted_at,
        by=actor_shown(row, {}) if row else "",
        due_at=application.due_at,
        overdue=application.is_overdue(at),
        tone=_TONES.get(state, ""),
    )


def next_words(application: Application, status: Status) -> Words:
    """The sentences at the head of the status page."""
    due = f" It is due by {exact_utc(application.due_at)}." if application.due_at else ""
    ends = f" until {exact_utc(status.token_ends_at)}" if status.token_ends_at else ""
    said = {
        State.SUBMITTED: Words("Your application is in.", f"The machines' checks begin in a moment.{due}", "Nobody."),
        State.CHECKING: Words(
            "The machines check your endpoint.",
            f"If no required check fails, the sentinel reviews next.{due}",
            "You, if the token below is not served yet.",
        ),
        State.SENTINEL_REVIEW: Words(
            "The checks are done; the sentinel ATLAS puts its battery of prompts to your model.",
            f"Whatever its verdict, a steward decides next.{due}",
            "Nobody: your endpoint is asked.",
        ),
        State.STEWARD_REVIEW: Words(
            "The sentinel gave its verdict; a steward decides.",
            f"Approved, returned for changes, rejected, or given more time: never by silence.{due}",
            "A steward of another organisation than yours.",
        ),
        State.RETURNED: Words(
            "Changes are asked before it can go on.",
            "Edit it and hand it in again; the checks and their clocks then begin anew.",
            "You.",
        ),
        State.APPROVED: Words(
            "A steward approved your model.",
            f"Mount it{ends}: that makes it a companion and gives you its key.",
            "You.",
        ),
        State.MOUNTED: Words(
            "Your model is a companion.",
            "Shadow mode opens once price, limits and commitments are given; the companion's page says how it stands.",
            "You, with the API key.",
        ),
        State.REJECTED: Words(
            "A steward turned your model down.", "You may appeal; another steward then looks at it.", "You."
        ),
        State.WITHDRAWN: Words(
            "This application was taken back, or its approval ended unused.", "Apply again.", "You."
        ),
    }
    return said[State(application.state)]
