"""Which text people and providers may send us: stored as received, or refused.

Refused are control characters, surrogates, line and paragraph separators, bidirectional controls, characters that show
nothing (blank or default-ignorable, Unicode 15.1 DerivedCoreProperties.txt), and noncharacters. Nothing is trimmed or
normalised: a blank at either end is an error. Lengths count code points.

The joiners U+200D and U+200C and the emoji selector U+FE0F pass only where ``emoji_ok`` says so: names of people and
organisations need them (emoji, Persian). Line feeds and tabs are control characters too; they pass only where ``lines``
says so, for long prose. A carriage return never passes.
"""

import re
from typing import Any

from faces.schema import Leaf, Rejected
from faces.values import sized

_CONTROLS_AND_SEPARATORS = "\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029"
_SHOWING_NOTHING = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_REFUSED = re.compile(f"[{_CONTROLS_AND_SEPARATORS}{_SHOWING_NOTHING}{_NONCHARACTERS}]")

EMOJI_AND_JOINERS = frozenset("\u200c\u200d\ufe0f")
LINES = frozenset("\n\t")


def refused_at(text: str, *, allowed: frozenset[str] = frozenset()) -> int | None:
    """The place of the first character that no text may hold, ``allowed`` ones excepted; None if there is none."""
    return next((found.start() for found in _REFUSED.finditer(text) if found[0] not in allowed), None)


def plain(text: str, *, allowed: frozenset[str] = frozenset()) -> str:
    """The text itself; raises ``Rejected`` naming the place of a character that no text may hold."""
    place = refused_at(text, allowed=allowed)
    if place is not None:
        raise Rejected("refused_character", f"Character {place + 1} is a control, invisible or reserved one.")
    if text and all(char in allowed or char.isspace() for char in text):
        raise Rejected("refused_character", "There is nothing visible in this text.")
    return text


def free_text(least: int, most: int, *, emoji_ok: bool = False, lines: bool = False) -> Leaf:
    """Text in any language, ``least`` to ``most`` code points."""
    allowed = (EMOJI_AND_JOINERS if emoji_ok else frozenset()) | (LINES if lines else frozenset())

    def check(value: Any) -> str:
        return plain(sized(value, least, most), allowed=allowed)

    return Leaf(check)
