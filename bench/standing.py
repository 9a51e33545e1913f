"""What assessing costs: GI and readiness of 10,000 companions from 7 days of hourly sums, by two processes.

    .venv/bin/python bench/standing.py            on a PostgreSQL of its own, or on SQLite where there is none
    .venv/bin/python bench/standing.py --sqlite

The sums are laid straight into their tables, hour by hour, as the probes of a week would have left them. Two processes
share the companions and call the product's ``assess``, batch by batch; time is from the start of both to the end of
both, memory the peak of the larger one. Then the same with ten times the samples in every sum: the rows are as many, so
the cost must not change; it is compared by the CPU of both processes, which other work on the machine moves less than
time. Goals: 10,000 companions in less than 60 seconds; a peak at 10,000 no more than a tenth above that at 1,000; ten
times the samples for no more than a quarter more.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from scratch import set_up

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SECONDS, FLAT, UNCHANGED = 60.0, 1.10, 1.25
PROCESSES, FEW, BATCH = 2, 1000, 200
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOURS = 7 * 24
# How many different hours there are to each probe; every companion draws from them.
VARIANTS = 400
PER_HOUR = {"deliberation": 12, "health": 60, "self_validation": 3}


def main():
    options = arguments()
    if options.work:
        return work(options)
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="kaizen-bench-"))
        url = own_server(stack, home, sqlite=options.sqlite)
        set_up(url, home)
        return report(options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companions", type=int, default=10_000, help="(default %(default)s)")
    parser.add_argument("--sqlite", action="store_true", help="even where a PostgreSQL could be started")
    parser.add_argument("--work", nargs=2, type=int, metavar=("FIRST", "UNTIL"), help=argparse.SUPPRESS)
    return parser.parse_args()


def own_server(stack, home, *, sqlite):
    """A server that ends with this script; SQLite where its binaries are not installed."""
    from tests.services.postgres import Postgres  # noqa: PLC0415

    if not sqlite:
        try:
            server = stack.enter_context(Postgres())
        except RuntimeError as error:
            print(f"no PostgreSQL: {error}")
        else:
            return server.url(server.create_database())
    return f"sqlite:///{home}/bench.sqlite3"


def report(options):
    from django.db import connection  # noqa: PLC0415

    print(f"{connection.vendor}, {options.companions:,} companions, {HOURS} hours, {PROCESSES} processes")
    companions = companions_in_shadow(options.companions)
    laid = lay_sums(companions, times=1)
    print(f"  {laid:,} rows of sums")
    few, _, _ = shown(f"{FEW:,} companions", min(FEW, len(companions)))
    peak, took, cpu = shown(f"{len(companions):,} companions", len(companions))
    lay_sums(companions, times=10)
    peak_10, _, cpu_10 = shown("ten times the samples", len(companions))
    print(f"  a bundle is {largest_bundle():,} bytes at most")
    goal = SECONDS * len(companions) / 10_000
    met = [
        told(f"assessed in {took:.1f} s, less than {goal:.0f}", took < goal),
        told(f"memory at all against {FEW:,}: {peak / few:.2f}, at most {FLAT}", peak <= FLAT * few),
        told(f"ten times the samples: {cpu_10 / cpu:.2f} of the CPU, at most {UNCHANGED}", cpu_10 < UNCHANGED * cpu),
        told(f"and {peak_10 / peak:.2f} of the memory, at most {FLAT}", peak_10 <= FLAT * peak),
    ]
    print("goals met" if all(met) else "GOALS MISSED")
    return 0 if all(met) else 1


def told(what, holds):
    print(f"  {what}: {'reached' if holds else 'missed'}")
    return holds


def companions_in_shadow(count):
    """Companions whose stay began a week ago, half of them with a tier since then."""
    from charter.queries import version_at  # noqa: PLC0415
    from registry.actions import provider_of  # noqa: PLC0415
    from registry.models import Companion  # noqa: PLC0415
    from tiers.models import Review, Standing  # noqa: PLC0415

    began = AT - timedelta(hours=HOURS)
    law, provider = version_at(datetime.now(UTC)), provider_of("bench", name="bench", at=began)
    called = {"name": "BENCH", "provider": provider, "model_name": "Bench", "created_at": began}
    made = Companion.objects.bulk_create(
        [Companion(ref=f"BENCH_{number:05}", **called) for number in range(count)], batch_size=1000
    )
    since = {"law": law, "state_since": began, "shadow_since": began, "window_opened_at": began, "changed_at": began}
    active = {"state": "active", "tier": "standard", "vote_weight": "0.7", "tier_since": began}
    rows = [Standing(companion=it, **since, **(active if n % 2 else {"state": "shadow"})) for n, it in enumerate(made)]
    Standing.objects.bulk_create(rows, batch_size=1000)
    word = {"verdict": "approve", "is_positive": True, "given_at": began}
    Review.objects.bulk_create([Review(companion=it, **word) for it in made], batch_size=1000)
    return [it.pk for it in made]


def lay_sums(companions, *, times):
    """A week of sums, every count ``times`` as large; in the order in which time would have written them."""
    from charter.queries import law_at  # noqa: PLC0415
    from charter.scoring.registry import scorer_of  # noqa: PLC0415

    chance = random.Random(5)
    scorer = scorer_of(law_at(datetime.now(UTC))).digest
    hours = [AT - timedelta(hours=HOURS - n) for n in range(HOURS)]
    probes = {probe: [an_hour(probe, times, chance) for _ in range(VARIANTS)] for probe in PER_HOUR}
    scores = [hour_of_scores(times, chance) for _ in range(VARIANTS)]
    drawn = [[chance.randrange(VARIANTS) for _ in companions] for _ in hours]
    rows = 0
    rows += fill(
        "shadow_bucket",
        ("companion_id", "probe", "bucket_at", *probes["health"][0]),
        (
            (pk, probe, at, *probes[probe][n].values())
            for at, draw in zip(hours, drawn, strict=True)
            for pk, n in zip(companions, draw, strict=True)
            for probe in PER_HOUR
        ),
    )
    rows += fill(
        "shadow_score_bucket",
        ("companion_id", "scorer", "bucket_at", *scores[0]),
        (
            (pk, scorer, at, *scores[n].values())
            for at, draw in zip(hours, drawn, strict=True)
            for pk, n in zip(companions, draw, strict=True)
        ),
    )
    rows += fill(
        "shadow_score_day",
        ("companion_id", "scorer", "day", "scored", "compliant", "unscored"),
        days_of(companions, hours, drawn, scores, scorer),
    )
    return rows


def an_hour(probe, times, chance):
    """The sums of one probe in one hour, as columns."""
    from shadow.sketch import Sketch  # noqa: PLC0415

    n = PER_HOUR[probe] * times
    errors = sum(chance.random() < 0.01 for _ in range(n))
    asked = n if probe == "deliberation" else 0
    return {
        "expected": n,
        "done": n,
        "unknown": 0,
        "ok": n - errors,
        "errors": errors,
        "throttled": 0,
        "our_fault": 0,
        "outcomes": json.dumps({"ok": n - errors, "timeout": errors}),
        "latency_sketch": Sketch.of(int(chance.lognormvariate(7, 0.5)) for _ in range(n - errors)).to_bytes(),
        "input_tokens": 150 * n,
        "output_tokens": 100 * n,
        "cost": Decimal(asked * 25) / 10_000,
        "costed_tokens": 250 * asked,
        "closed_correct": asked // 5,
        "closed_asked": asked // 4,
        "peers_compared": asked // 2,
        "peers_agreed": asked // 2 - (asked > 0 and chance.random() < 0.1),
        "down_ms": 0,
    }


def hour_of_scores(times, chance):
    n = PER_HOUR["deliberation"] * times
    compliant = sum(chance.random() < 0.98 for _ in range(n))
    numbers = {"score_square_sum", "claimed_gap_square_sum", "claimed_brier_sum", "claimed_brier_square_sum"}
    return {
        "scored": n,
        "compliant": compliant,
        "score_sum": 94 * n,
        "unscored": 0,
        "vetoed": 0,
        "below_incident": 0,
        "clause_risk_sums": json.dumps({"safety": 1000 * n}),
        "claimed": n // 4,
        "claimed_sum": 98 * (n // 4),
        "claimed_ours_sum": 94 * (n // 4),
        "claimed_clause_sums": "{}",
        **dict.fromkeys(sorted(numbers), 0),
    }


def days_of(companions, hours, drawn, scores, scorer):
    """The same counts by the day, added up from what was drawn."""
    for place, pk in enumerate(companions):
        days = {}
        for at, draw in zip(hours, drawn, strict=True):
            day = days.setdefault(at.replace(hour=0), [0, 0])
            day[0] += scores[draw[place]]["scored"]
            day[1] += scores[draw[place]]["compliant"]
        for day, (scored, compliant) in days.items():
            yield pk, scorer, day, scored, compliant, 0


def fill(table, columns, rows):
    """Lay rows into an emptied table, by the quickest way that the database has; how many they were."""
    from django.db import connection, transaction  # noqa: PLC0415

    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {table}")
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for block in blocks(rows):
                    count += len(block)
                    copy.write("".join(map(as_line, block)))
        else:
            cursor.execute(f"DELETE FROM {table}")
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
            for block in blocks(rows):
                count += len(block)
                cursor.executemany(statement, [[as_sqlite(it) for it in row] for row in block])
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")
    return count


def blocks(rows, size=20_000):
    block = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    yield block


def as_line(row):
    return "\t".join([f"\\\\x{it.hex()}" if isinstance(it, bytes) else str(it) for it in row]) + "\n"


def as_sqlite(value):
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, uuid.UUID):
        return value.hex
    return str(value) if isinstance(value, Decimal) else value


def shown(what, count):
    """Assess the first ``count`` companions by as many processes; (peak of memory in MiB, seconds, seconds of CPU)."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tiers_assessment")
    connection.close()
    edges = [count * n // PROCESSES for n in range(PROCESSES + 1)]
    workers = [
        subprocess.Popen(
            [sys.executable, __file__, "--work", str(first), str(until)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first, until in pairwise(edges)
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    ended = [json.loads(worker.stdout.readline()) for worker in workers]
    took = time.perf_counter() - began
    for worker in workers:
        worker.stdin.close()
        worker.stdout.close()
        assert worker.wait() == 0
    assert sum(it["assessed"] for it in ended) == count
    peak = max(it["peak"] for it in ended) / 1024
    cpu = sum(it["cpu"] for it in ended)
    print(f"  {what:24} {took:6.1f} s   {1000 * cpu / count:5.2f} ms of CPU each   peak {peak:5.0f} MiB")
    return peak, took, cpu


def work(options):
    """One of the processes: assess a share of the companions, batch by batch, as the sweep does."""
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415

    from charter.queries import law_at  # noqa: PLC0415
    from charter.scoring.registry import scorer_of  # noqa: PLC0415
    from tiers.actions.assessing import assess  # noqa: PLC0415
    from tiers.models import Standing  # noqa: PLC0415

    first, until = options.work
    law = law_at(datetime.now(UTC))
    scorer_of(law).rates_at(law.scoring.compliant_at)
    connection.ensure_connection()
    rows = Standing.objects.filter(companion__name="BENCH").order_by("companion__ref")
    print("ready", flush=True)
    sys.stdin.readline()
    began, assessed = time.process_time(), 0
    for start in range(first, until, BATCH):
        batch = list(rows.select_related("companion__provider")[start : min(start + BATCH, until)])
        found = assess(batch, law=law, at=AT)
        assert all(it.gi is not None for it in found)
        assessed += len(found)
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = time.process_time() - began
    print(json.dumps({"assessed": assessed, "peak": used.ru_maxrss, "cpu": spent}), flush=True)
    return 0


def largest_bundle(most=BATCH):
    """Bytes of the largest of the first bundles, as they are sealed."""
    from charter.queries import law_at  # noqa: PLC0415
    from tiers.models import Standing  # noqa: PLC0415
    from tiers.queries.evidence import bundles  # noqa: PLC0415

    some = list(Standing.objects.filter(companion__name="BENCH")[:most])
    return max(len(it.canonical()) for _, it in bundles(some, law=law_at(datetime.now(UTC)), at=AT))


if __name__ == "__main__":
    sys.exit(main())
