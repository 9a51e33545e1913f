"""The stewards' face of what we saw, and of scorers on trial."""

from shadow.admin.seen import AnswerAdmin, MaintenanceWindowAdmin, OwnOutageAdmin, SampleAdmin, WatchAdmin
from shadow.admin.trials import ScorerTrialAdmin

__all__ = [
    "AnswerAdmin",
    "MaintenanceWindowAdmin",
    "OwnOutageAdmin",
    "SampleAdmin",
    "ScorerTrialAdmin",
    "WatchAdmin",
]
