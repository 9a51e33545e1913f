"""Judges on loopback are tested as real ones are: sound ones come into office, all the others do not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from charter.models import JudgeOpinion, JudgeTrial
from ledger.models import Decision, Evidence
from ledger.queries import evidence_of
from shadow.actions import trying_judges
from shadow.actions.trying_judges import TRIAL_LASTS, go_on, is_due, trial_of
from shadow.judges import judges as asking
from tests.conftest import NOW
from tests.replaying import differs_under
from tests.shadow.judges import serving
from tests.shadow.judges.making import CASES, after_its_trial, golden


def last_decision():
    return Decision.objects.filter(subject_kind="judge").order_by("-seal__idx").first()


def test_a_sound_judge_is_admitted_and_its_admission_sealed(small_law, bind, judges):
    bind(mira=serving.sound)
    mira = judges()["mira"]
    assert is_due(mira, law=small_law, at=NOW)
    trial = after_its_trial(mira, small_law)
    assert (trial.result, trial.kappa, trial.false_flags, trial.flips) == ("admitted", 1, 0, 0)
    assert trial_of(mira, law=small_law, at=NOW) == trial
    assert not is_due(mira, law=small_law, at=NOW)
    assert (last_decision().type, last_decision().subject_ref) == ("judge.admitted", "mira")
    kept = {it["name"]: evidence_of(it["sha256"]) for it in last_decision().evidence}
    assert kept["trial"]["agreed"] == kept["basis"]["agreed"] == 24


@pytest.mark.parametrize(
    ("manner", "why"),
    [
        ("biased", "compliant answers flagged"),
        ("lenient", "kappa"),
        ("swayed_by_position", "kappa"),
        ("obedient", "changed by an instruction"),
        ("garbled", "kappa"),
        ("inventive", "kappa"),
    ],
)
def test_no_other_judge_is_admitted(small_law, bind, judges, manner, why):
    bind(oto=getattr(serving, manner))
    oto = judges()["oto"]
    trial = after_its_trial(oto, small_law)
    assert trial.result == "refused"
    assert trial_of(oto, law=small_law, at=NOW) is None
    assert last_decision().type == "judge.refused"
    assert why in str(bytes(last_decision().seal.entry))


def test_an_obedient_judge_fails_by_its_obedience_alone(small_law, bind, judges):
    bind(oto=serving.obedient)
    trial = after_its_trial(judges()["oto"], small_law)
    assert (trial.kappa, trial.false_flags) == (1, 0)
    assert trial.flips > 12


def test_a_slow_judge_is_never_measured_and_so_never_admitted(small_law, bind, judges, monkeypatch):
    monkeypatch.setattr(asking, "CALL_SECONDS", 0.2)
    servers = bind(oto=serving.slow)
    oto = judges()["oto"]
    assert go_on(oto, CASES, law=small_law, clock=lambda: NOW).result == "running"
    assert not JudgeOpinion.objects.exists()
    asked = len(servers["oto"].asked)
    assert asked < len(CASES)
    assert (
        go_on(oto, CASES, law=small_law, clock=lambda: NOW + TRIAL_LASTS).pk
        != JudgeTrial.objects.earliest("began_at").pk
    )
    assert JudgeTrial.objects.earliest("began_at").result == "unfinished"
    assert trial_of(oto, law=small_law, at=NOW) is None


def test_a_trial_goes_on_where_it_was_left(small_law, bind, judges, monkeypatch):
    servers = bind(mira=serving.sound)
    mira = judges()["mira"]
    monkeypatch.setattr(trying_judges, "TASK_SECONDS", 0.05)
    first = go_on(mira, CASES, law=small_law, clock=lambda: NOW)
    assert first.result == "running"
    monkeypatch.undo()
    assert go_on(mira, CASES, law=small_law, clock=lambda: NOW) is None, "held by the first for a while"
    second = go_on(mira, CASES, law=small_law, clock=lambda: NOW + timedelta(minutes=2))
    second.refresh_from_db()
    assert (second.pk, second.result) == (first.pk, "admitted")
    assert len(servers["mira"].asked) == JudgeOpinion.objects.count() == 24 * 2 * 2


def test_too_few_verdicts_keep_a_judge_off_and_ask_it_nothing(small_law, bind, judges):
    servers = bind(mira=serving.sound)
    mira = judges()["mira"]
    assert go_on(mira, golden(23), law=small_law, clock=lambda: NOW) is None
    assert go_on(mira, golden(24, provider="house-of-mira"), law=small_law, clock=lambda: NOW) is None
    assert (servers["mira"].asked, JudgeTrial.objects.count()) == ([], 0)


def test_a_judge_is_tested_again_when_the_laws_time_is_over_and_dropped_if_it_fails(small_law, bind, judges):
    servers = bind(mira=serving.sound)
    mira = judges()["mira"]
    after_its_trial(mira, small_law)
    later = NOW + small_law.scoring.judge.retest_every
    assert not is_due(mira, law=small_law, at=later - timedelta(seconds=1))
    assert is_due(mira, law=small_law, at=later)
    assert trial_of(mira, law=small_law, at=later), "it stays while it is tested again"
    servers["mira"].manner = serving.lenient
    after_its_trial(mira, small_law, at=later)
    assert trial_of(mira, law=small_law, at=later) is None
    assert last_decision().type == "judge.dropped"
    assert not is_due(mira, law=small_law, at=later)
    words = Decision.objects.filter(subject_kind="judge").select_related("seal")
    assert [differs_under(small_law, word) for word in words] == [[], []]


def test_a_judge_that_nobody_could_test_again_leaves_office(small_law, bind, judges):
    bind(mira=serving.sound)
    mira = judges()["mira"]
    after_its_trial(mira, small_law)
    ends = NOW + small_law.scoring.judge.retest_every + TRIAL_LASTS
    assert trial_of(mira, law=small_law, at=ends - timedelta(seconds=1))
    assert trial_of(mira, law=small_law, at=ends) is None


def test_another_model_under_the_same_name_is_another_judge(small_law, bind, judges):
    bind(mira=serving.sound)
    mira = judges()["mira"]
    after_its_trial(mira, small_law)
    other = replace(mira, judge=replace(mira.judge, binding=replace(mira.judge.binding, model="model-mira-2")))
    assert trial_of(other, law=small_law, at=NOW) is None
    assert is_due(other, law=small_law, at=NOW)


def test_a_stricter_law_ends_an_admission_that_does_not_meet_it(small_law, bind, judges):
    bind(mira=serving.sound)
    mira = judges()["mira"]
    after_its_trial(mira, small_law)
    stricter = replace(small_law.scoring.judge, golden_least=25)
    law = replace(small_law, scoring=replace(small_law.scoring, judge=stricter))
    assert trial_of(mira, law=law, at=NOW) is None


def test_neither_texts_nor_keys_reach_the_logs_or_the_ledger(small_law, bind, judges, caplog):
    caplog.set_level("DEBUG")
    servers = bind(mira=serving.sound, oto=serving.garbled)
    for judge in judges().values():
        after_its_trial(judge, small_law)
    assert servers["mira"].headers[0]["Authorization"] == "Bearer key-of-mira"
    said = caplog.text + "".join(str(bytes(row.seal.entry)) for row in Decision.objects.select_related("seal"))
    said += "".join(str(row.content) for row in Evidence.objects.all())
    for secret in ("key-of-mira", "key-of-oto", "Mill Lane", "I think this is fine", "Question 1"):
        assert secret not in said


def test_a_service_is_asked_at_temperature_0_with_a_seed_and_the_schema(small_law, bind, judges):
    servers = bind(mira=serving.sound)
    after_its_trial(judges()["mira"], small_law)
    body = servers["mira"].asked[0]
    assert (body["model"], body["temperature"], body["stream"]) == ("model-mira", 0, False)
    assert body["response_format"]["json_schema"]["strict"] is True
    assert len({one["seed"] for one in servers["mira"].asked}) == 96
