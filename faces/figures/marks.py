"""A verdict's mark: a glyph and a word that stand together, so that meaning never hangs on colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """How one verdict is shown: ``tone`` names the class (``k-mark-<tone>``)."""

    tone: str
    glyph: str
    word: str


MARKS = {
    mark.tone: mark
    for mark in (
        Mark("pass", "●", "pass"),
        Mark("inconclusive", "▲", "inconclusive"),
        Mark("fail", "■", "fail"),
        Mark("tracked", "○", "tracked"),
        Mark("unknown", "◇", "unknown"),
        Mark("frozen", "❄\N{VARIATION SELECTOR-15}", "frozen"),
    )
}


def mark_of(verdict: object) -> Mark:
    """The mark of a verdict word or of an enum whose value is one; what we do not know is shown as unknown."""
    return MARKS.get(str(getattr(verdict, "value", verdict)).lower(), MARKS["unknown"])
