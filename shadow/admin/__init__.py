"""The stewards' face of what we saw, of batteries, and of scorers on trial."""

from shadow.admin.batteries import BatteryRunAdmin
from shadow.admin.seen import AnswerAdmin, MaintenanceWindowAdmin, OwnOutageAdmin, SampleAdmin, WatchAdmin
from shadow.admin.trials import ScorerTrialAdmin

__all__ = [
    "AnswerAdmin",
    "BatteryRunAdmin",
    "MaintenanceWindowAdmin",
    "OwnOutageAdmin",
    "SampleAdmin",
    "ScorerTrialAdmin",
    "WatchAdmin",
]
