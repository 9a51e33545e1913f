"""Personal data by type: found spans against labelled ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from charter.training.judged import Judged
from charter.training.measure import Counts

# A span counts as found when this share of it lies inside a found one.
COVERED = 0.5
Span = tuple[str, int, int]


def labelled(one: Judged, names: Mapping[str, str]) -> list[Span]:
    """The labelled spans of the row, by our names of types; types without one are left out."""
    return [(names[kind], start, end) for kind, start, end in one.row.meta["spans"] if kind in names]


def by_type(judged: Sequence[Judged], names: Mapping[str, str]) -> dict[str, Counts]:
    """For each type what was found, wrongly found and missed, over the rows whose spans are labelled.

    A found span is wrong when no labelled one of its type covers half of it; pieces of one labelled span count once.
    """
    totals = {name: [0, 0, 0] for name in dict.fromkeys(names.values())}
    for one in judged:
        if "spans" not in one.row.meta:
            continue
        truth = labelled(one, names)
        said = [(str(it.type), it.start, it.end) for it in one.score.violations if it.type in totals]
        for span in truth:
            hit = any(_covers(it, span) for it in said)
            totals[span[0]][0 if hit else 2] += 1
        for it in said:
            totals[it[0]][1] += not any(_covers(span, it) or _covers(it, span) for span in truth)
    return {name: Counts(hits, wrong, misses, 0) for name, (hits, wrong, misses) in totals.items()}


def together(found: Mapping[str, Counts], types: Sequence[str]) -> Counts:
    """The counts of several types as one."""
    chosen = [found[name] for name in types if name in found]
    return Counts(
        sum(one.hits for one in chosen), sum(one.false_flags for one in chosen), sum(one.misses for one in chosen), 0
    )


def _covers(one: Span, other: Span) -> bool:
    """Whether ``one`` covers half of ``other``, both of the same type."""
    shared = min(one[2], other[2]) - max(one[1], other[1])
    return one[0] == other[0] and shared >= COVERED * (other[2] - other[1])
