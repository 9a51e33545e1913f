"""Workers and stewards side by side about standing: ``python -m tests.tiers.racing`` prints JSON.

On a database and in a process of its own; DATABASE_URL and KAIZEN_HOME come from the environment.
"""

import json
import os
import sys
from collections import Counter
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaizen.settings")
import tests.environment  # noqa: F401  the keys and settings of the tests

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from charter.actions import enact  # noqa: E402
from charter.law import parse, read_document  # noqa: E402
from charter.queries import law_at  # noqa: E402
from charter.scoring.registry import scorer_of  # noqa: E402
from ledger.actors import Actor  # noqa: E402
from ledger.models import Decision  # noqa: E402
from ledger.opening import open_log  # noqa: E402
from ledger.verification import verify  # noqa: E402
from shadow.actions.summing import add_scores  # noqa: E402
from tests.conftest import BEGINNING, NOW  # noqa: E402
from tests.factories.companions import active  # noqa: E402
from tests.onboarding.racing import side_by_side  # noqa: E402
from tests.tiers.declining import assessed, replayed  # noqa: E402
from tiers.actions import incidents  # noqa: E402
from tiers.actions.falling import judge_all  # noqa: E402
from tiers.actions.patterns import look_for_rates  # noqa: E402
from tiers.actions.standing import end_when_due  # noqa: E402
from tiers.models import Decline, Incident, Monitoring, Penalty, Standing  # noqa: E402

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORKERS, COMPANIONS = 4, 6


def falling():
    """Workers read the same assessments at once: when the clocks begin, and when they end."""
    standings = [active(f"FALLS{n}_001", provider=f"falls-{n}", at=NOW - DAY) for n in range(COMPANIONS)]
    told = {}
    for name, at in (("alerted", NOW), ("fell", NOW + 3 * DAY)):
        for standing in standings:
            assessed(standing, at=at, gi="0.89")
        told[name] = side_by_side(*[lambda at=at: judge_all(at=at) for _ in range(WORKERS)])
    return {
        **told,
        "declines": Decline.objects.count(),
        "states": Counter(Decline.objects.values_list("state", flat=True)),
        "tiers": Counter(Standing.objects.filter(companion__ref__startswith="FALLS").values_list("tier", flat=True)),
        "monitorings": Monitoring.objects.count(),
        "decisions": Counter(Decision.objects.filter(subject_kind="decline").values_list("move", flat=True)),
    }


def offences():
    """As many offences of one companion are confirmed at once as there are workers."""
    companion = active("OFFENDS_001", provider="offends", at=NOW - DAY).companion
    opened = [
        incidents.open_incident(
            companion, kind="veto", severity="low", summary="It.", rule=f"x.{n}", by=incidents.ATLAS, at=NOW
        )
        for n in range(WORKERS)
    ]
    outcomes = side_by_side(
        *[lambda it=it: incidents.confirm(it, by=incidents.ATLAS, at=NOW, reason="Found again.") for it in opened]
    )
    return {"outcomes": outcomes, "rungs": sorted(Penalty.objects.values_list("nth", flat=True))}


def suspensions():
    """Workers find the same suspension over."""
    pk = Standing.objects.get(companion__ref="OFFENDS_001").pk
    outcomes = side_by_side(*[lambda: end_when_due(Standing.objects.get(pk=pk)) for _ in range(WORKERS)])
    return {"outcomes": outcomes, "ended": Decision.objects.filter(move="end_suspension").count()}


def rates():
    """Workers look at the same low rate."""
    companion = active("LOW_001", provider="low", at=NOW - 10 * DAY).companion
    counts = Counter(scored=12, compliant=6, score_sum=600)
    scorer = scorer_of(law_at(NOW)).digest
    add_scores({(companion.pk, scorer, NOW - n * HOUR): (counts, Counter()) for n in range(1, 25)})
    outcomes = side_by_side(*[lambda: look_for_rates(at=NOW) for _ in range(WORKERS)])
    return {"outcomes": outcomes, "incidents": Incident.objects.filter(kind="rate").count()}


def main():
    call_command("migrate", verbosity=0)
    document = read_document(settings.KAIZEN_LAW)
    open_log(at=BEGINNING, under=parse(document))
    enact(document, by=Actor.system("bootstrap"), at=BEGINNING, reason="shipped with this release")
    connection.close()
    told = {"falling": falling(), "offences": offences(), "suspensions": suspensions(), "rates": rates()}
    told["replayed"], told["differing"] = replayed()
    told["verified"] = verify().size
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
