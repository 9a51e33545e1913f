"""The law's versions, the scores that were given, who may judge uncertain ones, and what was ruled about them."""

from charter.models.amendment import Amendment
from charter.models.golden import GoldenAnswer, GoldenVerdict
from charter.models.judging import JudgeOpinion, JudgeTrial, Ruling
from charter.models.law_version import LawVersion
from charter.models.score import Score

__all__ = ["Amendment", "GoldenAnswer", "GoldenVerdict", "JudgeOpinion", "JudgeTrial", "LawVersion", "Ruling", "Score"]
