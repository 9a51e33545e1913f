"""All that can happen to an application: applying, checking, review, the steward's word, mounting, sweeping."""

from onboarding.actions.appealed import hold_for_appeal, reconsider, release_from_appeal
from onboarding.actions.applying import Submitted, edit_and_resubmit, submit, withdraw
from onboarding.actions.checking import begin_checking, claim_check_run, record_findings
from onboarding.actions.facts import give_companion_facts
from onboarding.actions.mounting import Mounted, mount
from onboarding.actions.reviewing import claim_review, conclude_review
from onboarding.actions.stewarding import approve, give_back, reject, take_more_time
from onboarding.actions.sweeping import escalate, expire

__all__ = [
    "Mounted",
    "Submitted",
    "approve",
    "begin_checking",
    "claim_check_run",
    "claim_review",
    "conclude_review",
    "edit_and_resubmit",
    "escalate",
    "expire",
    "give_back",
    "give_companion_facts",
    "hold_for_appeal",
    "mount",
    "reconsider",
    "record_findings",
    "reject",
    "release_from_appeal",
    "submit",
    "take_more_time",
    "withdraw",
]
