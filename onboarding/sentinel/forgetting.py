"""Texts of batteries go after the law's time; what was decided on them stays, by score and digest."""

from datetime import datetime

from charter.law import Law
from onboarding.models import BatteryAnswer
from onboarding.models.application import IN_REVIEW

AT_ONCE = 1000


def forget_texts(*, law: Law, at: datetime) -> int:
    """Empty the texts of concluded reviews that are older than the law keeps them; how many.

    Those of applications that are still under review, or under appeal, stay as long as somebody may have to read them.
    """
    over = BatteryAnswer.objects.filter(
        asked_at__lte=at - law.scoring.texts_kept,
        review__finished_at__isnull=False,
        review__application__appealed_at=None,
    )
    held = over.exclude(text="").exclude(review__application__state__in=IN_REVIEW)
    ids = list(held.values_list("pk", flat=True)[:AT_ONCE])
    return BatteryAnswer.objects.filter(pk__in=ids).update(text="")
