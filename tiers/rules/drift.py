"""Whether a companion is still the one that was measured: what it was lately against the time before. Pure.

Three measures, each with one chance a look: the mean of our scores, the right answers to closed questions, and the
latencies of good answers. A change counts that is both *large* by the law's floors and *sure* beyond the law's rate of
false discoveries over all companions and measures of a day. A change below the floor has the chance 1 and is not worked
out: that only makes the others' test harder.

The hours of one model are not independent answers: an hour is slow as a whole, and every night is quick. So scores and
latencies are compared phase by phase, each hour of the day with the same hour of the days before, of which there are
whole days only; a daily rhythm stands on both sides and falls out. What is left of an hour is one observation: the mean
of the phases' differences is tested by Student's t with the error of hours (blocks, clustered) that the days before
show among themselves. Two other errors take its place where they are larger: that of the last day's own hours, for a
bad hour is no change, and Welch's of single answers. And since a load or a weekend lasts longer than an hour, a change
must stand out from how much whole days before differed, however sure the hours are. A phase's latencies are compared
by the Mann-Whitney share, how often one of now is slower than one of then, which no single slow answer moves. Right
answers come by two or three an hour, drawn anew for everybody: their counts are tested exactly.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum

from charter.articles import Drift
from shadow.sketch import Sketch
from tiers.rules.chances import SURE, chance_of_counts, chance_of_t
from tiers.rules.intervals import PRECISION

# How often everybody is looked at, and in how many phases a day is cut.
EVERY = timedelta(hours=1)
PHASES = 24
# Of fewer days before nobody knows how days differ.
LEAST_DAYS = 3
# So many times its error among whole days a change must be. With six of them to tell, an ordinary day is hardly ever.
STANDS_OUT = Decimal("4.5")
HALF = Decimal("0.5")
ZERO = Decimal(0)


class Measure(StrEnum):
    SCORES = "scores"
    LATENCY = "latency"
    CORRECTNESS = "correctness"


@dataclass(frozen=True)
class Phase:
    """Sums over one phase of every day of a side: scores of 0-100 with their squares, closed questions, latencies."""

    scored: int = 0
    score_sum: int = 0
    score_square_sum: int = 0
    asked: int = 0
    right: int = 0
    latency: Mapping[int, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return sum(self.latency.values())

    @property
    def mean(self) -> Decimal:
        return Decimal(self.score_sum) / self.scored


@dataclass(frozen=True)
class Side:
    """The phases of a span of whole days, by their number."""

    phases: Mapping[int, Phase]

    @property
    def whole(self) -> Phase:
        """All phases as one."""
        latency: Counter[int] = Counter()
        for it in self.phases.values():
            latency.update(it.latency)
        names = ("scored", "score_sum", "score_square_sum", "asked", "right")
        sums = {name: sum(getattr(it, name) for it in self.phases.values()) for name in names}
        return Phase(**sums, latency=dict(latency))


@dataclass(frozen=True)
class Shift:
    """One measure before and after, over so many observations: points, milliseconds at the median, or a share."""

    measure: Measure
    before: Decimal
    after: Decimal
    n_before: int
    n_after: int


@dataclass(frozen=True)
class Spans:
    """What is compared: [``since``, ``split``) with [``split``, ``until``)."""

    since: datetime
    split: datetime
    until: datetime


def spans(*, stay: datetime, until: datetime, drift: Drift) -> Spans | None:
    """The law's ``recent`` before ``until``, and as many whole such spans before it as the baseline and its stay hold.

    None where there are fewer than ``LEAST_DAYS``: nothing before ``stay`` is compared with.
    """
    split = until - drift.recent
    days = min(drift.baseline // drift.recent, (split - stay) // drift.recent)
    return Spans(split - days * drift.recent, split, until) if days >= LEAST_DAYS else None


def together(days: Sequence[Side]) -> Side:
    """Several days as one, phase by phase."""
    found: dict[int, list[Phase]] = {}
    for day in days:
        for at, phase in day.phases.items():
            found.setdefault(at, []).append(phase)
    return Side({at: Side(dict(enumerate(phases))).whole for at, phases in found.items()})


def shifts(before: Sequence[Side], after: Side, drift: Drift) -> list[Shift]:
    """The measures that can be compared at all: with the law's ``n_least`` observations on either side.

    ``before`` are the days of the baseline, or all of it as one.
    """
    old, new = together(before).whole, after.whole
    counts = {
        Measure.SCORES: (old.scored, new.scored),
        Measure.LATENCY: (old.answered, new.answered),
        Measure.CORRECTNESS: (old.asked, new.asked),
    }
    return [
        Shift(measure, _figure(measure, old), _figure(measure, new), *counts[measure])
        for measure in Measure
        if min(counts[measure]) >= max(drift.n_least, 1)
    ]


def is_large(shift: Shift, drift: Drift) -> bool:
    """Whether it reaches the law's floor for its measure."""
    if shift.measure is Measure.LATENCY:
        low, high = sorted((shift.before, shift.after))
        return high >= low * drift.latency_ratio
    floor = drift.score_shift if shift.measure is Measure.SCORES else drift.correctness_shift
    return abs(shift.after - shift.before) >= floor


