"""Texts of answers go when the law's time is over, unless something holds them (rule T5, spec section 10.7)."""

import time
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from charter.law import Law
from charter.models import JudgeOpinion
from shadow.models import Answer, Hold

AT_ONCE = 500
PAUSE_SECONDS = 0.005


def texts_to_forget(*, law: Law, at: datetime) -> QuerySet[Answer]:
    """Texts older than the law keeps them, which nothing holds."""
    holding = Hold.objects.filter(Q(released_at=None) | Q(released_at__gt=at), sample_id=OuterRef("sample_id"))
    return Answer.objects.filter(~Exists(holding), stored_at__lt=at - law.scoring.texts_kept)


def forget_texts(*, law: Law, at: datetime) -> int:
    """Delete them, at most 500 to a transaction; how many went. Scores and samples stay.

    What judges said of a text holds words of it, and goes with it.
    """
    gone = 0
    while ids := list(texts_to_forget(law=law, at=at).order_by("stored_at").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            gone += texts_to_forget(law=law, at=at).filter(pk__in=ids).delete()[0]
            kept = Answer.objects.filter(pk=OuterRef("answer_id"))
            JudgeOpinion.objects.filter(~Exists(kept), answer_id__in=ids).update(raw="")
        time.sleep(PAUSE_SECONDS)
    return gone


def forget_words_of_judges(*, law: Law, at: datetime) -> int:
    """The same for what they said of golden cases, and of texts that went meanwhile; verdicts and counts stay."""
    kept = Answer.objects.filter(pk=OuterRef("answer_id"))
    old = JudgeOpinion.objects.filter(~Exists(kept), ~Q(raw=""), at__lt=at - law.scoring.texts_kept)
    gone = 0
    while ids := list(old.order_by("at").values_list("pk", flat=True)[:AT_ONCE]):
        gone += JudgeOpinion.objects.filter(pk__in=ids).update(raw="")
        time.sleep(PAUSE_SECONDS)
    return gone


def hold_texts(samples: Iterable[uuid.UUID], *, subject: tuple[str, str], reason: str, at: datetime) -> None:
    """Keep the texts of these answers as long as ``subject`` (kind, ref) needs them; holding twice changes nothing."""
    Hold.objects.bulk_create(
        [
            Hold(sample_id=sample, reason=reason, subject_kind=subject[0], subject_ref=subject[1], held_at=at)
            for sample in samples
        ],
        ignore_conflicts=True,
    )


def release_texts(*, subject: tuple[str, str], at: datetime) -> int:
    """The subject needs them until ``at``, which may lie ahead, and then no more; how many holds that ends."""
    return Hold.objects.filter(subject_kind=subject[0], subject_ref=subject[1], released_at=None).update(released_at=at)
