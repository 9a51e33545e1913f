from shadow.models.answer import Answer, Hold
from shadow.models.bucket import Bucket, ScoreBucket
from shadow.models.sample import Sample
from shadow.models.slot import Probe, Slot
from shadow.models.watch import MaintenanceWindow, OwnOutage, Watch

__all__ = [
    "Answer",
    "Bucket",
    "Hold",
    "MaintenanceWindow",
    "OwnOutage",
    "Probe",
    "Sample",
    "ScoreBucket",
    "Slot",
    "Watch",
]
