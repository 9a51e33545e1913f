"""The body of an application (spec §4.1, security A2-A5), read as a whole.

Every fault is told at once, as 400; only a body that is right in all else is told 422 that its tier is asked too high.
"""

from http import HTTPStatus
from typing import Any

from faces.problems import Problem
from faces.schema import Fault, read
from onboarding.intake.contents import ApplicationBody
from onboarding.intake.shapes import BEGINNERS_TIERS, application
from registry.egress.policy import Policy


def parse_application(data: Any, *, policy: Policy) -> ApplicationBody:
    """The application in ``data``, a JSON value; ``policy`` is the egress policy in force.

    Raises ``faces.schema.Invalid`` (400) with every fault, or ``Problem`` 422 ``tier_too_high``.
    """
    body: ApplicationBody = read(application(policy), data)
    if body.proposed_tier not in BEGINNERS_TIERS:
        why = "A model begins at research or standard: high and critical are reached by the record it makes here."
        fault = Fault("/proposedTier", "tier_too_high", why)
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "tier_too_high", why, errors=[fault])
    return body
