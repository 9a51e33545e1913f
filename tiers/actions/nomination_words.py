"""How the words of a nomination are sealed and kept: each with its author, and texts as commitments only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ledger.actors import Actor
from ledger.models import Decision
from ledger.sealing import seal
from tiers.models import Nomination, NominationWord
from tiers.models.nomination import State, WordKind
from tiers.rules.nominating import Item


def seal_birth(nomination: Nomination, evidence: Sequence[Item], *, by: Actor, at: datetime, reason: str) -> Decision:
    """What it rests on is sealed by its links; what a steward wrote of it, as a commitment only."""
    return seal(
        "nomination.opened",
        subject=(nomination.subject_kind, nomination.subject_ref),
        actor=(by.kind, by.ref),
        move="nominate",
        at=at,
        law=(nomination.law.version, nomination.law.digest),
        to_state=State.OPEN.value,
        facts={
            "companion": nomination.companion.ref,
            "tier": nomination.tier,
            "lapses_at": nomination.lapses_at,
            "links": [{"kind": it.kind, "link": it.link} for it in evidence],
        },
        private={"reason": reason, "texts": "\n\n".join(it.text for it in evidence)},
    )


def seal_word(
    nomination: Nomination, kind: WordKind, *, by: Actor, at: datetime, reason: str, in_place: bool
) -> Decision:
    """A further word, with its author; an invitation says whether it stands in place of a critical companion's."""
    facts: dict[str, Any] = {"companion": nomination.companion.ref, "tier": nomination.tier, "word": kind.value}
    if kind == WordKind.INVITATION:
        facts["in_place_of_critical"] = in_place
    return seal(
        "nomination.word_given",
        subject=(nomination.subject_kind, nomination.subject_ref),
        actor=(by.kind, by.ref),
        move="invite" if kind == WordKind.INVITATION else "second",
        at=at,
        law=(nomination.law.version, nomination.law.digest),
        facts=facts,
        private={"reason": reason},
    )


def keep_word(
    nomination: Nomination, kind: WordKind, sealed: Decision, *, by: Actor, at: datetime, in_place: bool = False
) -> None:
    """The word as a row beside its sealed entry."""
    NominationWord.objects.create(
        nomination=nomination,
        kind=kind,
        by_kind=by.kind,
        by_ref=by.ref,
        in_place_of_critical=in_place,
        given_at=at,
        sealed_as=sealed,
    )
