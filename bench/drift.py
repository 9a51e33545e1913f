"""How soon a swapped model is found, and how often one that never changed is taken for another.

    .venv/bin/python bench/drift.py

Companions are simulated by the hour: 12 answers, of which a fifth are closed questions, with the latencies of a
server that is slower by day, slower still on some days and quiet at weekends, that has an hour's noise, a load that
drifts for half a day, and now and then three bad hours. Every look is judged by the product's own functions, as one
among all companions' measures.

*Swapped*: after eight steady days another model answers. Looks are counted every four hours for a day; the product
looks every hour, so it can only find more. A model that differs in one measure alone is shown beside one that differs
in all. The goal is that 95% are found within 24 hours. It does not bind for right answers alone: some 58 closed
questions a day cannot tell .95 from .80 that surely at this law's rate of false discoveries, whatever the test.

*Never changed*: 300 companions for a year, looked at every hour. What lies far below the law's floors cannot be found
and is passed over by whole columns; all else is judged. The goal is at most one false alarm per companion and year.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from charter.law import shipped_law  # noqa: E402
from shadow.sketch import WIDTH  # noqa: E402
from tiers.rules.discoveries import discoveries  # noqa: E402
from tiers.rules.drift import (  # noqa: E402
    Measure,
    Phase,
    Side,
    chance_of,
    is_large,
    is_ours,
    looks_a_day,
    shifts,
)

DRIFT = shipped_law().drift
RATE = DRIFT.false_discoveries / looks_a_day(DRIFT)
A_DAY, AN_HOUR, CLOSED = 24, 12, 0.2
BASELINE, RECENT = 7 * A_DAY, A_DAY
LOOKS = (4, 8, 12, 16, 20, 24)
FOUND, ALARMS = 0.95, 1.0
# name: (mean score, share of right answers, factor of latencies), and whether the goal binds.
SAME = (92.0, 0.95, 1.0)
SWAPS = {
    "in all three": ((86.0, 0.80, 1.6), True),
    "latency x1.6 alone": ((92.0, 0.95, 1.6), True),
    "mean score -6 alone": ((86.0, 0.95, 1.0), True),
    "right answers .95 to .80 alone": ((92.0, 0.80, 1.0), False),
    "right answers .95 to .60 alone": ((92.0, 0.60, 1.0), False),
}


class Hours:
    """What one companion did in ``n`` hours: scores and latencies (n x 12), questions asked and right answers (n)."""

    def __init__(self, chance, n, model, *, begins=0):
        score, right, factor = model
        at = np.arange(begins, begins + n)
        self.at = at
        self.scores = np.clip(
            np.rint(score + chance.normal(0, 0.8, (n, 1)) + chance.normal(0, 9, (n, AN_HOUR))), 0, 100
        ).astype(np.int64)
        self.asked = chance.binomial(AN_HOUR, CLOSED, n)
        self.right = chance.binomial(self.asked, right)
        latency = factor * 2000 * np.exp(load(chance, at)[:, None] + chance.normal(0, 0.35, (n, AN_HOUR)))
        self.buckets = np.maximum(0, np.ceil(np.log(latency) / np.log(WIDTH))).astype(np.int64)

    def after(self, other, hour):
        """These hours, from ``hour`` on as the other's."""
        joined = object.__new__(Hours)
        for name in vars(self):
            setattr(joined, name, np.concatenate([getattr(self, name)[:hour], getattr(other, name)[hour:]]))
        return joined

    def days(self, now):
        """The days of the baseline and the last one before ``now``, in the product's own shape."""
        ends = range(now - RECENT, now - RECENT - BASELINE, -A_DAY)
        return [self.side(end - A_DAY, end) for end in ends], self.side(now - RECENT, now)

    def side(self, first, last):
        """One day by its hours."""
        hours = zip(
            self.scores[first:last].sum(axis=1).tolist(),
            (self.scores[first:last] ** 2).sum(axis=1).tolist(),
            self.asked[first:last].tolist(),
            self.right[first:last].tolist(),
            self.buckets[first:last].tolist(),
            strict=True,
        )
        return Side(
            {
                phase: Phase(AN_HOUR, total, squares, asked, right, Counter(buckets))
                for phase, (total, squares, asked, right, buckets) in enumerate(hours)
            }
        )


