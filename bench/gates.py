"""How often a gate that is asked every day passes a companion wrongly, and how soon it passes a good one.

    .venv/bin/python bench/gates.py

Companions of a known true rate answer independently, 288 times a day. Once a day each gate of the product, by its own
functions, looks at the counts; passing at one look is passing. Three gates: the *mean* of the counts, *Wilson's*
one-sided 95% bound, which holds for one look, and the *sequence*, whose bound holds at every look.

Two ways of counting. From a *fixed start*, the stay in shadow mode or the period at the tier: here a sequence keeps
its 5% however often and long anybody looks, and so the product counts. Over a *sliding window* of seven days, once it
is full: no bound promises anything here, and the figures show what would be lost within the period.

The columns are the share of companions passed by the one look of the 7th day, by a look on each day from the 7th on (no
stay in shadow mode ends sooner), and by a look on each day from the first. At the threshold that is wrong. The goals
are for the sequence from a fixed start: there at most 5% ever; 3 points above a gate of 95%, or 1.5 above one of 98%,
at least 90%, by the 7th day already, and so within 30 and 180 days.
"""

import argparse
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from charter.intervals import sequence_proves, wilson_low  # noqa: E402

A_DAY, WINDOW = 288, 7
SURE = Decimal("0.95")
WRONG, RIGHT = 0.05, 0.90
GATES = {
    "mean": lambda good, n, share: Decimal(good) / n >= share,
    "wilson": lambda good, n, share: wilson_low(good, n, SURE) >= share,
    "sequence": lambda good, n, share: sequence_proves(good, n, SURE, share=share),
}
# The gate's share, the days of its period, true rates.
PERIODS = (
    ("0.95", 30, (0.95, 0.98)),
    ("0.98", 180, (0.98, 0.995)),
)


def main():
    options = arguments()
    kept = [period(options, *each) for each in PERIODS]
    kept.append(every_answer(options))
    print("goals met" if all(kept) else "GOALS MISSED")
    return 0 if all(kept) else 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companions", type=int, default=20_000, help="of each true rate (default %(default)s)")
    parser.add_argument("--seed", type=int, default=5, help="(default %(default)s)")
    return parser.parse_args()


def period(options, share, days, rates):
    """One table; whether the goals are met in it."""
    chance, share = np.random.default_rng(options.seed), Decimal(share)
    print(f"\ngate {share}, {days} days of {A_DAY} answers, {options.companions:,} companions each")
    print(f"{'true rate':>9} {'counting':16} {'gate':9} {'day 7':>9} {f'days 7-{days}':>11} {f'days 1-{days}':>11}")
    met = True
    for rate in rates:
        daily = chance.binomial(A_DAY, rate, (options.companions, days))
        for counting, counts, sizes in (
            ("from the start", daily.cumsum(axis=1), [A_DAY * (day + 1) for day in range(days)]),
            ("sliding 7 d", sliding(daily), [WINDOW * A_DAY] * (days - WINDOW + 1)),
        ):
            skipped = days - len(sizes)
            for gate in GATES:
                passed = counts >= np.array([least(gate, n, share) for n in sizes])
                since_7th = passed[:, WINDOW - 1 - skipped :]
                once, then, ever = (it.mean() for it in (since_7th[:, 0], since_7th.any(axis=1), passed.any(axis=1)))
                first = f"{ever:11.2%}" if not skipped else f"{'':11}"
                print(f"{rate:9} {counting:16} {gate:9} {once:9.2%} {then:11.2%} {first}")
                if gate == "sequence" and not skipped:
                    met &= bool(once >= RIGHT) if rate > share else bool(ever <= WRONG)
    return met


def sliding(daily):
    """The sums of each full window."""
    sums = np.pad(daily.cumsum(axis=1), ((0, 0), (1, 0)))
    return sums[:, WINDOW:] - sums[:, :-WINDOW]


def least(gate, n, share):
    """The fewest successes of n that pass, by the product's own function; n + 1 where none do."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        if GATES[gate](middle, n, share):
            high = middle
        else:
            low = middle + 1
    return low


def every_answer(options):
    """At the threshold with a look after every answer of a month: the hardest case for a bound."""
    chance, share = np.random.default_rng(options.seed), Decimal("0.95")
    answers, companions = 30 * A_DAY, options.companions // 10
    print(
        f"\ngate {share}, a look after every one of {answers:,} answers (from the 52nd on), {companions:,} companions"
    )
    failures = (chance.random((companions, answers)) >= float(share)).cumsum(axis=1, dtype=np.int32)
    met = True
    for gate, passes in GATES.items():
        most = np.full(answers, -1, dtype=np.int32)
        allowed = 0
        for n in range(52, answers + 1):
            while allowed <= n and passes(n - allowed, n, share):
                allowed += 1
            most[n - 1] = allowed - 1
        wrong = (failures <= most).any(axis=1).mean()
        print(f"{0.95:9} {'from the start':16} {gate:9} {wrong:9.2%}")
        if gate == "sequence":
            met = bool(wrong <= WRONG)
    return met


if __name__ == "__main__":
    sys.exit(main())
