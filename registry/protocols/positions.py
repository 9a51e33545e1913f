"""A vote from models whose protocol has no field for one: asked for as JSON, read strictly or not at all. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from faces import strict_json
from registry.protocols.contract import POSITIONS, Position, Question
from registry.protocols.reading import optional_number, optional_text
from registry.protocols.reasons import Unfit

POSITION_INSTRUCTION = (
    "Reply with one JSON object and nothing else: "
    '{"position": "approve" or "reject" or "abstain", "confidence": a number from 0 to 1, '
    '"rationale": "your reasons in at most four sentences"}'
)
MAX_DEPTH = 8
_FENCED = re.compile(r"```(?:json)?[ \t]*\r?\n(?P<inside>.*)\n```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Vote:
    """A position with its confidence (0-1) and reasons; all None where none was given, or none could be read."""

    position: Position | None = None
    confidence: Decimal | None = None
    rationale: str | None = None


def asked_in_words(question: Question) -> str:
    """The prompt, with the request for a JSON object where a position is wanted."""
    return f"{question.prompt}\n\n{POSITION_INSTRUCTION}" if question.wants_position else question.prompt


def vote_in(response: str, question: Question) -> Vote:
    """The vote that a whole response spells, bare or in one code fence; anything else is no vote."""
    if not question.wants_position:
        return Vote()
    bare = response.strip()
    fenced = _FENCED.fullmatch(bare)
    try:
        spelt = strict_json.loads((fenced["inside"] if fenced else bare).encode(), max_depth=MAX_DEPTH)
        return vote_of(spelt) if isinstance(spelt, dict) and "position" in spelt else Vote()
    except (strict_json.Malformed, Unfit):
        return Vote()


def vote_of(body: dict[str, Any]) -> Vote:
    """The vote in the fields of an object. Raises ``Unfit`` for a word that is none of the three."""
    return Vote(
        _position(body.get("position")),
        optional_number(body, "confidence", least=0, most=1),
        optional_text(body, "rationale"),
    )


def _position(value: Any) -> Position | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unfit("field_wrong_type", "position")
    for position in POSITIONS:
        if value == position:
            return position
    raise Unfit("position_unknown", "position")
