"""How standing, readiness, incidents and assessments stand in the API's description."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from faces.cursors import KeysetPagination
from faces.described import TIME, a_list, an_object, or_null, text
from tiers.api.described import query, reads

_NUMBER = {"type": "number"}
_WHOLE = {"type": "integer"}
_YES = {"type": "boolean"}
_EXACT = or_null(text("an exact decimal"))
_DIGEST = text("SHA-256 of the law")
_SPAN = an_object({"low": or_null(_NUMBER), "high": or_null(_NUMBER)})
_STEP = or_null(text("out of shadow mode, or up", enum=["exit", "rise"]))
_TIERS = ["research", "standard", "high", "critical"]
_KIND = or_null(text("null until a steward chose", enum=["warning", "suspension", "demotion", "removal"]))
CRITERION = an_object(
    {
        "name": text(),
        "verdict": text(enum=["pass", "fail", "inconclusive", "tracked"]),
        "required": _YES,
        "value": _EXACT,
        "threshold": _EXACT,
        "unit": text(),
        "n": or_null(_WHOLE),
        "interval": an_object({"low": _EXACT, "high": _EXACT}),
        "moreSamples": or_null(_WHOLE),
        "why": text(),
        "law": text("the line of the law"),
        "reachableAt": or_null(TIME),
        "byWhen": text("the forecast in words; empty where it passes"),
    }
)
_READINESS = an_object(
    {
        "companionId": text(),
        "state": text(),
        "ready": _YES,
        "missing": a_list(text()),
        "criteria": a_list(CRITERION),
        "askedBeforeShadow": a_list(text()),
        "computedAt": or_null(TIME),
        "step": _STEP,
        "tierAsked": or_null(text(enum=_TIERS)),
        "reviewDueAt": or_null(TIME),
        "reachableAt": or_null(TIME),
    }
)
_DECLINE = an_object(
    {
        "measure": text(enum=["gi", "constitutional"]),
        "state": text(enum=["alerted", "reviewed"]),
        "tier": text(enum=_TIERS),
        "asked": text("an exact decimal"),
        "value": text("an exact decimal, as it was when it began"),
        "beganAt": TIME,
        "reviewDueAt": TIME,
        "reviewedAt": or_null(TIME),
        "fallDueAt": TIME,
        "withStewardAt": or_null(TIME),
        "lawDigest": _DIGEST,
    }
)
_PENALTY = {
    "nth": _WHOLE,
    "kind": _KIND,
    "state": text(enum=["choosing", "imposed", "voided"]),
    "imposedAt": TIME,
    "until": or_null(TIME),
}
_COUNTED = an_object({"incidentId": text("INC-00001"), **_PENALTY, "countsUntil": or_null(TIME), "lawDigest": _DIGEST})
_MONITORING = an_object({"because": text(), "beganAt": TIME, "until": TIME, "planGivenAt": or_null(TIME)})
_WORD = an_object(
    {
        "kind": text(enum=["nomination", "invitation", "second"]),
        "by": text("an office or a companion, never a person's name"),
        "inPlaceOfCritical": _YES,
        "at": TIME,
        "decisionId": text("dec_…"),
    }
)
_NOMINATION = an_object(
    {
        "tier": text(enum=_TIERS),
        "openedAt": TIME,
        "lapsesAt": TIME,
        "evidence": a_list(an_object({"kind": text(), "text": text(), "link": text()})),
        "words": a_list(_WORD),
        "missing": a_list(text()),
        "endorsements": _WHOLE,
        "lawDigest": _DIGEST,
    }
)
_STANDING = an_object(
    {
        "companionId": text(),
        "at": TIME,
        "state": text(),
        "tier": or_null(text()),
        "frozen": _YES,
        "since": or_null(TIME),
        "tierSince": or_null(TIME),
        "voteWeight": or_null(_NUMBER),
        "suspendedUntil": or_null(TIME),
        "decisions": a_list(text("dec_…")),
        "declines": a_list(_DECLINE),
        "penalties": a_list(_COUNTED),
        "monitoring": or_null(_MONITORING),
        "nomination": or_null(_NOMINATION),
        "endorsements": _WHOLE,
        "lawDigest": _DIGEST,
    }
)
_INCIDENT = an_object(
    {
        "incidentId": text("INC-00001"),
        "kind": text(),
        "severity": text(enum=["low", "medium", "high", "critical"]),
        "state": text(enum=["open", "confirmed", "cleared", "voided"]),
        "rule": or_null(text()),
        "clause": or_null(text()),
        "summary": text(),
        "openedAt": TIME,
        "lastSeenAt": TIME,
        "confirmedAt": or_null(TIME),
        "closedAt": or_null(TIME),
        "countsUntil": or_null(TIME),
        "penalty": or_null(an_object(_PENALTY)),
    }
)
_ASSESSMENT = an_object(
    {
        "computedAt": TIME,
        "score": or_null(_NUMBER),
        "breakdown": an_object(
            {
                name: or_null(_NUMBER)
                for name in ("constitutional", "consensus", "reliability", "efficiency", "community")
            }
        ),
        "interval": _SPAN,
        "coverage": or_null(_NUMBER),
        "trend": text(enum=["improving", "stable", "declining"]),
        "lawDigest": _DIGEST,
        "evidenceDigest": text("SHA-256 of the evidence; empty where none was kept"),
    }
)
_CURSOR = query("cursor", "The cursor of `next`; it is good for this list alone")
_LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": KeysetPagination.most, "default": KeysetPagination.page_size},
    OpenApiParameter.QUERY,
)


def _time(name: str, about: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.DATETIME, OpenApiParameter.QUERY, description=about)


def _pages(of: dict[str, Any]) -> dict[str, Any]:
    return an_object({"results": a_list(of), "next": or_null(text("address of the next page, relative"))})


STANDING = reads(
    "read_standing",
    _STANDING,
    "State, tier, and what runs beside them at a time; since, voteWeight and suspendedUntil of the present alone",
    400,
    404,
    409,
    parameters=[query("at", "A time with its zone; now if absent")],
)
READINESS = reads(
    "read_readiness",
    _READINESS,
    "What the way out of shadow mode or the next tier asks, what is missing, and by when it could be there",
    404,
    409,
)
INCIDENTS = reads(
    "list_incidents",
    _pages(_INCIDENT),
    "Incidents, newest first, with what each brought",
    400,
    404,
    409,
    parameters=[_CURSOR, _LIMIT],
)
ASSESSMENTS = reads(
    "list_assessments",
    _pages(_ASSESSMENT),
    "GI and its parts over time, newest first",
    400,
    404,
    409,
    parameters=[
        _time("since", "Computed at this time or later"),
        _time("until", "Computed before this time"),
        _CURSOR,
        _LIMIT,
    ],
)
