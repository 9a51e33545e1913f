from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from shadow.actions.forgetting import forget_texts, hold_texts, release_texts
from shadow.actions.scoring import score_answers
from shadow.models import Answer, Sample
from shadow.queries import answer_text
from tests.conftest import NOW
from tests.shadow.making import probed, said

SECOND = timedelta(seconds=1)
INCIDENT = ("incident", "INC-00001")


def test_a_text_goes_when_the_laws_time_is_over_and_its_sample_stays(companion, law):
    sample = probed(companion, said("Words."), at=NOW)
    score_answers(law=law, at=NOW)
    assert forget_texts(law=law, at=NOW + law.scoring.texts_kept) == 0
    assert answer_text(sample) == "Words."
    assert forget_texts(law=law, at=NOW + law.scoring.texts_kept + SECOND) == 1
    assert answer_text(sample) is None
    assert Sample.objects.filter(pk=sample).exists()


def test_a_held_text_stays_until_its_hold_is_over(companion, law):
    sample = probed(companion, said("Words."), at=NOW)
    for _ in range(2):
        hold_texts([sample], subject=INCIDENT, reason="named by the incident", at=NOW)
    late = NOW + law.scoring.texts_kept + SECOND
    assert forget_texts(law=law, at=late) == 0
    assert release_texts(subject=INCIDENT, at=late + 14 * SECOND) == 1
    assert forget_texts(law=law, at=late + 13 * SECOND) == 0
    assert forget_texts(law=law, at=late + 14 * SECOND) == 1


def test_two_who_hold_a_text_must_both_let_go(companion, law):
    sample = probed(companion, said("Words."), at=NOW)
    for subject in (INCIDENT, ("appeal", "APL-1")):
        hold_texts([sample], subject=subject, reason="asked for", at=NOW)
    release_texts(subject=INCIDENT, at=NOW)
    assert forget_texts(law=law, at=NOW + 2 * law.scoring.texts_kept) == 0
    assert Answer.objects.exists()


def test_nothing_to_forget_costs_one_query(db, law):
    with CaptureQueriesContext(connection) as queries:
        forget_texts(law=law, at=NOW)
    assert len(queries) == 1
