"""Batteries as a reader meets them: how far a run is, what it came to, and until when it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from charter.law import Law
from shadow.models import BatteryRun
from shadow.models.battery import BatteryResult

_VERDICTS = {BatteryResult.PASSED: "pass", BatteryResult.FAILED: "fail", BatteryResult.INCONCLUSIVE: "inconclusive"}


@dataclass(frozen=True)
class BatteryShown:
    """One of the law's batteries and its latest run; ``run`` None where it was never asked."""

    name: str
    asks: str
    run: BatteryRun | None
    verdict: str
    word: str
    is_valid: bool


def shown(runs: Iterable[BatteryRun], law: Law, at: datetime) -> list[BatteryShown]:
    """Every battery of the law in force, with the latest of ``runs`` (newest first)."""
    latest: dict[str, BatteryRun] = {}
    for run in runs:
        latest.setdefault(run.battery, run)
    return [_shown(name, battery.asks, latest.get(name), at) for name, battery in law.batteries.items()]


def _shown(name: str, asks: str, run: BatteryRun | None, at: datetime) -> BatteryShown:
    words = name.replace("_", " ")
    if run is None:
        return BatteryShown(words, asks, None, "unknown", "not asked yet", is_valid=False)
    if run.ended_at is None:
        return BatteryShown(words, asks, run, "unknown", "running", is_valid=False)
    valid = run.result == BatteryResult.PASSED and run.valid_until is not None and run.valid_until > at
    return BatteryShown(words, asks, run, _VERDICTS.get(BatteryResult(run.result), "unknown"), run.result, valid)
