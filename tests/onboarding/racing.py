"""Races on a real database of their own, in a process of their own: ``python -m tests.onboarding.racing`` prints JSON.

DATABASE_URL and KAIZEN_HOME come from the environment; every case starts its threads at one moment.
"""

import json
import os
import sys
import threading

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaizen.settings")
import tests.environment  # noqa: F401  the keys and settings of the tests

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from charter.actions import enact  # noqa: E402
from charter.law import parse, read_document  # noqa: E402
from ledger.actors import Actor  # noqa: E402
from ledger.decisions import Refused  # noqa: E402
from ledger.models import Decision  # noqa: E402
from ledger.opening import open_log  # noqa: E402
from ledger.verification import verify  # noqa: E402
from onboarding import actions  # noqa: E402
from onboarding.models import Application  # noqa: E402
from onboarding.models.application import State  # noqa: E402
from registry.models import Companion, Credential  # noqa: E402
from tests.factories.onboarding import (  # noqa: E402
    NOW,
    PROVIDER,
    REASON,
    a_steward_called,
    an_application,
    submitted,
)


def side_by_side(*acts):
    """What each of ``acts`` came to: its result's name, or the refusal's class and words."""
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        gate.wait()
        try:
            act()
            outcomes[place] = ["done", ""]
        except Refused as refusal:
            outcomes[place] = [type(refusal).__name__, str(refusal)]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def two_stewards(rounds=4):
    """Two stewards who read the same version decide at once."""
    ines, omar = (Actor.person(a_steward_called(name)) for name in ("ines", "omar"))
    for number in range(rounds):
        one = an_application(
            State.STEWARD_REVIEW, provider=f"race-{number}", upstreamModel=str(number), **_mail(number)
        )
        other = Application.objects.get(pk=one.pk)
        facts = {"reason": REASON, "at": NOW, "version": one.version}
        outcomes = side_by_side(
            lambda one=one, facts=facts: actions.approve(one, by=ines, **facts),
            lambda other=other, facts=facts: actions.reject(other, by=omar, **facts),
        )
        moves = Decision.objects.filter(subject_ref=one.public_id, move__in=["approve", "reject"])
        yield {"outcomes": outcomes, "deciders": [ines.ref, omar.ref], "decisions": moves.count()}


def the_same_model():
    """Eight apply with one model of one provider."""
    outcomes = side_by_side(*[lambda: submitted(provider="same-org") for _ in range(8)])
    return {"outcomes": outcomes, "rows": Application.objects.filter(provider__slug="same-org").count()}


def one_domain():
    """Eight models of one email domain apply."""
    acts = [lambda n=n: submitted(provider=f"crowd-{n}", **_mail("crowd")) for n in range(8)]
    return {
        "outcomes": side_by_side(*acts),
        "rows": Application.objects.filter(provider__slug__startswith="crowd").count(),
    }


def one_endpoint():
    """Two applications with one endpoint and model are approved at once."""
    ines = Actor.person(a_steward_called("ines"))
    twins = [an_application(State.STEWARD_REVIEW, provider=f"twin-{n}", **_mail(f"twin{n}")) for n in range(2)]
    acts = [lambda twin=twin: actions.approve(twin, by=ines, reason=REASON, at=NOW) for twin in twins]
    return {
        "outcomes": side_by_side(*acts),
        "approved": Application.objects.filter(provider__slug__startswith="twin", state=State.APPROVED).count(),
    }


def two_mounts():
    """One token mounts twice at once."""
    application = an_application(State.APPROVED, upstreamModel="mounted", **_mail("mounts"))
    other = Application.objects.get(pk=application.pk)
    outcomes = side_by_side(*[lambda it=it: actions.mount(it, by=PROVIDER, at=NOW) for it in (application, other)])
    return {
        "outcomes": outcomes,
        "companions": Companion.objects.filter(provider__slug="your-org").count(),
        "live_keys": Credential.objects.filter(revoked_at=None).count(),
    }


def _mail(name):
    return {"contact": {"name": "A", "email": f"a@mail-{name}.ai", "organization": "B"}}


def main():
    call_command("migrate", verbosity=0)
    document = read_document(settings.KAIZEN_LAW)
    open_log(at=NOW, under=parse(document))
    enact(document, by=Actor.system("bootstrap"), at=NOW, reason="shipped with this release")
    connection.close()
    told = {
        "two_stewards": list(two_stewards()),
        "the_same_model": the_same_model(),
        "one_domain": one_domain(),
        "one_endpoint": one_endpoint(),
        "two_mounts": two_mounts(),
    }
    told["verified"] = verify().size
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
