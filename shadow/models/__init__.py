from shadow.models.answer import Answer, Hold, SuspiciousAnswer
from shadow.models.bucket import Bucket, ScoreBucket
from shadow.models.sample import Sample
from shadow.models.slot import Slot
from shadow.models.watch import MaintenanceWindow, OwnOutage, Spell, Watch

__all__ = [
    "Answer",
    "Bucket",
    "Hold",
    "MaintenanceWindow",
    "OwnOutage",
    "Sample",
    "ScoreBucket",
    "Slot",
    "Spell",
    "SuspiciousAnswer",
    "Watch",
]
