from shadow.models.answer import Answer, Hold, SuspiciousAnswer
from shadow.models.bucket import Bucket, ScoreBucket
from shadow.models.desk import DeskItem
from shadow.models.judging import JudgeCase
from shadow.models.sample import Sample
from shadow.models.slot import Slot
from shadow.models.trial import ScorerTrial
from shadow.models.watch import MaintenanceWindow, OwnOutage, Spell, Watch

__all__ = [
    "Answer",
    "Bucket",
    "DeskItem",
    "Hold",
    "JudgeCase",
    "MaintenanceWindow",
    "OwnOutage",
    "Sample",
    "ScoreBucket",
    "ScorerTrial",
    "Slot",
    "Spell",
    "SuspiciousAnswer",
    "Watch",
]
