# ruff: noqa: E402, T201  Django is set up before its models are imported; the callers read what is printed
"""A process of its own on a database of its own, for tests of what happens between processes.

python -m tests.shadow.worker prepare N [URL]          N watched companions, a slot of each kind due now
python -m tests.shadow.worker watch N URL              N watched companions, whom the planner is to plan
python -m tests.shadow.worker race GATE SEED           claim and finish until nothing is due, some of it twice
python -m tests.shadow.worker probe SECONDS_AHEAD      claim, ask and store until nothing is due
python -m tests.shadow.worker recount                  what stands in the database, as JSON
"""

import json
import os
import random
import sys
import time
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path

from charter.scoring.registry import scorer_of

os.environ["DJANGO_SETTINGS_MODULE"] = "kaizen.settings"

import django

django.setup()

from django.utils import timezone

from charter.queries import law_at
from shadow.actions.probing import claim, finish
from shadow.actions.scoring import score_answers
from shadow.models import Answer, Bucket, Sample, ScoreBucket, Slot
from shadow.prober import Prober
from shadow.probes import Probe
from tests.shadow.making import asked, failed, healthy, said, watched

PATIENCE = timedelta(minutes=30)


def prepare(number, url="https://models.example.com"):
    now = timezone.now()
    slots = []
    for _ in range(int(number)):
        companion = watched(at=now, url=url, places=int(number))
        slots += [
            Slot(companion=companion, probe=probe, slot_at=now, due_at=now, expires_at=now + PATIENCE)
            for probe in (Probe.HEALTH, Probe.DELIBERATION)
        ]
    Slot.objects.bulk_create(slots)


def watch(number, url):
    for _ in range(int(number)):
        watched(at=timezone.now(), url=url, places=8, requests_per_minute=600)


def race(gate, seed):
    chance = random.Random(int(seed))
    while not Path(gate).exists():
        time.sleep(0.001)
    counted = 0
    while slots := claim(chance.randint(1, 9), at=timezone.now(), token=uuid.uuid4()):
        called = chance.choice([said(), healthy(), failed(), None])
        results = asked(slots, called, at=timezone.now())
        for _ in range(chance.randint(1, 2)):
            counted += finish(results, at=timezone.now())
        now = timezone.now()
        score_answers(law=law_at(now), at=now, limit=5)
    while score_answers(law=law_at(now), at=now):
        pass
    print(counted)


def probe(ahead):
    offset = timedelta(seconds=float(ahead))
    prober = Prober(clock=lambda: timezone.now() + offset, after_answers=lambda: None)
    print("ready", flush=True)
    while prober.probe(wait=30):
        pass


def recount():
    samples = list(Sample.objects.all())
    sums = Counter()
    for row in Bucket.objects.all():
        sums.update(
            expected=row.expected, ok=row.ok, errors=row.errors, unknown=row.unknown, cost=int(row.cost * 10**8)
        )
    scores = ScoreBucket.objects.filter(scorer=scorer_of(law_at(timezone.now())).digest)
    found = {
        "slots": Slot.objects.count(),
        "samples": len(samples),
        # Answers that the model was to judge itself: each brings one slot more, with the answer's own transaction.
        "judged": Slot.objects.filter(probe=Probe.SELF_VALIDATION).count()
        + sum(it.probe == Probe.SELF_VALIDATION for it in samples),
        "keys": len({(it.companion_id, it.probe, it.slot_at) for it in samples}),
        "outcomes": Counter(it.outcome for it in samples),
        "sums": sums,
        "cost": int(sum(it.cost or 0 for it in samples) * 10**8),
        "errors": sum(it.counts_against for it in samples),
        "answers": Answer.objects.count(),
        "scored": sum(it.scored for it in scores),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    {"prepare": prepare, "watch": watch, "race": race, "probe": probe, "recount": recount}[sys.argv[1]](*sys.argv[2:])
