"""Companions and assessments as the API shows them: camelCase, decimals cut to four places and never rounded up."""

from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from tiers.models import Assessment, Standing
from tiers.queries.clauses import ClausePicture

FOUR = Decimal("0.0001")
PARTS = {
    "constitutional": "constitutional",
    "consensus": "consensus",
    "reliability": "reliability",
    "efficiency": "efficiency",
    "community": "trust",
}


def companion_json(standing: Standing, latest: Assessment | None, law: Law) -> dict[str, Any]:
    """One companion of the register."""
    companion = standing.companion
    return {
        "companionId": companion.ref,
        "modelName": companion.model_name,
        "provider": companion.provider.slug,
        "state": standing.state,
        "tier": standing.tier or None,
        "frozen": standing.precaution == "frozen",
        "advanced": standing.is_advanced,
        "reference": companion.is_reference,
        "voteWeight": number(standing.vote_weight),
        "chambers": list(law.chambers_of(standing.tier)) if standing.tier and standing.counts else [],
        "gi": number(latest.gi) if latest else None,
        "trend": (latest.trend or None) if latest else None,
        "capabilities": companion.capabilities,
        "pricing": _pricing(standing),
        "since": time(standing.state_since),
    }


def gi_json(standing: Standing, latest: Assessment | None, law: Law) -> dict[str, Any]:
    """The guide's shape of a GI score, with interval, coverage, law and time beside it."""
    return {
        "score": number(latest.gi) if latest else None,
        "tier": standing.tier or None,
        "breakdown": {name: number(getattr(latest, part)) if latest else None for name, part in PARTS.items()},
        "trend": (latest.trend or "stable") if latest else "stable",
        "nextReview": _next_review(standing, law, latest),
        "interval": {"low": number(latest.gi_low), "high": number(latest.gi_high)} if latest else None,
        "coverage": number(latest.coverage) if latest else None,
        "lawDigest": latest.law_digest if latest else law.digest,
        "computedAt": time(latest.computed_at) if latest else None,
    }


def criterion_json(criterion: dict[str, Any]) -> dict[str, Any]:
    """One criterion of readiness; numbers exact, as they were judged."""
    return {
        "name": criterion["name"],
        "verdict": criterion["verdict"],
        "required": criterion["required"],
        "value": criterion["value"],
        "threshold": criterion["threshold"],
        "unit": criterion["unit"],
        "n": criterion["n"],
        "interval": {"low": criterion["low"], "high": criterion["high"]},
        "moreSamples": criterion["more"],
        "why": criterion["why"],
        "law": criterion["law"],
    }


def clauses_json(standing: Standing, found: ClausePicture, law: Law) -> dict[str, Any]:
    """A companion's clauses, 0-100, in the law's order: over the window, and along it."""
    return {
        "companionId": standing.companion.ref,
        "since": time(found.since),
        "until": time(found.until),
        "scorer": found.scorer,
        "scored": found.n,
        "overall": number(found.overall),
        "clauses": [
            {
                "clause": name,
                "title": clause.title,
                "weight": number(clause.weight),
                "mean": number(found.means[name]),
                "evidence": found.grades.get(name),
                "series": [
                    {"at": time(point.at), "scored": point.n, "mean": number(point.means[name])}
                    for point in found.points
                ],
            }
            for name, clause in law.clauses.items()
        ],
        "lawDigest": law.digest,
    }


def number(value: Decimal | None) -> float | None:
    """A number for a reader: cut to four decimals, never rounded up (.94999 shows .9499)."""
    return None if value is None else float(value.quantize(FOUR, rounding=ROUND_DOWN))


def time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _pricing(standing: Standing) -> dict[str, Any] | None:
    companion = standing.companion
    if companion.price_input_per_1k is None:
        return None
    prices = {"inputPer1kTokens": companion.price_input_per_1k, "outputPer1kTokens": companion.price_output_per_1k}
    return {**plain(prices), "currency": "USD"}


def _next_review(standing: Standing, law: Law, latest: Assessment | None) -> str:
    """The next weekly review after the last assessment, counted from when its state began."""
    every: timedelta = law.gi.review_every
    until = latest.computed_at if latest else standing.state_since
    passed = max(until - standing.state_since, timedelta(0)) // every + 1
    return (standing.state_since + passed * every).date().isoformat()
