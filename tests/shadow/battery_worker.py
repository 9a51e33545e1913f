# ruff: noqa: E402, T201  Django is set up before its models are imported; the callers read what is printed
"""A process of its own that takes a battery, for tests of what happens when it is killed.

python -m tests.shadow.battery_worker begin URL            a watched companion and a run of the reasoning battery
python -m tests.shadow.battery_worker ask SPEED AHEAD      ask, on a clock that runs so fast and so many seconds ahead
python -m tests.shadow.battery_worker look                 how it stands, as JSON
"""

import json
import os
import sys
import time
from collections import Counter
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "kaizen.settings"

import django

django.setup()

from django.utils import timezone

from ledger.actors import Actor
from ledger.models import Decision
from shadow.actions.batteries import ask_due, conclude_over, start
from shadow.models import BatteryRun
from tests.shadow.making import watched


def begin(url):
    now = timezone.now()
    start(watched(at=now, url=url, requests_per_minute=600), "reasoning", by=Actor.system("atlas"), at=now)


def ask(speed, ahead):
    began, real = time.monotonic(), timezone.now()

    def clock():
        return real + timedelta(seconds=float(ahead) + (time.monotonic() - began) * float(speed))

    print("ready", flush=True)
    ask_due(clock=clock, seconds=60)
    conclude_over(at=clock())


def look():
    run = BatteryRun.objects.get()
    items = list(run.items.all())
    found = {
        "result": run.result,
        "prompts": run.prompts,
        "measured": run.measured,
        "good": run.good,
        "done": sum(it.is_done for it in items),
        "attempts": Counter(str(it.attempt) for it in items),
        "reasons": Counter(it.reason for it in items if it.is_good is None),
        "sealed": list(
            Decision.objects.filter(subject_ref=run.public_id).order_by("at").values_list("type", flat=True)
        ),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    {"begin": begin, "ask": ask, "look": look}[sys.argv[1]](*sys.argv[2:])
