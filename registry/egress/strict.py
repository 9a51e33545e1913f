"""The answer of a model as JSON: the same strict parser that reads what people send us (security A3, E10)."""

from typing import Any

from faces import strict_json as strict_parser
from registry.egress.reasons import Failed

MAX_DEPTH = 32


def strict_json(body: bytes) -> dict[str, Any]:
    """The object that the body spells; ``Failed`` with outcome ``invalid_json`` otherwise, without body content."""
    try:
        value = strict_parser.loads(body, max_depth=MAX_DEPTH)
    except strict_parser.Malformed as malformed:
        raise Failed("json_malformed", malformed.code) from None
    if not isinstance(value, dict):
        raise Failed("json_not_object")
    return value
