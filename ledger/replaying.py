"""What deriving a decision anew comes to: the shape that every rule's replay answers in (spec section 10.7). Pure."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Derived:
    """A decision as its rule derives it from its basis: the move, the state it leads to, and the facts it determines.

    ``to`` is None where the rule names no state; ``facts`` holds those facts of the sealed entry that follow from the
    basis, and no others.
    """

    move: str
    to: str | None
    facts: dict[str, Any] = field(default_factory=dict)
