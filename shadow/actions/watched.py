"""Those whom a transaction is about, locked, with what judging their samples needs and no more."""

import uuid
from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from charter.law import Law
from charter.models import LawVersion
from shadow.models import Watch


class Watched(NamedTuple):
    """A watch with its law, and what its companion's provider declared: prices in USD and limits a minute."""

    companion_id: uuid.UUID
    law: Law
    tier: str
    is_failing: bool
    price_input_per_1k: Decimal | None
    price_output_per_1k: Decimal | None
    requests_per_minute: int | None
    tokens_per_minute: int | None
    identity: str


def locked_watches(companions: Collection[uuid.UUID]) -> dict[uuid.UUID, Watched]:
    """The watches of these companions, locked in one order; sums of a companion are written under this lock alone.

    SQLite knows no row locks and needs none: its transactions begin IMMEDIATE and so are alone.
    """
    found = Watch.objects.select_for_update(of=("self",)).filter(companion_id__in=companions).order_by("companion_id")
    rows = list(
        found.values_list(
            *("companion_id", "law_id", "tier", "is_failing"),
            *("companion__price_input_per_1k", "companion__price_output_per_1k"),
            *("companion__requests_per_minute", "companion__tokens_per_minute", "identity"),
        )
    )
    laws = {key: version.law for key, version in LawVersion.objects.in_bulk({row[1] for row in rows}).items()}
    return {row[0]: Watched(row[0], laws[row[1]], *row[2:]) for row in rows}