def load(chance, at):
    """The logarithm of how much slower than usual each hour is."""
    day = 0.3 * np.sin(2 * np.pi * (at % A_DAY) / A_DAY) - 0.05 * ((at // A_DAY) % 7 >= 5)
    drifting = np.empty(len(at))
    drifting[0], keep = chance.normal(0, 0.05), np.exp(-1 / 12)
    pushes = chance.normal(0, 0.05 * np.sqrt(1 - keep**2), len(at))
    for hour in range(1, len(at)):
        drifting[hour] = keep * drifting[hour - 1] + pushes[hour]
    bad = np.convolve(chance.random(len(at)) < 1 / 720, np.ones(3), mode="same") > 0
    return day + drifting + chance.normal(0, 0.08, len(at)) + np.log(3) * bad


def main():
    options = arguments()
    began = time.perf_counter()
    found = swapped(options)
    quiet = never_changed(options)
    print(f"\n{time.perf_counter() - began:.0f} s")
    print("goals met" if found and quiet else "GOALS MISSED")
    return 0 if found and quiet else 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--swaps", type=int, default=200, help="of each kind (default %(default)s)")
    parser.add_argument("--companions", type=int, default=300, help="that never change (default %(default)s)")
    parser.add_argument("--days", type=int, default=365, help="for so long (default %(default)s)")
    parser.add_argument("--seed", type=int, default=5, help="(default %(default)s)")
    return parser.parse_args()


def swapped(options):
    chance, met = np.random.default_rng(options.seed), True
    tests = 3 * options.companions
    print(f"swapped, one of {options.companions} companions, {options.swaps} of each kind: found after so many hours")
    print(f"{'another model':32}" + "".join(f"{hours:>8} h" for hours in LOOKS))
    for name, (model, binds) in SWAPS.items():
        first = [first_look(chance, model, tests) for _ in range(options.swaps)]
        shares = [np.mean([it is not None and it <= hours for it in first]) for hours in LOOKS]
        good = shares[-1] >= FOUND or not binds
        print(f"{name:32}" + "".join(f"{share:9.1%} " for share in shares) + ("" if good else " MISSED"))
        met = met and good
    return met


def first_look(chance, model, tests):
    """The look at which it is found first, in hours since the swap; None if at none."""
    begins = int(chance.integers(0, 7 * A_DAY))
    whole = BASELINE + RECENT + max(LOOKS)
    swap = BASELINE + RECENT
    steady = Hours(chance, whole, SAME, begins=begins)
    hours = steady.after(Hours(chance, whole, model, begins=begins), swap)
    for look in LOOKS:
        now = swap + look
        before, after = hours.days(now)
        large = [shift for shift in shifts(before, after, DRIFT) if is_large(shift, DRIFT)]
        if discoveries([chance_of(shift, before, after) for shift in large], tests=tests, rate=RATE).found:
            return look
    return None


def never_changed(options):
    chance = np.random.default_rng(options.seed + 1)
    by_hour = defaultdict(list)
    for companion in range(options.companions):
        hours = Hours(chance, options.days * A_DAY, SAME)
        for now in near_a_floor(hours):
            before, after = hours.days(now)
            for shift in shifts(before, after, DRIFT):
                if is_large(shift, DRIFT):
                    by_hour[now].append((companion, shift.measure, chance_of(shift, before, after)))
    alarms = Counter(alarms_among(by_hour, options.companions))
    total, years = sum(alarms.values()), options.companions * options.days / 365
    looked = sum(len(rows) for rows in by_hour.values())
    print(f"\nnever changed, {options.companions} companions for {options.days} days, a look every hour")
    print(f"beyond a floor: {looked:,} times; false alarms: {total}, {total / years:.4f} per companion and year")
    print(", ".join(f"{measure}: {alarms[measure]}" for measure in Measure))
    return total / years <= ALARMS


def near_a_floor(hours):
    """The looks at which a measure comes near the law's floor or beyond it."""
    looks = np.arange(BASELINE + RECENT, len(hours.asked) + 1)

    def sums(values):
        total = np.concatenate([np.zeros((1, *values.shape[1:]), dtype=np.int64), values.cumsum(axis=0)])
        recent, before = total[looks] - total[looks - RECENT], total[looks - RECENT] - total[looks - RECENT - BASELINE]
        return before, recent

    before, recent = sums(hours.scores.sum(axis=1))
    far = abs(recent / (RECENT * AN_HOUR) - before / (BASELINE * AN_HOUR)) >= 0.95 * float(DRIFT.score_shift)
    (asked_before, asked), (right_before, right) = sums(hours.asked), sums(hours.right)
    far |= abs(right / asked - right_before / asked_before) >= 0.95 * float(DRIFT.correctness_shift)
    low = hours.buckets.min()
    counts = np.zeros((len(hours.asked), hours.buckets.max() - low + 1), dtype=np.int64)
    np.add.at(counts, (np.arange(len(counts))[:, None], hours.buckets - low), 1)
    steps = [(it.cumsum(axis=1) * 2 >= it.sum(axis=1, keepdims=True)).argmax(axis=1) for it in sums(counts)]
    far |= WIDTH ** abs(steps[1] - steps[0]) >= 0.95 * float(DRIFT.latency_ratio)
    return looks[far]


def alarms_among(by_hour, companions):
    """The measure of each false alarm; whoever had one begins anew and cannot have another for eight days."""
    free_from = Counter()
    for now, rows in sorted(by_hour.items()):
        here = [row for row in rows if free_from[row[0]] <= now]
        slow = sum(measure is Measure.LATENCY for _, measure, _ in here)
        ours = is_ours(slow, companions)
        here = [row for row in here if not (ours and row[1] is Measure.LATENCY)]
        tests = (3 - ours) * companions
        level = discoveries([row[2] for row in here], tests=tests, rate=RATE).level
        for companion, measure, chance in here:
            if chance <= level:
                if free_from[companion] <= now:
                    yield measure
                free_from[companion] = now + BASELINE + RECENT


if __name__ == "__main__":
    sys.exit(main())
