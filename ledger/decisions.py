"""``decide``: the one function through which every change of a lifecycle passes, whoever asks.

lock the row ─▶ state allows ─▶ actor may ─▶ conditions hold ─▶ effect ─▶ move ─▶ save ─▶ Decision ─▶ seal
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django_fsm import Transition

from ledger.actors import Actor, Forbidden
from ledger.lifecycle import Lifecycle
from ledger.models import Decision
from ledger.queries import last_decision
from ledger.sealing import seal, sealed_atomic

Subject = TypeVar("Subject", bound=Lifecycle)
Effect = Callable[[Any], Mapping[str, Any] | None]
_deciding: ContextVar[tuple[int, str] | None] = ContextVar("deciding", default=None)


class Law(Protocol):
    """What a decision needs to name: the law's version and digest."""

    @property
    def version(self) -> str: ...
    @property
    def digest(self) -> str: ...


class Refused(Exception):
    """The move is not to be had now; ``reasons`` are sentences that the caller can act on."""

    code = "refused"

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class AlreadyDecided(Refused):
    """Somebody decided between reading and deciding; ``decision`` says who and when."""

    code = "already_decided"

    def __init__(self, reason: str, decision: Decision | None) -> None:
        super().__init__(reason)
        self.decision = decision


class Unsealed(RuntimeError):
    """A move was made outside ``decide`` and would have left no trace."""


def decide(
    subject: Subject,
    move: str,
    *,
    by: Actor,
    at: datetime,
    under: Law,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    effect: Effect | None = None,
    version: int | None = None,
) -> Subject:
    """Make ``move`` on ``subject`` and seal it; ``subject`` is brought up to date and returned.

    ``effect`` is called with the locked row before it moves and may return further facts for the entry; ``reason`` is
    sealed as a salted commitment. ``version`` is the row's version that the actor had read, if a person did.

    Raises Refused (state or conditions), AlreadyDecided (``version`` is old), Forbidden (the actor may not).
    """
    with sealed_atomic():
        row = type(subject)._base_manager.select_for_update().get(pk=subject.pk)
        if version is not None and row.version != version:
            raise _already_decided(row)
        transition, field = _transition(row, move)
        _may(row, transition, by)
        _conditions_hold(row, transition)
        before, version_before = getattr(row, field), row.version
        told = dict(facts or {})
        with _made_by_decide(row, move):
            told |= (effect(row) if effect else None) or {}
            getattr(row, move)()
        row.version, row.changed_at = version_before + 1, at
        _save(row, version_before)
        after = getattr(row, field)
        row.last_decision = seal(
            transition.custom.get("entry") or f"{row.subject_kind}.{after}",
            subject=(row.subject_kind, row.subject_ref),
            actor=(by.kind, by.ref),
            move=move,
            at=at,
            law=(under.version, under.digest),
            from_state=before or "",
            to_state=after or "",
            facts=told,
            evidence=evidence,
            private={"reason": reason},
        )
    subject.__dict__.update(row.__dict__)
    return subject


def allowed_moves(subject: Lifecycle, *, by: Actor) -> list[str]:
    """The moves that ``by`` could make now, for faces that offer them."""
    moves = []
    for field in subject._meta.concrete_fields:
        for transition in getattr(field, "get_all_transitions", lambda _cls: ())(type(subject)):
            sources = (getattr(subject, field.name), "*", "+")
            moves += [transition.name] if transition.source in sources and _permits(subject, transition, by) else []
    return sorted(set(moves))


def is_deciding(row: Any, move: str) -> bool:
    """Whether this very move on this very row is being made by ``decide``."""
    return _deciding.get() == (id(row), move)


@contextmanager
def _made_by_decide(row: Lifecycle, move: str) -> Iterator[None]:
    token = _deciding.set((id(row), move))
    try:
        yield
    finally:
        _deciding.reset(token)


def _transition(row: Lifecycle, move: str) -> tuple[Transition, str]:
    meta = getattr(type(row), move)._django_fsm  # noqa: SLF001
    field = meta.field if isinstance(meta.field, str) else meta.field.name
    state = getattr(row, field)
    transition = meta.get_transition(state)
    if transition is None or not meta.has_transition(state):
        name = row._meta.verbose_name
        raise Refused(f"This {name} is {_words(state) or 'without a state'}: it cannot {_words(move)} from there.")
    return transition, field


def _permits(row: Lifecycle, transition: Transition, by: Actor) -> bool:
    if by.is_system:
        return bool(transition.custom.get("automatic"))
    return transition.permission is not None and bool(transition.has_perm(row, by))


def _may(row: Lifecycle, transition: Transition, by: Actor) -> None:
    if _permits(row, transition, by):
        return
    if by.is_system:
        raise Forbidden(f"The system may not {_words(transition.name)}: that is a person's word.")
    if by.organisation is not None and by.organisation == row.organisation_slug and by.has_role("steward"):
        raise Forbidden("Nobody decides on a matter of their own organisation; another steward may.")
    raise Forbidden(f"You may not {_words(transition.name)} this {row._meta.verbose_name}.")


def _conditions_hold(row: Lifecycle, transition: Transition) -> None:
    unmet = [
        (condition.__doc__ or condition.__name__).strip() for condition in transition.conditions if not condition(row)
    ]
    if unmet:
        raise Refused(*unmet)


def _save(row: Lifecycle, version_before: int) -> None:
    """One conditional update: where the database has no row locks, a lost race shows here."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    if type(row)._base_manager.filter(pk=row.pk, version=version_before).update(**values) != 1:
        raise _already_decided(row)


def _already_decided(row: Lifecycle) -> AlreadyDecided:
    last = last_decision(row.subject_kind, row.subject_ref)
    if last is None:
        return AlreadyDecided("This changed since you read it. Read it again, then decide.", None)
    when = f"{last.at:%Y-%m-%d %H:%M:%S} UTC"
    return AlreadyDecided(f"Already decided: {_words(last.move)} by {last.actor_ref}, {when}. Read it again.", last)


def _words(name: str) -> str:
    return name.replace("_", " ")
