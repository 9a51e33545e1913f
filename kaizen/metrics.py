"""``/metrics``: figures read from the database at scrape, for Prometheus. Numbers; never a text or a person."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from kaizen.waiting import oldest_due
from ledger.models import Decision, Head
from onboarding.models import Application
from shadow.models import Answer, Bucket
from shadow.queries import slots_due_and_missed
from tiers.models import Assessment, Standing
from tiers.models.standing import PROBED
from tiers.queries.drift import latest_look

# Several scrapers, or a page that reloads, cost the database one reading.
KEPT_SECONDS = 5.0
Figures = Mapping[tuple[str, ...], float]
OUTCOMES_OVER = timedelta(hours=1)
# Those withheld are latencies that changed for so many at once that our own network is suspected.
DRIFT = ("tests", "found", "withheld", "returned")
WORK = ("probes", "planning", "scores", "checks", "sentinel", "suspensions")


class DatabaseCollector(Collector):
    """Every figure as it stands at ``at``."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Metric]:
        yield _gauge("kaizen_build_info", "The running version.", {(settings.KAIZEN_VERSION,): 1.0}, "version")
        yield from self._queue()
        yield from self._shadow()
        yield from self._companions()
        yield from self._records()

    def _queue(self) -> Iterator[Metric]:
        since = oldest_due(self.at)
        ages: Figures = {(kind,): (self.at - since[kind]).total_seconds() if kind in since else 0.0 for kind in WORK}
        yield _gauge("kaizen_queue_oldest_age_seconds", "How long the oldest due work waits.", ages, "work")
        slots = slots_due_and_missed(self.at)
        yield _gauge("kaizen_slots_due", "Questions that are due and held by nobody.", {(): slots.due})
        yield _gauge("kaizen_slots_leased", "Questions that are being asked.", {(): slots.leased})
        yield _gauge(
            "kaizen_slots_missed", "Questions missed by our own fault in the last 24 hours.", {(): slots.missed}
        )
        unscored = Answer.objects.filter(scored_by="").count()
        yield _gauge("kaizen_answers_unscored", "Answers that wait for a score.", {(): unscored})

    def _shadow(self) -> Iterator[Metric]:
        outcomes: Counter[tuple[str, ...]] = Counter()
        rows = Bucket.objects.filter(bucket_at__gte=self.at - OUTCOMES_OVER).values_list("probe", "outcomes")
        for probe, counts in rows:
            for outcome, n in counts.items():
                outcomes[probe, outcome] += n
        yield _gauge("kaizen_probe_outcomes", "Outcomes in buckets of the last hour.", outcomes, "probe", "outcome")

    def _companions(self) -> Iterator[Metric]:
        states = _counted(Standing.objects.values_list("state").annotate(n=Count("pk")))
        yield _gauge("kaizen_companions", "Companions by state.", states, "state")
        latest = Assessment.objects.filter(companion=OuterRef("companion")).order_by("-computed_at").values("pk")[:1]
        wanted = Standing.objects.filter(state__in=PROBED).values(latest=Subquery(latest))
        rows = Assessment.objects.filter(pk__in=wanted).values_list("companion__ref", "gi_low", "gi", "gi_high")
        gi: Figures = {
            (ref, bound): float(value)
            for ref, *values in rows.order_by("companion__ref")
            for bound, value in zip(("low", "value", "high"), values, strict=True)
            if value is not None
        }
        yield _gauge("kaizen_companion_gi_ratio", "The latest GI with its bounds, 0-1.", gi, "companion", "bound")

        look = latest_look()
        drift: Figures = {(name,): float(getattr(look, name)) for name in DRIFT} if look else {}
        yield _gauge("kaizen_drift_look", "The last look for drift: its tests and what came of them.", drift, "count")

    def _records(self) -> Iterator[Metric]:
        applications = _counted(Application.objects.values_list("state").annotate(n=Count("pk")))
        yield _gauge("kaizen_applications", "Applications by state.", applications, "state")
        decisions = CounterMetricFamily("kaizen_decisions", "Sealed decisions by type.", labels=["type"])
        for type_, n in Decision.objects.values_list("type").annotate(n=Count("pk")).order_by("type"):
            decisions.add_metric([type_], n)
        yield decisions
        size = Head.objects.values_list("size", flat=True).filter(id=1).first() or 0
        yield CounterMetricFamily("kaizen_ledger_entries", "Entries of the ledger.", value=size)


class _Kept:
    """The last reading, for as long as it is fresh; one thread reads, the others wait for it."""

    def __init__(self) -> None:
        self.lock, self.until, self.body = threading.Lock(), 0.0, b""

    def body_now(self) -> bytes:
        with self.lock:
            if time.monotonic() >= self.until:
                registry = CollectorRegistry(auto_describe=False)
                registry.register(DatabaseCollector(timezone.now()))
                self.body = generate_latest(registry)
                self.until = time.monotonic() + KEPT_SECONDS
            return self.body


_kept = _Kept()


def metrics(_request: HttpRequest) -> HttpResponse:
    """Prometheus text; read again after ``KEPT_SECONDS``."""
    return HttpResponse(_kept.body_now(), content_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, meaning: str, values: Figures, *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _counted(rows: Iterable[tuple[str, int]]) -> dict[tuple[str, ...], float]:
    return {(key,): n for key, n in rows}
