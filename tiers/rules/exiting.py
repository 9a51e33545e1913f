"""The exit from shadow mode as a decision: derived from its bundle when it is taken, and again when replayed. Pure.

A first exit is two decisions on one basis: it enters its tier, then it is active. Where a tier was kept, it is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived
from tiers.rules.bundle import Bundle
from tiers.rules.measuring import Measured, measure
from tiers.rules.readiness import readiness, tier_at_exit
from tiers.rules.verdicts import Criterion

RULE = "exit"
ENTER, ACTIVATE = "enter", "activate"


@dataclass(frozen=True)
class Registered:
    """What the shipped register names for a reference companion: the tier it enters, and its vote's weight there."""

    tier: str
    weight: Decimal


@dataclass(frozen=True)
class Exit:
    """It may leave: the tier at which it stands from then on, its vote's weight, and the criteria as they were met."""

    passed_as: str
    tier: str
    vote_weight: Decimal
    criteria: list[Criterion]


def exit_of(found: Measured, law: Law, *, registered: Registered | None = None) -> Exit | None:
    """The exit that a measured companion may take now, or None while something is missing.

    A tier that was kept is restored; a reference companion enters at its registered tier.
    """
    passed_as = tier_at_exit(found.evidence, law)
    if passed_as is None:
        return None
    tier = found.bundle.tier or (registered.tier if registered else passed_as)
    weight = registered.weight if registered and registered.tier == tier else law.tiers[tier].vote_weight
    return Exit(passed_as, tier, weight, readiness(found.evidence, law, tier=passed_as))


def basis_of(bundle: Bundle, *, registered: Registered | None = None) -> dict[str, Any]:
    """What an exit is decided from, as it is sealed; ``step`` is added with each of its decisions."""
    named = {"tier": registered.tier, "weight": plain(registered.weight)} if registered else None
    return {"rule": RULE, "bundle": bundle.as_json(), "registered": named}


def replay(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  every rule is asked alike
    """The decision that this basis leads to: to enter a tier, or to be active at it; to stay where it does not."""
    given = basis["registered"]
    registered = Registered(given["tier"], Decimal(given["weight"])) if given else None
    found = exit_of(measure(Bundle.from_json(basis["bundle"]), law), law, registered=registered)
    if found is None:
        return Derived("stay", "shadow")
    if basis["step"] == ENTER:
        return Derived(f"enter_{found.tier}", found.tier)
    facts = {"tier": found.tier, "vote_weight": found.vote_weight, "chambers": list(law.chambers_of(found.tier))}
    return Derived("activate", "active", plain(facts))
