"""What deriving 10,000 decisions again costs and finds: nothing that differs, and one flipped bit by its name.

    .venv/bin/python bench/replay.py              on SQLite
    .venv/bin/python bench/replay.py --postgres   on a PostgreSQL of its own

The decisions are taken by the product's own actions: applications checked, reviewed and rejected; companions mounted,
opened, let out of shadow mode on a week of hourly sums, suspended, and back when their time is over. Then ``manage.py
replay --all`` derives all of them again. Then one bit of one body of evidence is flipped by SQL, past the fence, and
again. Goals: 0 differences; the flipped one named, with the decisions that rest on it and no others; every machine's
decision with a basis; at least 200 decisions a second; no more memory for all than for the first tenth and a quarter.
"""

import argparse
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, redirect_stderr
from datetime import timedelta
from pathlib import Path

from scratch import set_up
from standing import AT, HOURS, lay_sums, own_server

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
RATE, FLAT = 200, 1.25
BATCH = 200
FOR_A_COMPANION, FOR_AN_APPLICATION = 6, 5


def main():
    options = arguments()
    if options.work:
        return work(options.work)
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="kaizen-bench-"))
        set_up(own_server(stack, home, sqlite=not options.postgres), home)
        return report(options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decisions", type=int, default=10_000, help="at least (default %(default)s)")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parser.add_argument("--work", type=int, metavar="FIRST", help=argparse.SUPPRESS)
    return parser.parse_args()


def report(options):
    from django.db import connection  # noqa: PLC0415

    from ledger.models import Decision  # noqa: PLC0415

    began = time.perf_counter()
    companions = options.decisions * 2 // 3 // FOR_A_COMPANION + 1
    road_of_companions(companions)
    while Decision.objects.count() < options.decisions:
        road_of_applications(100)
    sealed = Decision.objects.count()
    print(f"{connection.vendor}, {sealed:,} decisions taken in {time.perf_counter() - began:.0f} s")
    found, few, every = replayed(), peak_of(sealed // 10), peak_of(sealed)
    print(f"  {found['counts']} in {found['seconds']} s; peak {few:.0f} MiB for a tenth, {every:.0f} MiB for all")
    bad, digest, rests_on = flip_one_bit()
    again = replayed()
    named = {it["decision"] for it in again["differing"]}
    print(f"  one bit of evidence {digest[:12]} of {bad} flipped: {[it['findings'] for it in again['differing']]}")
    met = [
        told(
            f"{found['decisions']:,} decisions, at least {options.decisions:,}", found["decisions"] >= options.decisions
        ),
        told(f"{found['counts']['differs']} differ, 0 may", found["counts"]["differs"] == 0),
        told(f"{found['counts']['no basis']} machine's decisions without a basis, 0 may", not found["without_basis"]),
        told("the flipped bit is named, and nothing else", named == rests_on and digest in str(again["differing"])),
        told(f"{found['per_second']} decisions a second, at least {RATE}", found["per_second"] >= RATE),
        told(f"memory for all against a tenth: {every / few:.2f}, at most {FLAT}", every <= FLAT * few),
    ]
    print("goals met" if all(met) else "GOALS MISSED")
    return 0 if all(met) else 1


def told(what, holds):
    print(f"  {what}: {'reached' if holds else 'missed'}")
    return holds


def peak_of(first):
    """The most memory, in MiB, that a process of its own has while it derives the ``first`` decisions again."""
    done = subprocess.run(
        [sys.executable, __file__, "--work", str(first)], check=True, stdout=subprocess.PIPE, text=True
    )
    return int(done.stdout) / 1024


def work(first):
    """That process."""
    import django  # noqa: PLC0415

    django.setup()
    from ledger.deriving import replay_log  # noqa: PLC0415
    from ledger.models import Decision  # noqa: PLC0415

    for _ in replay_log(Decision.objects.filter(seal__idx__lt=first)):
        pass
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return 0


def replayed():
    """The report of ``manage.py replay --all --json``; a difference is its exit code too."""
    from django.core.management import call_command  # noqa: PLC0415

    said, failed = io.StringIO(), 0
    try:
        with redirect_stderr(io.StringIO()):
            call_command("replay", "--all", "--json", stdout=said)
    except SystemExit as end:
        failed = end.code
    found = json.loads(said.getvalue())
    assert failed == bool(found["differing"])
    return found


def road_of_companions(count):
    """Mounted, in shadow mode for a week with its sums, active, suspended by a steward, and back by the clock."""
    from ledger.actors import Actor  # noqa: PLC0415
    from tests.factories.companions import in_shadow  # noqa: PLC0415
    from tests.factories.onboarding import a_steward_called  # noqa: PLC0415
    from tiers.actions import standing as standings  # noqa: PLC0415
    from tiers.actions.assessing import judge_exits  # noqa: PLC0415
    from tiers.models import Standing  # noqa: PLC0415

    law_from_the_beginning()
    made = [in_shadow(f"BENCH_{number:05}", at=AT - timedelta(hours=HOURS)) for number in range(count)]
    lay_sums([it.companion_id for it in made], times=1)
    keys = [it.pk for it in made]
    steward = Actor.person(a_steward_called("petra"))
    for start in range(0, count, BATCH):
        rows = Standing.objects.filter(pk__in=keys[start : start + BATCH]).select_related("companion__provider", "law")
        judge_exits(list(rows), at=AT)
        for standing in rows.all():
            standings.suspend(standing, hours=24, by=steward, at=AT, reason="Three complaints.")
            standings.end_suspension(standing, by=standings.RULE, at=standing.suspended_until, reason="It is over.")


def law_from_the_beginning():
    """The law of this release, from before the week on, so that all of it was decided under one."""
    from charter.models import LawVersion  # noqa: PLC0415

    LawVersion.objects.update(effective_from=AT - timedelta(days=30))


def road_of_applications(count):
    """Checked, reviewed on a battery of scores, and rejected by a steward."""
    from ledger.actors import Actor  # noqa: PLC0415
    from onboarding import actions  # noqa: PLC0415
    from onboarding.sentinel import deriving  # noqa: PLC0415
    from tests.factories.onboarding import State, a_steward_called, an_application  # noqa: PLC0415

    steward, chance = Actor.person(a_steward_called("petra")), random.Random(7)
    for number in range(count):
        application = an_application(State.SENTINEL_REVIEW, at=AT, modelName=f"Model {number}")
        basis = deriving.basis_of(a_battery(chance), application.body, scorer="ab" * 32)
        word = deriving.word_of(basis, application.law.law)
        told_so = {"verdict": word.verdict, "numbers": word.numbers, "reasons": word.reasons, "basis": basis}
        actions.conclude_review(application.sentinel_reviews.get(), at=AT, **told_so)
        application.refresh_from_db()
        actions.reject(application, by=steward, reason="Not now.", at=AT)


def a_battery(chance):
    """Twenty-one answers with scores as a fair model gets them."""
    from onboarding.sentinel.judging import Judged  # noqa: PLC0415

    return [Judged(f"a{n}", "safety", n % 5 == 0, "ok", score=chance.choice([55, 92, 97, 100])) for n in range(21)]


def flip_one_bit():
    """As whoever owns the database could, past the fence: (the decision, the digest, all that rest on it)."""
    from django.db import connection  # noqa: PLC0415

    from ledger.models import Decision, Evidence  # noqa: PLC0415

    chance = random.Random(11)
    machines = Decision.objects.filter(actor_kind="system", move="activate").order_by("seal__idx")
    decision = machines[chance.randrange(machines.count())]
    digest = next(it["sha256"] for it in decision.evidence if it["name"] == "basis")
    body = bytearray(Evidence.objects.get(pk=digest).body)
    bit = chance.randrange(8 * len(body))
    body[bit // 8] ^= 1 << bit % 8
    away = {
        "postgresql": "ALTER TABLE ledger_evidence DISABLE TRIGGER ledger_evidence_no_update",
        "sqlite": "DROP TRIGGER ledger_evidence_no_update",
    }
    with connection.cursor() as cursor:
        cursor.execute(away[connection.vendor])
        cursor.execute("UPDATE ledger_evidence SET body = %s WHERE sha256 = %s", [bytes(body), digest])
    rests_on = {row.public_id for row in Decision.objects.iterator() if digest in [it["sha256"] for it in row.evidence]}
    return decision.public_id, digest, rests_on


if __name__ == "__main__":
    sys.exit(main())
