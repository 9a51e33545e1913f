"""What was asked of the permission table is counted: how often, by which key, about whom, and what was answered."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from registry.actions import note_uses

BATCH = 500
_ADDED = """
INSERT INTO tiers_access_count (hour, credential_id, companion_ref, operation, reason, law_digest, asked)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (hour, credential_id, companion_ref, operation, reason, law_digest)
DO UPDATE SET asked = tiers_access_count.asked + excluded.asked"""


class Counted(NamedTuple):
    """One kind of answer within one hour; the columns of ``AccessCount``."""

    hour: datetime
    credential: uuid.UUID
    companion_ref: str
    operation: str
    reason: str
    law_digest: str


def add_counts(counts: Mapping[Counted, int], *, at: datetime) -> None:
    """Add these to what is kept; whoever flushes at the same moment adds theirs. Their keys were used at ``at``."""
    # In one order for everybody, so that two who add the same rows wait for each other and never in a circle.
    rows = [_row(one, asked) for one, asked in sorted(counts.items())]
    for start in range(0, len(rows), BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_ADDED, rows[start : start + BATCH])
    note_uses({one.credential for one in counts}, at=at)


def _row(one: Counted, asked: int) -> list[Any]:
    hour = connection.ops.adapt_datetimefield_value(one.hour)
    credential = one.credential if connection.features.has_native_uuid_field else one.credential.hex
    return [hour, credential, one.companion_ref, one.operation, one.reason, one.law_digest, asked]
