"""The law, the golden set and trials of judges as stewards read them, and scored answers as every page shows them."""

from charter.admin.golden import GoldenAnswerAdmin
from charter.admin.judges import JudgeTrialAdmin
from charter.admin.versions import LawVersionAdmin

__all__ = ["GoldenAnswerAdmin", "JudgeTrialAdmin", "LawVersionAdmin"]
