"""``manage.py rescore`` and the tasks: a trial is read to its end by whoever comes, fresh answers first."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from charter.queries import law_at
from ledger.actors import Actor
from shadow import tasks
from shadow.actions import promoting, rescoring
from shadow.actions.rescoring import start_trial
from shadow.actions.scoring import score_answers
from shadow.models import Answer, ScorerTrial
from tests.conftest import NOW
from tests.shadow.making import probed, said, watched
from tests.shadow.scripted import Scripted, enact_law, keep

SECOND = timedelta(seconds=1)


@pytest.fixture
def new():
    return Scripted("new", "2", says={"b": 20})


@pytest.fixture
def companion(db, monkeypatch, new):
    keep(monkeypatch, old := Scripted("old", "1"), new)
    monkeypatch.setattr(rescoring, "AT_ONCE", 2)
    enact_law(old, at=NOW, rescored=4)
    companion = watched(at=NOW)
    for n, text in enumerate("abcd"):
        probed(companion, said(text), at=NOW + n * SECOND)
    score_answers(law=law_at(NOW), at=NOW)
    with time_machine.travel(NOW + 60 * SECOND, tick=False):
        yield companion


def rescore(*words):
    call_command("rescore", "--scorer", "new", "--version", "2", *words)


def test_it_reads_to_the_end_and_prints_what_would_change(companion, steward, capsys):
    rescore("--by", "INES@example.org")
    shown = capsys.readouterr()
    assert "new 2: 4 answers, 1 companions" in shown.out
    assert "compliant  4 of 4 -> 3 of 4" in shown.out
    assert f"{companion.ref}  100 -> 20" in shown.out
    assert "2 of 4 answers read\r" in shown.err
    assert ScorerTrial.objects.get().started_by == steward


def test_as_json_it_is_the_whole_report_and_nothing_else(companion, capsys):
    rescore("--json", "--last", "3")
    told = json.loads(capsys.readouterr().out)
    trial = ScorerTrial.objects.get()
    assert (told["trial"], told["state"], told["answers"]) == (trial.public_id, "finished", 3)
    assert told["companions"] == trial.results["companions"]
    assert trial.started_by is None


def test_a_trial_that_was_begun_is_gone_on_with_and_a_finished_one_shown_again(companion, steward, new, capsys):
    trial = start_trial("new", "2", by=Actor.person(steward), at=NOW + 60 * SECOND)
    rescoring.read_slice(trial, at=NOW + 60 * SECOND)
    rescore()
    rescore()
    assert len(new.read) == 4
    assert ScorerTrial.objects.get().started_by == steward
    assert capsys.readouterr().err.count(f"going on with {trial.public_id}") == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "nobody@example.org"), "Nobody here has that address"),
        (("--scorer", "old", "--version", "1"), "in force already"),
        (("--version", "9"), "There are: old 1, new 2"),
        (("--last", "0"), "a number of answers"),
        (("--last", "many"), "a number of answers"),
    ],
)
def test_what_cannot_be_is_said(companion, words, told):
    with pytest.raises(CommandError, match=told):
        rescore(*words)


def test_the_sweep_wakes_a_process_only_where_something_is_due(companion, steward, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks, "send_soon", sent.append)
    tasks.sweep_trials()
    start_trial("new", "2", by=Actor.person(steward), at=NOW)
    tasks.sweep_trials()
    assert sent == ["shadow.tasks.rescore_batch"]


def test_a_batch_reads_all_of_it(companion, steward):
    trial = start_trial("new", "2", by=Actor.person(steward), at=NOW)
    tasks.rescore_batch()
    trial.refresh_from_db()
    assert trial.state == "finished"


def test_answers_that_wait_for_their_first_score_go_before_the_next_slice(companion, steward, new):
    trial = start_trial("new", "2", by=Actor.person(steward), at=NOW)
    probed(companion, said("fresh"), at=NOW + 60 * SECOND)
    tasks.rescore_batch()
    assert len(new.read) == 2
    tasks.score_batch()
    assert not Answer.objects.filter(scored_by="").exists()
    tasks.rescore_batch()
    trial.refresh_from_db()
    assert trial.state == "finished"


def test_a_trial_that_is_dropped_while_the_command_reads_is_told(companion, steward, monkeypatch):
    def dropped(trial, *, at):
        promoting.drop(trial, by=Actor.person(steward), reason="Not yet.", at=at)

    monkeypatch.setattr("shadow.management.commands.rescore.read_slice", dropped)
    with pytest.raises(CommandError, match="dropped meanwhile"):
        rescore()
