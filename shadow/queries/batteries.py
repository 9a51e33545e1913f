"""Runs of the law's batteries: which count, how they went, and what is to be asked now."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from registry.models import Companion
from shadow.models import BatteryItem, BatteryRun
from shadow.models.battery import BatteryResult

AT_ONCE = 200


@dataclass(frozen=True)
class Progress:
    """How far a run is: of ``prompts``, how many are done with, how many of these were measured, how many good."""

    prompts: int
    asked: int
    measured: int
    good: int


@dataclass(frozen=True)
class BatteryQueue:
    """The next prompt of a run, and what says whether it may be asked now."""

    run_id: uuid.UUID
    item_id: uuid.UUID
    due_at: datetime
    requests_per_minute: int | None
    places: int
    last_asked_at: datetime | None
    in_flight: int


def valid_battery(companion_ids: Iterable[uuid.UUID], battery: str, at: datetime) -> dict[uuid.UUID, BatteryRun]:
    """For each companion the latest run that was passed before ``at``, is valid then, and was not failed since."""
    failed_since = BatteryRun.objects.filter(
        companion=OuterRef("companion"),
        battery=battery,
        result=BatteryResult.FAILED,
        ended_at__gt=OuterRef("ended_at"),
        ended_at__lte=at,
    )
    passed = BatteryRun.objects.filter(
        ~Exists(failed_since),
        companion__in=list(companion_ids),
        battery=battery,
        result=BatteryResult.PASSED,
        ended_at__lte=at,
        valid_until__gt=at,
    )
    return {run.companion_id: run for run in passed.order_by("ended_at")}


def latest_batteries(companion: Companion) -> list[BatteryRun]:
    """The latest run of each battery, by the battery's name."""
    newer = BatteryRun.objects.filter(
        companion=OuterRef("companion"), battery=OuterRef("battery"), started_at__gt=OuterRef("started_at")
    )
    return list(BatteryRun.objects.filter(~Exists(newer), companion=companion).order_by("battery"))


def runs_of(companion: Companion) -> QuerySet[BatteryRun]:
    """All runs of a companion, the newest first, each with ``asked``: how many prompts are done with."""
    return _with_progress(BatteryRun.objects.filter(companion=companion)).order_by("-started_at", "-pk")


def run_called(companion: Companion, name: str) -> BatteryRun:
    """The run of this companion that is called ``bat_…``. Raises BatteryRun.DoesNotExist."""
    try:
        pk = uuid.UUID(name.removeprefix("bat_"))
    except ValueError:
        raise BatteryRun.DoesNotExist from None
    run: BatteryRun = runs_of(companion).get(pk=pk)
    if run.public_id != name:
        raise BatteryRun.DoesNotExist
    return run


def progress_of(run: BatteryRun) -> Progress:
    """How far it is; ``run`` comes from ``runs_of`` or is counted here."""
    asked = getattr(run, "asked", None)
    if asked is None:
        asked = run.items.filter(is_done=True).count()
    return Progress(run.prompts, asked, run.measured, run.good)


def outcomes_of_run(run: BatteryRun) -> dict[str, int]:
    """How many calls of a run ended how; those that are not done with are left out, ``""`` was never answered."""
    rows = run.items.filter(is_done=True).values_list("outcome").annotate(n=Count("pk")).order_by("outcome")
    return dict(rows)


def items_open(at: datetime) -> QuerySet[BatteryItem]:
    """Prompts to be asked now: due, not done with, and held by nobody."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    return BatteryItem.objects.filter(free, is_done=False, due_at__lte=at)


def runs_running(at: datetime) -> QuerySet[BatteryRun]:
    """Runs whose time is not over, of companions that are asked at present."""
    return BatteryRun.objects.filter(
        ended_at=None, due_at__gt=at, companion__watch__isnull=False, companion__watch__closed_at=None
    )


def runs_to_ask(at: datetime) -> Iterator[BatteryQueue]:
    """Running ones with a prompt that is due, those that waited longest first; everybody is told the same prompt."""
    of_this = BatteryItem.objects.filter(run=OuterRef("pk"))
    due = items_open(at).filter(run=OuterRef("pk")).order_by("due_at", "nth")
    flying = of_this.filter(is_done=False, lease_until__gt=at).order_by().values("run").annotate(n=Count("pk"))
    runs = (
        runs_running(at)
        .annotate(
            next_item=Subquery(due.values("pk")[:1]),
            next_item_at=Subquery(due.values("due_at")[:1]),
            last_asked_at=Subquery(of_this.exclude(asked_at=None).order_by("-asked_at").values("asked_at")[:1]),
            in_flight=Coalesce(Subquery(flying.values("n")), 0),
        )
        .exclude(next_item=None)
        .order_by(F("last_asked_at").asc(nulls_first=True), "pk")
    )
    limits = ("companion__requests_per_minute", "companion__provider__exchanges_at_once")
    for row in runs.values_list("pk", "next_item", "next_item_at", *limits, "last_asked_at", "in_flight")[:AT_ONCE]:
        yield BatteryQueue(*row)


def runs_over(at: datetime) -> QuerySet[BatteryRun]:
    """Runs to be concluded: nothing of them is left to ask, or their time is over."""
    left = BatteryItem.objects.filter(run=OuterRef("pk"), is_done=False)
    return BatteryRun.objects.filter(Q(due_at__lte=at) | ~Exists(left), ended_at=None).order_by("started_at")


def next_due_after(at: datetime) -> datetime | None:
    """When the next prompt of a running one comes due that is not due yet; None if there is none."""
    waiting = BatteryItem.objects.filter(is_done=False, due_at__gt=at, run__in=runs_running(at))
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()


def batches_at_work(at: datetime) -> int:
    """How many batches hold prompts now."""
    held = BatteryItem.objects.filter(is_done=False, lease_until__gt=at)
    return held.values("lease_token").distinct().count()


def _with_progress(runs: QuerySet[BatteryRun]) -> QuerySet[BatteryRun]:
    return runs.annotate(asked=Count("items", filter=Q(items__is_done=True)))
