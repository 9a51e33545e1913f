"""How many tokens were used: as the server counted them, else estimated and marked so (spec §5). Pure."""

from dataclasses import dataclass
from typing import Any

from registry.protocols.reading import optional_count, optional_object

CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens in and out; ``estimated`` where at least one of them is our estimate."""

    input_tokens: int
    output_tokens: int
    estimated: bool


def usage(answer: dict[str, Any], names: tuple[str, str], *, asked: str, response: str) -> Usage:
    """The usage object of ``answer``, whose fields are called ``names`` (in, out)."""
    counted = optional_object(answer, "usage")
    put, got = (optional_count(counted, name) for name in names)
    return Usage(
        estimate(asked) if put is None else put,
        estimate(response) if got is None else got,
        estimated=put is None or got is None,
    )


def estimate(text: str) -> int:
    """Characters by four, rounded up."""
    return -(-len(text) // CHARACTERS_A_TOKEN)
