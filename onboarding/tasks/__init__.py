"""Celery's face of onboarding: a sweep finds what is due and sends ids; a singular task claims by the row and works.

The row's lease says whose work it is, so a message that comes twice, or late, does nothing.
"""

from onboarding.tasks.checking import check_application
from onboarding.tasks.reviewing import forget_battery_texts, review_application
from onboarding.tasks.sweeping import sweep_applications

__all__ = ["check_application", "forget_battery_texts", "review_application", "sweep_applications"]
