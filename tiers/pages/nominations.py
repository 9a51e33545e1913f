"""A nomination as a reader meets it: its evidence, the words that were given, and those that are missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charter.law import Law
from tiers.models import Nomination, NominationWord
from tiers.models.nomination import EvidenceKind, WordKind
from tiers.queries.words import missing_words, whose

_LOOKS = {EvidenceKind.TARGETS: "targets exceeded", EvidenceKind.INSIGHT: "a unique insight in consensus",
          EvidenceKind.FEEDBACK: "citizens' feedback", EvidenceKind.CASE: "a case study"}  # fmt: skip


@dataclass(frozen=True)
class WordShown:
    """One word: what it is, whose, and where it is sealed."""

    what: str
    whose: str
    at: datetime
    url: str


@dataclass(frozen=True)
class EvidenceShown:
    """One piece of evidence; ``url`` is empty where what it links to has no public page."""

    kind: str
    text: str
    link: str
    url: str


@dataclass(frozen=True)
class NominationShown:
    """One nomination; ``missing`` says which words the tier still asks, and who can give them."""

    nomination: Nomination
    words: tuple[WordShown, ...]
    evidence: tuple[EvidenceShown, ...]
    missing: tuple[str, ...]


def shown(nomination: Nomination, law: Law, *, endorsements: int) -> NominationShown:
    """A nomination with its words; ``law`` is the one that it runs under."""
    words = tuple(nomination.words.all())
    return NominationShown(
        nomination=nomination,
        words=tuple(_word(word) for word in words),
        evidence=tuple(_evidence(item) for item in nomination.evidence),
        missing=missing_words(words, nomination.tier, law, endorsements=endorsements),
    )


def _word(word: NominationWord) -> WordShown:
    return WordShown(
        WordKind(word.kind).label.lower(), whose(word), word.given_at, f"/decisions/{word.sealed_as.public_id}"
    )


def _evidence(item: dict[str, Any]) -> EvidenceShown:
    link, kind = str(item.get("link", "")), str(item.get("kind", ""))
    words = _LOOKS.get(EvidenceKind(kind), kind) if kind in EvidenceKind.values else kind.replace("_", " ")
    return EvidenceShown(words, str(item.get("text", "")), link, _address(link))


def _address(link: str) -> str:
    """Our own page of what is named: a decision, or an incident on its companion's page."""
    return f"/decisions/{link}" if link.startswith("dec_") else ""
