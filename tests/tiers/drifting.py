"""Sums of a companion as shadow mode would have left them, hour by hour."""

from datetime import timedelta

from charter.queries import law_at
from charter.scoring.registry import scorer_of
from shadow.models import Bucket, ScoreBucket
from shadow.probes import Probe
from shadow.sketch import Sketch

HOUR = timedelta(hours=1)


def write_hours(companion, *, until, hours, latency=2000, score=92, right=24, asked=24, rhythm=0.0, scorer=None, n=12):
    """``hours`` whole hours before ``until``, alike but for a wave that spreads them; right answers per 24."""
    scorer = scorer or scorer_of(law_at(until)).digest
    buckets, scores = [], []
    for hour in range(hours):
        at = until - (hour + 1) * HOUR
        slow = 1 + rhythm * ((at.hour - 12) / 12) + 0.02 * ((7 * hour) % 5 - 2)
        latencies = [round(latency * slow * (0.7 + 0.06 * number)) for number in range(n)]
        wave = (hour * 5) % 7 - 3
        points = [min(100, max(0, score + wave + (number % 5 - 2))) for number in range(n)]
        buckets.append(
            Bucket(
                companion=companion,
                probe=Probe.DELIBERATION,
                bucket_at=at,
                expected=n,
                done=n,
                ok=n,
                latency_sketch=Sketch.of(latencies).to_bytes(),
                closed_asked=asked // 12 if hour % 2 else asked // 8,
                closed_correct=(asked // 12 if hour % 2 else asked // 8) if hour % 24 < right else 0,
            )
        )
        scores.append(
            ScoreBucket(
                companion=companion,
                bucket_at=at,
                scorer=scorer,
                scored=n,
                score_sum=sum(points),
                score_square_sum=sum(it * it for it in points),
            )
        )
    Bucket.objects.bulk_create(buckets)
    ScoreBucket.objects.bulk_create(scores)
