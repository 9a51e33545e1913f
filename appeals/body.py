"""The body of an appeal, as the API and the form give it (spec section 12, rule A6)."""

from dataclasses import dataclass
from typing import Any

from faces.schema import Fault, Fields, Invalid, optional, read, required
from faces.text import free_text
from faces.values import matching

MOST_REASON, MOST_EVIDENCE = 5_000, 20_000
# Of an incident it is asked at once; whether a decision has a companion is seen when the decision is looked up.
COMPANION_MISSING = Fault("/companionId", "required", "Name the companion that the decision is about.")
_SHAPE = Fields(
    {
        "companionId": optional(matching(r"[A-Z0-9_]{1,40}", "a companion's id such as YOURMODEL_001", most=40)),
        "incidentId": optional(matching(r"INC-[0-9]{5,18}", "an incident such as INC-00001", most=22)),
        "decisionId": optional(
            matching(r"(dec|app)_[0-9a-f]{32}", "a decision dec_… or a rejected application app_…", most=36)
        ),
        "reason": required(free_text(1, MOST_REASON, lines=True)),
        "evidence": required(free_text(1, MOST_EVIDENCE, lines=True)),
    }
)


@dataclass(frozen=True)
class AppealBody:
    """What a party says: against what, why, and on what evidence."""

    companion_id: str | None
    incident_id: str | None
    decision_id: str | None
    reason: str
    evidence: str

    @property
    def target(self) -> str:
        return self.incident_id or self.decision_id or ""


def parse_appeal(data: Any) -> AppealBody:
    """The appeal in a JSON value. Raises ``faces.schema.Invalid`` with every fault."""
    fields = read(_SHAPE, data)
    faults = []
    if (fields["incidentId"] is None) == (fields["decisionId"] is None):
        faults.append(Fault("/incidentId", "exactly_one", "Name exactly one of incidentId and decisionId."))
    if fields["companionId"] is None and fields["incidentId"] is not None:
        faults.append(COMPANION_MISSING)
    if faults:
        raise Invalid(faults)
    return AppealBody(
        companion_id=fields["companionId"],
        incident_id=fields["incidentId"],
        decision_id=fields["decisionId"],
        reason=fields["reason"],
        evidence=fields["evidence"],
    )
