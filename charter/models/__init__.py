"""The law's versions, and the scores that were given."""

from charter.models.law_version import LawVersion
from charter.models.score import Score

__all__ = ["LawVersion", "Score"]
