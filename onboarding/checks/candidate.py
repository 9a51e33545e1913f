"""A model that may be let in, as far as checks need to know it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from registry.protocols import Reach


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is checked. What is empty or None was not given, and its check is not tried.

    ``challenge`` is the token to be served; ``model_card`` an address; ``uptime`` the commitment in percent, given or
    not where ``declares_uptime``; ``is_taken`` tells whether another companion has this endpoint and model.
    """

    reach: Reach
    challenge: str = ""
    model_card: str = ""
    declares_uptime: bool = False
    uptime: Decimal | None = None
    tier: str = "standard"
    cycle: str = ""
    is_taken: Callable[[], bool] | None = None
