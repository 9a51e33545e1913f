"""By when a criterion could pass at the present rate, and by when all of them could (spec section 10.3). Pure.

A forecast promises nothing: time goes on by itself, answers come at the pace of the last days and are taken to comply,
and what people or the provider must do has no date. What falls short by its value has none either.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from charter.law import Law
from tiers.rules import rise_words as words
from tiers.rules.bundle import Bundle
from tiers.rules.rise_evidence import RiseEvidence
from tiers.rules.rising import next_review
from tiers.rules.verdicts import Criterion, Verdict

DAY = timedelta(days=1)
SECONDS = Decimal(86_400)
# No date is told beyond; at such a pace it means nothing.
FURTHEST = timedelta(days=3650)


@dataclass(frozen=True)
class Forecast:
    """When one criterion could pass: ``at``, or None, and why in words; ``by_act`` where somebody's act brings it."""

    at: datetime | None
    words: str
    by_act: bool = False


@dataclass(frozen=True)
class Outlook:
    """The open criteria of a step with their forecasts, and when all could pass; None where one cannot be told."""

    forecasts: tuple[Forecast, ...]
    reachable_at: datetime | None


@dataclass(frozen=True)
class Present:
    """What a forecast goes by: the time, scored answers a day, and the evidence of a rise (None at the exit)."""

    at: datetime
    a_day: Decimal
    law: Law
    evidence: RiseEvidence | None = None


def pace(bundle: Bundle, law: Law) -> Decimal:
    """Scored answers a day at present: those in the window of the constitutional part, over its length so far."""
    seen = min(law.gi.windows["constitutional"], max(bundle.at - bundle.opened_at, law.shadow.bucket))
    return Decimal(bundle.scored_lately) / (Decimal(seen // timedelta(seconds=1)) / SECONDS)


def outlook(criteria: Sequence[Criterion], present: Present) -> Outlook:
    """One forecast for each criterion, and the time at which the last of the dated ones could pass.

    What hangs on somebody's act is taken to be done by then.
    """
    forecasts = tuple(_forecast(it, present) for it in criteria)
    open_ones = [told for told, it in zip(forecasts, criteria, strict=True) if it.required]
    untold = any(it.at is None and not it.by_act for it in open_ones)
    return Outlook(forecasts, None if untold else max([present.at, *(it.at for it in open_ones if it.at)]))


def at_review(
    reachable_at: datetime | None, *, tier_since: datetime, every: timedelta, now: datetime
) -> datetime | None:
    """The first review to come at which everything could stand: a rise waits for it."""
    if reachable_at is None:
        return None
    # A review that falls due at the very moment at which the last criterion passes finds it passed.
    return next_review(tier_since, every, max(reachable_at - timedelta(microseconds=1), now))


def _forecast(criterion: Criterion, present: Present) -> Forecast:
    if criterion.verdict in {Verdict.PASS, Verdict.TRACKED}:
        return Forecast(
            present.at, "It passes now." if criterion.verdict is Verdict.PASS else "Nothing is asked of it."
        )
    name = criterion.name.split(":")[0]
    if present.evidence is not None and name in _DATED:
        return _DATED[name](present.evidence, present.law)
    if name in _BY_ACT:
        return Forecast(None, _BY_ACT[name], by_act=True)
    if criterion.verdict is Verdict.FAIL:
        return Forecast(None, "Not at the present rate: what is measured falls short of it.")
    if criterion.unit == "seconds" and criterion.at_least:
        return _in_time(criterion, present)
    return _by_answers(criterion, present)


def _in_time(criterion: Criterion, present: Present) -> Forecast:
    """Time that goes on by itself reaches its threshold to the microsecond."""
    if not isinstance(criterion.value, Decimal) or not isinstance(criterion.threshold, Decimal):
        return Forecast(None, "It cannot be told.")
    left = timedelta(microseconds=int((criterion.threshold - criterion.value) * 1_000_000))
    return Forecast(present.at + left, "Time goes on by itself.")


def _by_answers(criterion: Criterion, present: Present) -> Forecast:
    if criterion.more is None:
        return Forecast(None, "It cannot be told at the present rate.")
    if not present.a_day:
        return Forecast(None, f"About {criterion.more} more are needed, and none come at present.")
    left = (SECONDS * criterion.more / present.a_day).to_integral_value(ROUND_CEILING)
    if left > FURTHEST // timedelta(seconds=1):
        return Forecast(None, f"About {criterion.more} more are needed; at the present rate that takes years.")
    rate = present.a_day.quantize(Decimal(1), ROUND_CEILING)
    words_told = f"About {criterion.more} more, at {rate} a day, if all comply."
    return Forecast(present.at + timedelta(seconds=int(left)), words_told)


def _after_monitoring(evidence: RiseEvidence, _law: Law) -> Forecast:
    return Forecast(evidence.monitored_until, "The closer watch ends by itself.")


def _after_incidents(evidence: RiseEvidence, law: Law) -> Forecast:
    if not evidence.grave.confirmed or evidence.grave.last is None:
        return Forecast(None, "It takes a steward's word.", by_act=True)
    return Forecast(evidence.grave.last + law.offences.counted_for, "The offence counts until then.")


_DATED: dict[str, Callable[[RiseEvidence, Law], Forecast]] = {
    words.MONITORING: _after_monitoring,
    words.INCIDENTS: _after_incidents,
}
_BY_ACT = {
    words.BATTERY: "It takes a run, which its provider or a steward starts.",
    words.REVIEW: "It takes a new word of the sentinel.",
    words.NOMINATION: "It takes a steward's nomination.",
    words.STEWARDS: "It takes another steward's word.",
    words.ENDORSEMENTS: "It takes people who endorse it.",
    words.INVITATION: "It takes an invitation.",
    "critical answers looked at": "It takes a steward's word.",
    "sentinel review": "It takes a new word of the sentinel.",
}
