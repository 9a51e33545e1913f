"""The words of a nomination: whose they are, and which ones the tier still asks."""

from collections.abc import Iterable

from charter.law import Law
from tiers.models import NominationWord
from tiers.models.nomination import WordKind


def missing_words(words: Iterable[NominationWord], tier: str, law: Law, *, endorsements: int) -> tuple[str, ...]:
    """The words that ``tier`` still asks beside the nomination itself, each with who can give it."""
    asked, given = law.rising[tier], {word.kind for word in words}
    found = []
    if asked.stewards > 1 and WordKind.SECOND not in given:
        found.append("a second steward's word, by another than who nominated it")
    if asked.invited and WordKind.INVITATION not in given:
        found.append("an invitation by a critical companion, or by a chief while there is no live one")
    if endorsements < asked.endorsements:
        found.append(f"{asked.endorsements - endorsements} more endorsements of stewards and citizens")
    return tuple(found)


def whose(word: NominationWord) -> str:
    """Whose word it is, without a person's name."""
    if word.in_place_of_critical:
        return "a chief, while there was no live critical companion"
    return f"{word.by_kind} {word.by_ref}" if word.by_kind in {"companion", "provider"} else "a steward"
