"""The shipped register: which names come with this release. Pure but for reading its file."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

SHIPPED = Path(__file__).with_name("register.toml")


@dataclass(frozen=True)
class ReferenceCompanion:
    """A name of the register: who brings it, and the tier and weight that count after its shadow exit."""

    name: str
    provider: str
    tier: str
    weight: Decimal
    advanced: bool = False
    purpose: str = ""


@lru_cache(maxsize=1)
def shipped_register() -> tuple[dict[str, str], tuple[ReferenceCompanion, ...]]:
    """Providers by slug, and the reference companions."""
    document = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    companions = tuple(
        ReferenceCompanion(name=name, **{**fields, "weight": Decimal(fields["weight"])})
        for name, fields in document["companions"].items()
    )
    return document["providers"], companions


def reserved_names() -> frozenset[str]:
    """Names that no applicant can get."""
    return frozenset(companion.name for companion in shipped_register()[1])
