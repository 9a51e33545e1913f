"""Checks of what is said: JSON, the contract, and how long it takes. All three read the same calls."""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from onboarding.checks.findings import Word
from onboarding.checks.round import Round
from onboarding.rules import Found
from registry.egress import Outcome
from registry.protocols import Called, Deliberation, offers

_NOT_THE_MODELS = frozenset({Outcome.OUR_FAULT, Outcome.THROTTLED})
_SUCCESSES = range(200, 300)
_UNREADABLE = frozenset({Outcome.INVALID_JSON, Outcome.OVERSIZED})


def json(here: Round) -> Found:
    """It takes JSON and answers in JSON: strict UTF-8, one object at the top, no duplicate names, at most 1 MiB."""
    word = Word("json", required=True)
    heard = [called for called in here.calls if called.status in _SUCCESSES]
    measured = {"answers": len(heard)}
    if unreadable := next((called for called in heard if called.outcome in _UNREADABLE), None):
        return word.of_call(unreadable, measured=measured)
    if not heard:
        return word.inconclusive("not_measured", "No call was answered with success; see deliberation.")
    return word.passed("Every answer was JSON.", measured=measured)


def deliberation(here: Round) -> Found:
    """It deliberates by the protocol you declared: every question of this round got an answer of the contract's shape.
    What the protocol lacks is emulated by us, and listed.
    """
    word = Word("deliberation", required=True)
    measured = _counted(here.calls) | {"emulated": _emulated(here)}
    theirs = [called for called in here.calls if called.outcome not in _NOT_THE_MODELS]
    well = [called for called in theirs if called.ok]
    if amiss := next((called for called in theirs if called.outcome is Outcome.SCHEMA_VIOLATION), None):
        return word.of_call(amiss, measured=measured)
    if not theirs:
        worst = here.calls[0] if here.calls else Called(Outcome.OUR_FAULT, "not_measured")
        return word.of_call(worst, measured=measured)
    if not well:
        return word.of_call(theirs[0], measured=measured)
    if len(well) < len(here.calls):
        worst = next(called for called in here.calls if not called.ok)
        detail = f"{len(well)} of {len(here.calls)} calls went well; the first of the others: {worst.detail}"
        return word.inconclusive("unsteady", detail, measured=measured)
    return word.passed(f"All {len(well)} calls went well.", measured=measured)


def latency(here: Round) -> Found:
    """It answers in time: of the calls of this round, two at a time, the slowest stayed below the law's limit. With so
    few calls the slowest is the 95th percentile.
    """
    word = Word("latency", required=True)
    limit = here.slowest_allowed
    took = [called.latency_ms for called in here.calls if called.ok and called.latency_ms is not None]
    measured: dict[str, Any] = {"calls": len(here.calls), "limit_ms": round(limit * 1000)}
    if slow := next((called for called in here.calls if called.outcome is Outcome.TIMEOUT), None):
        return word.failed("too_slow", f"A call was not answered within {limit:g} s.", measured=measured | _at(slow))
    if took:
        measured |= {"p95_ms": max(took), "median_ms": round(statistics.median(took))}
    if len(took) < here.law.onboarding.latency_calls:
        detail = f"{len(took)} of {here.law.onboarding.latency_calls} calls could be timed."
        return word.inconclusive("too_few", detail, measured=measured)
    if max(took) >= limit * 1000:
        return word.failed("too_slow", f"The slowest call took {max(took)} ms.", measured=measured)
    return word.passed(f"The slowest of {len(took)} calls took {max(took)} ms.", measured=measured)


def _at(called: Called) -> dict[str, int | None]:
    return {"gave_up_after_ms": called.latency_ms}


def _counted(calls: Sequence[Called]) -> dict[str, Any]:
    outcomes = Counter(str(called.outcome) for called in calls)
    estimated = any(isinstance(called.value, Deliberation) and called.value.tokens_estimated for called in calls)
    return {"calls": len(calls), "outcomes": dict(sorted(outcomes.items())), "tokens_estimated": estimated}


def _emulated(here: Round) -> list[str]:
    offered = offers(here.candidate.reach.protocol)
    lacking = {"health": offered.health, "position": offered.position, "validation": offered.validation}
    return [name for name, offer in lacking.items() if not offer]
