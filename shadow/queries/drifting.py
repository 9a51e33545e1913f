"""Sums for telling what a companion did lately from the time before, block by block.

A bucket belongs to the block by how many blocks of time it lies before the end: the latest is 0. Two queries for each
``AT_ONCE`` companions, grouped by the database; latencies are of good answers to questions.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection

from shadow.probes import Probe
from shadow.queries.statements import marks, moment, read
from shadow.sketches import BETWEEN, read_joined

AT_ONCE = 200
_CLOSED = ("closed_asked", "closed_correct")
_SCORED = ("scored", "score_sum", "score_square_sum")


@dataclass
class BlockSums:
    """Sums over one block; scores are by one scorer, latencies counts by bucket of the sketch."""

    scored: int = 0
    score_sum: int = 0
    score_square_sum: int = 0
    closed_asked: int = 0
    closed_correct: int = 0
    latency: Mapping[int, int] = field(default_factory=dict)


def block_sums(
    since: Mapping[uuid.UUID, datetime], *, until: datetime, block: timedelta, scorer: str
) -> Iterator[tuple[uuid.UUID, dict[int, BlockSums]]]:
    """Each companion with its sums of whole buckets from its time on and before ``until``, by ``scorer`` (digest).

    The longer a block is, the less there is to read. Whoever did nothing is there too, without blocks.
    """
    remaining = iter(since.items())
    while chunk := list(islice(remaining, AT_ONCE)):
        found: dict[uuid.UUID, dict[int, BlockSums]] = {companion: defaultdict(BlockSums) for companion, _ in chunk}
        cut = int(until.timestamp()) - 1, int(block / timedelta(seconds=1))
        _add_probes(found, chunk, cut, until)
        _add_scores(found, chunk, cut, until, scorer)
        yield from found.items()


Found = Mapping[uuid.UUID, dict[int, BlockSums]]
Chunk = list[tuple[uuid.UUID, datetime]]


def _add_probes(found: Found, chunk: Chunk, cut: tuple[int, int], until: datetime) -> None:
    statement = (
        f"WITH asked (companion, since) AS (VALUES {marks(chunk)}), grouped AS ("  # noqa: S608
        f"SELECT companion_id, {_block()} AS block, {', '.join(_CLOSED)}, latency_sketch "
        "FROM asked CROSS JOIN shadow_bucket "
        "WHERE companion_id = companion AND probe = %s AND bucket_at >= since AND bucket_at < %s) "
        f"SELECT companion_id, block, {', '.join(f'SUM({name})' for name in _CLOSED)}, {_joined()} "
        "FROM grouped GROUP BY companion_id, block"
    )
    values = [*_flat(chunk), *cut, Probe.DELIBERATION.value, moment(until)]
    for companion, block, asked, correct, sketch in read(statement, values):
        sums = found[companion][int(block)]
        sums.closed_asked, sums.closed_correct = int(asked), int(correct)
        sums.latency = read_joined(sketch).counts


def _add_scores(found: Found, chunk: Chunk, cut: tuple[int, int], until: datetime, scorer: str) -> None:
    statement = (
        f"WITH asked (companion, since) AS (VALUES {marks(chunk)}), grouped AS ("  # noqa: S608
        f"SELECT companion_id, {_block()} AS block, {', '.join(_SCORED)} "
        "FROM asked CROSS JOIN shadow_score_bucket "
        "WHERE companion_id = companion AND scorer = %s AND bucket_at >= since AND bucket_at < %s) "
        f"SELECT companion_id, block, {', '.join(f'SUM({name})' for name in _SCORED)} "
        "FROM grouped GROUP BY companion_id, block"
    )
    values = [*_flat(chunk), *cut, scorer, moment(until)]
    for companion, block, scored, total, squares in read(statement, values):
        sums = found[companion][int(block)]
        sums.scored, sums.score_sum, sums.score_square_sum = int(scored), int(total), int(squares)


def _block() -> str:
    """How many blocks before the end a bucket lies: of (the last second, a block in seconds), to be given."""
    if connection.vendor == "postgresql":
        return "(%s - extract(epoch FROM bucket_at)::bigint) / %s"
    return "(%s - CAST(strftime('%%s', bucket_at) AS INTEGER)) / %s"


def _joined() -> str:
    """All sketches of a group in one; empty ones leave nothing between them."""
    between = BETWEEN.hex()
    if connection.vendor == "postgresql":
        return f"string_agg(NULLIF(latency_sketch, ''::bytea), '\\x{between}'::bytea) AS sketches"
    return f"group_concat(NULLIF(hex(latency_sketch), ''), '{between}') AS sketches"


def _flat(chunk: Chunk) -> list[Any]:
    return [moment(value) for row in chunk for value in row]
