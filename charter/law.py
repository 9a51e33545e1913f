"""The law as typed, frozen values: one TOML document, its canonical bytes, its digest. Pure.

Shares are ``Decimal`` between 0 and 1, spans are ``timedelta``, scores are whole numbers from 0 to 100.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from charter.articles import (
    Amendments,
    Appeals,
    Audits,
    Battery,
    Chamber,
    Clause,
    Drift,
    Falling,
    Gi,
    Honesty,
    Nominations,
    Obligation,
    Offences,
    Onboarding,
    Rise,
    Scoring,
    Shadow,
    System,
    Tier,
)
from charter.scoring.shape import CLAUSES
from charter.typed import LawMalformed, typed
from ledger.canonical import canonical, sha256_hex

SHIPPED = Path(__file__).with_name("law.toml")


@dataclass(frozen=True)
class Law:
    """One version of the law, whole. ``digest`` is SHA-256 of the canonical JSON of the document."""

    version: str
    title: str
    clauses: dict[str, Clause]
    scoring: Scoring
    onboarding: Onboarding
    shadow: Shadow
    gi: Gi
    system: System
    tiers: dict[str, Tier]
    obligations: dict[str, Obligation]
    rising: dict[str, Rise]
    nominations: Nominations
    batteries: dict[str, Battery]
    falling: Falling
    offences: Offences
    drift: Drift
    honesty: Honesty
    audits: Audits
    amendments: Amendments
    appeals: Appeals
    chambers: dict[str, Chamber]
    digest: str

    def chambers_of(self, tier: str) -> tuple[str, ...]:
        """The chambers that ``tier`` may sit in."""
        rung = self.tiers[tier].rung
        return tuple(name for name, room in self.chambers.items() if self.tiers[room.least_tier].rung <= rung)

    def tier_below(self, tier: str) -> str | None:
        return next((name for name, it in self.tiers.items() if it.rung == self.tiers[tier].rung - 1), None)

    def tier_above(self, tier: str) -> str | None:
        return next((name for name, it in self.tiers.items() if it.rung == self.tiers[tier].rung + 1), None)

    @property
    def highest_tier(self) -> str:
        """The tier above which there is none."""
        return max(self.tiers, key=lambda name: self.tiers[name].rung)

    def operations_of(self, tier: str) -> frozenset[str]:
        """Every operation that ``tier`` may ask for, those of the rungs below included."""
        rung = self.tiers[tier].rung
        return frozenset(act for it in self.tiers.values() if it.rung <= rung for act in it.may)

    def tier_of(self, operation: str) -> str | None:
        """The tier from which on ``operation`` may be asked for; None for what the law does not name."""
        return next((name for name, it in self.tiers.items() if operation in it.may), None)

    def obligations_of(self, operation: str) -> tuple[str, ...]:
        """What ``operation`` asks of whoever lets it happen: ``human_cosign``, ``advanced_approvals:2``."""
        tier = self.tier_of(operation)
        return tuple(
            name if it.count is None else f"{name}:{it.count}"
            for name, it in self.obligations.items()
            if tier in it.tiers or operation in it.operations
        )


def read_document(path: Path) -> dict[str, Any]:
    """The document at ``path``; one that ``extends`` another, beside it, is laid over it.

    Raises LawMalformed with the file's name for what is not TOML, and for a base that is not there.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LawMalformed(f"{path.name}: {error}") from error
    base = document.pop("extends", None)
    return laid_over(read_document(path.with_name(base)), document) if base else document


def parse(document: Mapping[str, Any]) -> Law:
    """The typed law of a whole document. Raises LawMalformed, naming the first field that is amiss."""
    law = typed(Law, {**document, "digest": ""}, at="law")
    _names_what_there_is(law)
    rung = {name: tier.rung for name, tier in law.tiers.items()}
    return replace(
        law,
        digest=sha256_hex(canonical(document)),
        # A database may hand tables back in another order than they were written in: the law has one of its own.
        clauses={clause.value: law.clauses[clause.value] for clause in CLAUSES},
        tiers=dict(sorted(law.tiers.items(), key=lambda item: item[1].rung)),
        chambers=dict(sorted(law.chambers.items(), key=lambda item: (rung[item[1].least_tier], item[0]))),
    )


@lru_cache(maxsize=64)
def load(path: Path) -> Law:
    return parse(read_document(path))


def shipped_law() -> Law:
    """The law as it comes with this release, for tools that run without a database."""
    return load(SHIPPED)


def _names_what_there_is(law: Law) -> None:
    if set(law.clauses) != {clause.value for clause in CLAUSES}:
        raise LawMalformed(f"law.clauses names exactly {', '.join(CLAUSES)}")
    for name, chamber in law.chambers.items():
        if chamber.least_tier not in law.tiers:
            raise LawMalformed(f"law.chambers.{name}.least_tier is no tier of this law")
    for name, rise in law.rising.items():
        if name not in law.tiers:
            raise LawMalformed(f"law.rising.{name} leads to no tier of this law")
        if rise.battery not in law.batteries:
            raise LawMalformed(f"law.rising.{name}.battery names {rise.battery}, which is no battery of this law")
    _names_each_operation_once(law)


def _names_each_operation_once(law: Law) -> None:
    """An operation of two tiers could be judged by either; an obligation of nothing would bind nobody."""
    known: dict[str, str] = {}
    for name, tier in sorted(law.tiers.items(), key=lambda item: item[1].rung):
        for operation in tier.may:
            if known.setdefault(operation, name) != name or tier.may.count(operation) > 1:
                raise LawMalformed(f"law.tiers.{name}.may names {operation}, which {known[operation]} has already")
    for name, obligation in law.obligations.items():
        for tier_name in obligation.tiers:
            if tier_name not in law.tiers:
                raise LawMalformed(f"law.obligations.{name}.tiers names {tier_name}, which is no tier of this law")
        for operation in obligation.operations:
            if operation not in known:
                raise LawMalformed(f"law.obligations.{name}.operations names {operation}, which no tier may")


def laid_over(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with the values of ``over`` in the place of its own; tables are joined, everything else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        under = merged.get(key)
        merged[key] = laid_over(under, value) if isinstance(value, Mapping) and isinstance(under, dict) else value
    return merged
