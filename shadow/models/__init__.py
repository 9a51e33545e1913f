from shadow.models.answer import Answer, Hold, SuspiciousAnswer
from shadow.models.battery import BatteryItem, BatteryRun
from shadow.models.bucket import Bucket, ScoreBucket, ScoreDay
from shadow.models.desk import DeskItem
from shadow.models.identity import IdentityChange, Named, NameHeard
from shadow.models.judging import JudgeCase
from shadow.models.sample import Sample
from shadow.models.slot import Slot
from shadow.models.trial import ScorerTrial
from shadow.models.watch import MaintenanceWindow, OwnOutage, Spell, Watch

__all__ = [
    "Answer",
    "BatteryItem",
    "BatteryRun",
    "Bucket",
    "DeskItem",
    "Hold",
    "IdentityChange",
    "JudgeCase",
    "MaintenanceWindow",
    "NameHeard",
    "Named",
    "OwnOutage",
    "Sample",
    "ScoreBucket",
    "ScoreDay",
    "ScorerTrial",
    "Slot",
    "Spell",
    "SuspiciousAnswer",
    "Watch",
]
