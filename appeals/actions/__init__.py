"""All that can happen to an appeal."""

from appeals.actions.ruling import advise, deny, grant, modify
from appeals.actions.stages import ask_for_steward, escalate, finish_self_review, move_on
from appeals.actions.submitting import submit

__all__ = [
    "advise",
    "ask_for_steward",
    "deny",
    "escalate",
    "finish_self_review",
    "grant",
    "modify",
    "move_on",
    "submit",
]
