"""The compatibility check (spec §4.3): what machines can see of a model before anybody judges it.

    Candidate ─▶ a Round gathers evidence, each piece once ─▶ every check reads it ─▶ Found, one to a check

Each check is a function of a ``Round``; its docstring is the explanation that the provider reads. Only ``rounds`` knows
the database, so the worker and the command line run the very same code. What cannot be measured is inconclusive; what
failed by a fault of ours is never held against the model.
"""

from onboarding.checks.candidate import Candidate
from onboarding.checks.running import ADVISORY, CHECKS, REQUIRED, explanation, refused_address, run_checks, unmeasured

__all__ = ["ADVISORY", "CHECKS", "REQUIRED", "Candidate", "explanation", "refused_address", "run_checks", "unmeasured"]
