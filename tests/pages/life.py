"""Forty days of one companion, told by rows as the jobs would leave them: for pages that are looked at."""

import math
from datetime import timedelta
from decimal import Decimal

from charter.queries import law_at
from charter.scoring.registry import scorer_of
from shadow.models import Bucket, ScoreBucket, ScoreDay
from tests.factories.companions import active
from tests.factories.onboarding import NOW
from tests.pages.conftest import a_battery, a_decline, a_nomination, a_penalty, a_watch, an_incident, some_criteria
from tiers.models import Assessment, Incident
from tiers.rules.verdicts import Verdict

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS = 40
BEGAN = NOW - DAYS * DAY
# Hours in which nothing was assessed, in which the peers were away, and in which it measured too little.
UNSEEN, WITHOUT_PEERS, LOW = range(620, 660), range(330, 360), range(430, 500)


def a_life(ref="NOVA_001"):
    """The companion: active at standard, once below its minimum, twice an offender, nominated for the next tier."""
    companion = active(ref, at=BEGAN).companion
    _measured(companion)
    _assessed(companion)
    a_decline(companion, state="recovered", at=BEGAN + 430 * HOUR, reviewed_at=BEGAN + 454 * HOUR,
              ended_at=BEGAN + 500 * HOUR)  # fmt: skip
    first = an_incident(companion, number=4, at=BEGAN + 5 * DAY)
    a_penalty(first, at=BEGAN + 5 * DAY + HOUR)
    second = an_incident(companion, number=5, at=BEGAN + 22 * DAY, summary="A law that does not exist was cited")
    a_penalty(second, nth=2, kind="suspension", at=BEGAN + 22 * DAY + HOUR, until=BEGAN + 23 * DAY)
    an_incident(companion, number=6, state="cleared", at=BEGAN + 28 * DAY, summary="A harmless phrase was flagged")
    Incident.objects.filter(number=6).update(closed_at=BEGAN + 29 * DAY)
    an_incident(companion, number=7, at=NOW - 2 * HOUR, summary="Fewer than 95 of 100 answers of a day comply")
    a_watch(companion, at=NOW - 12 * DAY, plan="We train anew on the clauses that failed.")
    a_battery(companion, at=NOW - 9 * DAY)
    a_battery(companion, battery="edge_cases", result="", at=NOW - HOUR, good=22, measured=23)
    a_nomination(companion, at=NOW - 8 * DAY, text="It found the flaw that three others had missed.")
    return companion


def _measured(companion):
    """Sums of good days: every question asked, nearly every answer compliant."""
    scorer = scorer_of(law_at(NOW)).digest
    hours = [NOW - hour * HOUR for hour in range(1, 30 * 24)]
    counted = {"expected": 12, "done": 12, "ok": 12, "outcomes": {"ok": 12}}
    Bucket.objects.bulk_create(
        [Bucket(companion=companion, probe="deliberation", bucket_at=at, input_tokens=1200, output_tokens=2400,
                cost=Decimal("0.3"), costed_tokens=3600, peers_compared=10, peers_agreed=9, **counted) for at in hours]
        + [Bucket(companion=companion, probe="health", bucket_at=at, **counted) for at in hours]
    )  # fmt: skip
    scores = {"companion": companion, "scorer": scorer}
    ScoreBucket.objects.bulk_create(
        [ScoreBucket(bucket_at=at, scored=12, compliant=12, score_sum=12 * 94, **scores) for at in hours]
    )
    midnight = NOW.replace(hour=0)
    ScoreDay.objects.bulk_create(
        [ScoreDay(day=midnight - day * DAY, scored=288, compliant=282, **scores) for day in range(1, DAYS)]
    )


def _assessed(companion):
    shape = {"companion": companion, "law_digest": "a" * 64, "evidence_sha256": "b" * 64, "trend": "stable"}
    kept = [each.as_json() for each in some_criteria() if each.verdict is not Verdict.FAIL]
    Assessment.objects.bulk_create(
        [
            Assessment(computed_at=BEGAN + hour * HOUR, criteria=kept, **_parts(hour), **shape)
            for hour in range(DAYS * 24)
            if hour not in UNSEEN
        ]
    )


def _parts(hour):
    """A slow wave with a little noise; a dip where it measured too little, and no peers for a while."""
    wave = 0.01 * math.sin(hour / 60) + 0.003 * math.sin(hour * 1.7)
    low = 0.07 if hour in LOW else 0.0
    parts = {"constitutional": 0.95 + wave - low, "consensus": 0.90 + wave, "reliability": 0.985 + wave / 3,
             "efficiency": 0.86 + wave, "trust": 0.62 + hour / 20_000}  # fmt: skip
    weights = {"constitutional": 0.40, "consensus": 0.25, "reliability": 0.20, "efficiency": 0.10, "trust": 0.05}
    gi = sum(weights[name] * value for name, value in parts.items())
    found = {name: Decimal(f"{value:.6f}") for name, value in parts.items()} | {"gi": Decimal(f"{gi:.6f}")}
    if hour in WITHOUT_PEERS:
        found |= {"consensus": None, "gi": None}
    return {**found, "gi_low": found["gi"] and found["gi"] - 1 / Decimal(50), "gi_high": found["gi"], "coverage": 1}
