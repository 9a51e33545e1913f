# ruff: noqa: E402, T201  Django is set up before its models are imported; the callers read what is printed
"""A process of its own for trials of scorers, on a database of its own; it keeps two scripted scorers.

python -m tests.shadow.rescoring_worker prepare N              N scored answers, a trial, two stewards
python -m tests.shadow.rescoring_worker read SECONDS_AHEAD     read until no trial is due
python -m tests.shadow.rescoring_worker promote GATE NUMBER    wait for the gate, then promote as that steward
python -m tests.shadow.rescoring_worker recount                what stands in the database, as JSON
"""

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "kaizen.settings"

import django

django.setup()

from django.utils import timezone
from pytest import MonkeyPatch  # noqa: PT013  the fixture is not to be had in a process without pytest

from charter.models import LawVersion, Score
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.models import Decision
from registry.models import Person
from shadow.actions import promoting
from shadow.actions.rescoring import read_more, start_trial
from shadow.actions.scoring import score_answers
from shadow.models import Answer, ScoreBucket, ScorerTrial
from tests.shadow.making import watched
from tests.shadow.scripted import Scripted, enact_law, keep

PAUSE = 0.02
STEWARDS = [f"steward{number}@example.org" for number in range(3)]


class Slow(Scripted):
    def score(self, response, **more):
        time.sleep(PAUSE)
        return super().score(response, **more)


OLD, NEW = Scripted("old", "1"), Slow("new", "2")
keep(MonkeyPatch(), OLD, NEW)


def prepare(number):
    now = timezone.now()
    version = enact_law(OLD, at=now, rescored=int(number))
    companions = [watched(at=now) for _ in range(3)]
    Answer.objects.bulk_create(
        [
            Answer(
                sample_id=f"{n:032x}",
                companion=companions[n % 3],
                slot_at=now,
                prompt_id="",
                text="Yes.",
                stored_at=now,
            )
            for n in range(int(number))
        ]
    )
    while score_answers(law=version.law, at=now):
        pass
    people = [Person.objects.create_user(email, "correct horse battery", roles=["steward"]) for email in STEWARDS]
    start_trial("new", "2", by=Actor.person(people[0]), at=now)


def read(ahead):
    while read_more(at=timezone.now() + timedelta(seconds=float(ahead))):
        print("a slice", flush=True)


def promote(gate, number):
    trial, by = ScorerTrial.objects.get(), Actor.person(Person.objects.get(email=STEWARDS[int(number)]))
    print("ready", flush=True)
    while not Path(gate).exists():
        time.sleep(0.001)
    try:
        promoting.promote(trial, by=by, reason="Better.", at=timezone.now(), version=trial.version)
    except (Refused, Forbidden) as error:
        print(type(error).__name__)
    else:
        print("promoted")


def recount():
    trial = ScorerTrial.objects.get()
    found = {
        "state": trial.state,
        "done": trial.done,
        "scores": Score.objects.filter(scorer=NEW.digest).count(),
        "summed": sum(ScoreBucket.objects.filter(scorer=NEW.digest).values_list("scored", flat=True)),
        "laws": LawVersion.objects.count(),
        "promotions": Decision.objects.filter(move="promote").count(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    {"prepare": prepare, "read": read, "promote": promote, "recount": recount}[sys.argv[1]](*sys.argv[2:])
