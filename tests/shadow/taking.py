"""Batteries on laws of their own size, and models on loopback that take them."""

import sys
import time
import uuid
from copy import deepcopy
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from charter.actions import enact
from charter.queries import version_at
from ledger.actors import Actor
from shadow.actions.batteries import ask_due, conclude_over
from shadow.actions.batteries.claiming import claim
from shadow.actions.batteries.finishing import finish
from shadow.models import BatteryRun
from shadow.prompts import by_id
from tests.shadow.serving import Model

PROVIDER = Path(__file__).parents[2] / "deploy" / "reference_provider"
REASONING, EDGE_CASES = "reasoning", "edge_cases"
ATLAS = Actor.system("atlas")


def enact_batteries(*, at, version="6.0.0", **changes):
    """A law like the one in force with these changes to all of its batteries, in force since a second before."""
    document = deepcopy(version_at(at).document)
    document["version"] = version
    for battery in document["batteries"].values():
        battery.update(changes)
    return enact(document, by=Actor.system("bootstrap"), at=at - timedelta(seconds=1), reason="for this story")


def the_manners():
    """The reference provider's own module, as its server imports it."""
    if str(PROVIDER) not in sys.path:
        sys.path.insert(0, str(PROVIDER))
    return import_module("manners")


class Taking(Model):
    """A model that answers a deliberation by ``reply(prompt, number)``: a text, or (wait, status, body)."""

    def __init__(self, reply):
        self.reply = reply
        super().__init__(self._manner)

    def _manner(self, _path):
        found = self.reply(self.bodies[-1]["prompt"], len(self.bodies))
        return (0, 200, {"response": found}) if isinstance(found, str) else found


def good_reply(prompt, _number):
    return the_manners().good_answer(prompt)["response"]


def violating():
    """Replies that violate the charter from the first one on."""
    manner = the_manners().make("violator", behave_for=0, latency=None, fail_every=None)
    return lambda prompt, number: manner.answer(prompt, number)["response"]


class Clock:
    """A clock that a story sets: all that is due by then is due at once, and calls take no time."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at

    def on(self, span):
        self.at += span
        return self.at


class RunningClock:
    """A clock that begins at a time of a story's and goes on by itself."""

    def __init__(self, at):
        self.at, self.began = at, time.monotonic()

    def __call__(self):
        return self.at + timedelta(seconds=time.monotonic() - self.began)


def taken(run, *, clock, until=None, step=timedelta(seconds=15), deadline=10.0):
    """Ask prompt after prompt in the run's pace until it is over, or until this time; the run as it stands then."""
    until = until or run.due_at
    while clock.at <= until:
        ask_due(clock=clock, seconds=0.01, deadline=deadline)
        conclude_over(at=clock.at)
        run = BatteryRun.objects.get(pk=run.pk)
        if run.ended_at:
            break
        clock.on(step)
    return run


def expected_of(item):
    return by_id(item.prompt_id).expected


def answered(run, calls, *, at):
    """The next prompts of a run end as these calls, and the run if it is over."""
    for n, called in enumerate(calls):
        (held,) = claim(1, at=at + n * timedelta(minutes=5), token=uuid.uuid4())
        finish(held, called, at=at)
    conclude_over(at=at)
    return BatteryRun.objects.get(pk=run.pk)