def chance_of(shift: Shift, before: Sequence[Side], after: Side) -> Decimal:
    """How likely a change at least as great would be if nothing had changed; ``before`` are the baseline's days."""
    baseline = together(before)
    old, new = baseline.whole, after.whole
    if shift.measure is Measure.CORRECTNESS:
        return chance_of_counts(new.right, new.asked, old.right, old.asked)
    with localcontext(PRECISION):
        scores = shift.measure is Measure.SCORES
        gaps, single = (_score_gaps, _score_error) if scores else (_latency_gaps, _latency_error)
        days = [found for found in (gaps(baseline, day) for day in before) if found]
        return _chance_of_gaps(gaps(baseline, after), days, single(old, new))


def looks_a_day(drift: Drift) -> int:
    """How often the same day is looked at: the law's rate is for all of these looks together."""
    return max(1, drift.recent // EVERY)


def is_ours(shifted: int, tested: int) -> bool:
    """Whether so many latencies changed at once that it must be our network: more than one, and more than a third."""
    return shifted > 1 and 3 * shifted > tested


def _figure(measure: Measure, whole: Phase) -> Decimal:
    with localcontext(PRECISION):
        if measure is Measure.SCORES:
            return whole.mean if whole.scored else ZERO
        if measure is Measure.CORRECTNESS:
            return Decimal(whole.right) / whole.asked if whole.asked else ZERO
        return Decimal(Sketch(whole.latency).quantile(HALF) or 0)


def _score_gaps(before: Side, after: Side) -> list[Decimal]:
    both = [(before.phases[at], after.phases[at]) for at in sorted(before.phases.keys() & after.phases.keys())]
    return [new.mean - old.mean for old, new in both if old.scored and new.scored]


def _latency_gaps(before: Side, after: Side) -> list[Decimal]:
    """By phase, how much oftener than every other time an answer of now is slower than one of then."""
    both = [(before.phases[at], after.phases[at]) for at in sorted(before.phases.keys() & after.phases.keys())]
    return [_slower(old.latency, new.latency) - HALF for old, new in both if old.answered and new.answered]


def _slower(before: Mapping[int, int], after: Mapping[int, int]) -> Decimal:
    """The Mann-Whitney share of pairs of which the later is slower; equal ones count half (Mann & Whitney 1947)."""
    below, doubled = 0, 0
    for at in sorted(before.keys() | after.keys()):
        old = before.get(at, 0)
        doubled += after.get(at, 0) * (2 * below + old)
        below += old
    return Decimal(doubled) / (2 * below * sum(after.values()))


def _score_error(before: Phase, after: Phase) -> Decimal:
    """The squared error of a difference of means if answers were independent (Welch 1947)."""
    return _spread(before) / before.scored + _spread(after) / after.scored


def _spread(phase: Phase) -> Decimal:
    if phase.scored < 2:  # noqa: PLR2004  one answer has no spread
        return ZERO
    return (phase.score_square_sum - Decimal(phase.score_sum) ** 2 / phase.scored) / (phase.scored - 1)


def _latency_error(before: Phase, after: Phase) -> Decimal:
    """The same of a Mann-Whitney share."""
    n, m = before.answered, after.answered
    return Decimal(n + m + 1) / (12 * n * m)


def _chance_of_gaps(gaps: Sequence[Decimal], days: Sequence[Sequence[Decimal]], single: Decimal) -> Decimal:
    """Of the mean of these gaps, one to a phase; ``days`` are those of each day before, ``single`` a squared error."""
    n, freedom = len(gaps), _freedom(days)
    if n < 2 or len(days) < LEAST_DAYS or freedom < 1:  # noqa: PLR2004  one phase has no spread
        return SURE
    mean, means = _mean(gaps), [_mean(day) for day in days]
    rest = sum((_squares(day) for day in days), ZERO) / freedom
    wider = 1 + Decimal(1) / len(days)
    of_days = _squares(means) / (len(days) - 1) * wider
    if mean**2 < STANDS_OUT**2 * of_days:
        return SURE
    squared = max(rest / n * wider, _squares(gaps) / (n - 1) / n, single)
    if not squared:
        return SURE if not mean else ZERO
    return chance_of_t(mean**2 / squared, freedom)


def _freedom(days: Sequence[Sequence[Decimal]]) -> int:
    """What is left of the hours of these days once each phase and each day has its mean."""
    return sum(map(len, days)) - len(days) - max(map(len, days), default=0) + 1


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO) / len(values)


def _squares(values: Sequence[Decimal]) -> Decimal:
    """The sum of squares about their mean."""
    mean = _mean(values)
    return sum(((value - mean) ** 2 for value in values), ZERO)
