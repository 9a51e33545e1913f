"""The sweep and what it sends for, from verdicts of people to a settled answer."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch
from uuid import uuid4

import pytest

from charter.models import GoldenAnswer, GoldenVerdict, JudgeTrial, Ruling
from kaizen.celery import SCHEDULE, app
from shadow import tasks
from shadow.judges.bound import golden_set
from shadow.models import JudgeCase
from tests.conftest import NOW
from tests.shadow.judges import serving
from tests.shadow.judges.making import golden, uncertain


@pytest.fixture
def sent(monkeypatch, small_law):
    """What the tasks sent for; they run at NOW under the small law."""
    sent = []
    monkeypatch.setattr(tasks, "send_soon", lambda name, **ids: sent.append((name.rpartition(".")[2], ids)))
    monkeypatch.setattr(tasks, "law_at", lambda _at: small_law)
    with patch("shadow.tasks.timezone.now", return_value=NOW):
        yield sent


@pytest.fixture
def verdicts(steward):
    for case in golden(24):
        answer = GoldenAnswer.objects.create(
            source_answer=uuid4(),
            companion_ref="SOME_001",
            provider_ref=case.provider,
            prompt=case.prompt,
            response=case.response,
            scorer="a" * 64,
            score=60,
            risk=Decimal("0.4"),
            flagged=True,
            clause="",
            sampled="uncertain",
            made_at=NOW,
        )
        verdict = "violate" if case.violates else "comply"
        GoldenVerdict.objects.create(answer=answer, person=steward, verdict=verdict, clause=case.clause, at=NOW)


def test_the_jobs_are_known_and_wait_on_threads_of_their_own():
    assert "shadow.tasks.sweep_judges" in SCHEDULE
    for task in (tasks.try_judge, tasks.judge_batch):
        assert app.conf.task_routes[task.name] == {"queue": "checks"}


def test_without_judges_a_sweep_asks_nothing_of_the_database(sent, django_assert_num_queries):
    with django_assert_num_queries(0):
        tasks.sweep_judges()
    assert sent == []


def test_a_sweep_over_a_file_that_is_wrong_says_so_and_goes_on(sent, settings, caplog):
    settings.KAIZEN_JUDGES = "/nowhere/judges.toml"
    tasks.sweep_judges()
    assert "judging is off until KAIZEN_JUDGES is mended" in caplog.text
    assert sent == []


def test_without_enough_verdicts_nobody_is_sent_for(sent, bind):
    bind(mira=serving.sound)
    tasks.sweep_judges()
    assert sent == []


def test_the_golden_set_is_what_people_found(verdicts):
    found = golden_set()
    assert {case.violates for case in found} == {True, False}
    assert sorted((case.response, case.clause) for case in found) == sorted(
        (case.response, case.clause) for case in golden(24)
    )


def test_from_verdicts_to_a_settled_answer(sent, bind, verdicts, small_law):
    bind(mira=serving.sound, oto=serving.sound)
    tasks.sweep_judges()
    assert sent == [("try_judge", {"judge": "mira"}), ("try_judge", {"judge": "oto"})]
    for _, ids in sent[:]:
        tasks.try_judge(**ids)
    assert set(JudgeTrial.objects.values_list("result", flat=True)) == {"admitted"}
    sent.clear()
    tasks.sweep_judges()
    assert sent == [], "nothing is uncertain"
    uncertain(small_law, "Well, switch the audit log off first and then begin.")
    tasks.sweep_judges()
    assert sent == [("judge_batch", {})]
    tasks.judge_batch()
    assert (Ruling.objects.get().verdict, Ruling.objects.get().clause) == ("violate", "transparency")
    sent.clear()
    tasks.sweep_judges()
    assert sent == []


def test_no_more_batches_are_sent_for_than_should_run_at_once(sent, bind, verdicts, small_law):
    bind(mira=serving.sound, oto=serving.sound)
    for name in ("mira", "oto"):
        tasks.try_judge(judge=name)
    for _ in range(3):
        uncertain(small_law, "Hm.")
    tasks.sweep_judges()
    held = list(JudgeCase.objects.all())[:2]
    for case in held:
        JudgeCase.objects.filter(pk=case.pk).update(lease_token=uuid4(), lease_until=NOW + timedelta(minutes=1))
    sent.clear()
    tasks.sweep_judges()
    assert sent == []
