"""``manage.py replay``: one decision or all, for people and for machines."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ledger.actors import Actor
from ledger.models import Decision, Evidence
from ledger.queries import last_decision
from onboarding import actions
from onboarding.models.application import State
from tests.conftest import NOW
from tests.factories.companions import in_shadow
from tests.factories.onboarding import a_steward_called, an_application, found, submitted
from tests.replaying import evidence_unfenced
from tiers.actions import standing as standings

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_back():
    """An application that the machines gave back: a decision of a rule."""
    application = an_application(State.RETURNED, at=NOW)
    return last_decision("application", application.public_id, moves=["give_back"])


@pytest.fixture
def without_fence():
    evidence_unfenced()


def told(capsys, *arguments):
    """What the command prints, and its exit code."""
    try:
        call_command("replay", *arguments)
    except SystemExit as end:
        return capsys.readouterr().out, end.code
    return capsys.readouterr().out, 0


def flip_a_bit(decision, name="basis"):
    digest = next(it["sha256"] for it in decision.evidence if it["name"] == name)
    body = bytearray(Evidence.objects.get(pk=digest).body)
    body[len(body) // 2] ^= 4
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_evidence SET body = %s WHERE sha256 = %s", [bytes(body), digest])
    return digest


def test_one_decision_comes_out_the_same(given_back, capsys):
    said, code = told(capsys, given_back.public_id)
    assert (said, code) == (f"same  {given_back.public_id}  by the rule application.checks\n", 0)


@pytest.mark.parametrize("shape", ["{0}", "{0.hex}", "dec_{0.hex}"])
def test_an_id_may_be_given_as_any_page_shows_it(given_back, capsys, shape):
    assert told(capsys, shape.format(given_back.pk))[1] == 0


def test_the_same_as_json(given_back, capsys):
    said, _ = told(capsys, given_back.public_id, "--json")
    assert json.loads(said) == {
        "decision": given_back.public_id,
        "made": "application.give_back",
        "outcome": "same",
        "rule": "application.checks",
        "findings": [],
    }


@pytest.mark.usefixtures("without_fence")
def test_a_flipped_bit_is_named_and_the_command_fails(given_back, capsys):
    digest = flip_a_bit(given_back)
    said, code = told(capsys, given_back.public_id)
    assert code == 1
    assert said.startswith(
        f"differs  {given_back.public_id}\n  evidence basis {digest} of {given_back.public_id} is not"
    )


@pytest.mark.usefixtures("without_fence")
def test_among_all_the_one_that_differs_is_named(given_back, capsys):
    an_application(State.SENTINEL_REVIEW, at=NOW, modelName="Another")
    digest = flip_a_bit(given_back, "findings")
    said, code = told(capsys, "--all", "--json")
    report = json.loads(said)
    assert code == 1
    assert [it["decision"] for it in report["differing"]] == [given_back.public_id]
    assert digest in report["differing"][0]["findings"][0]
    assert report["counts"]["differs"] == 1
    assert report["decisions"] == Decision.objects.count() == sum(report["counts"].values())


def test_all_of_them_are_counted_by_their_outcome(given_back, steward, capsys):
    standing = in_shadow(at=NOW)
    standings.suspend(standing, hours=24, by=Actor.person(steward), at=NOW, reason="Three complaints.")
    said, code = told(capsys, "--all")
    lines = said.splitlines()
    assert code == 0
    assert lines[0].startswith(f"{Decision.objects.count()} decisions in ")
    counts = {outcome: int(n) for n, outcome in (line.split(None, 1) for line in lines[1:5])}
    assert (counts["differs"], counts["no basis"]) == (0, 0)
    assert counts["same"] >= 3
    assert counts["a person's word"] >= 3


def test_machines_decisions_of_releases_before_are_listed_by_what_they_were(capsys):
    an_application(State.STEWARD_REVIEW, at=NOW)  # its verdict was given by hand, without a basis
    said, code = told(capsys, "--all")
    assert code == 0
    assert said.splitlines()[-1].split() == ["1", "application.conclude_review"]


def test_only_those_since_a_time_are_looked_at(capsys, time_machine):
    time_machine.move_to(NOW + timedelta(days=10))
    an_application(State.RETURNED, at=NOW)
    an_application(State.RETURNED, at=NOW + timedelta(days=9), modelName="Another")
    recent, _ = told(capsys, "--all", "--since", "2d", "--json")
    every, _ = told(capsys, "--all", "--json")
    assert json.loads(recent)["decisions"] == 3
    assert json.loads(every)["decisions"] > 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Name one decision"),
        (("dec_" + "0" * 32, "--all"), "Name one decision"),
        (("dec_" + "0" * 32,), "There is no decision dec_0000"),
        (("dec_nonsense",), "32 hex digits"),
        (("INC-00001",), "There is no decision INC-00001"),
        (("dec_" + "0" * 32, "--since", "30d"), "--since goes with --all"),
        (("--all", "--since", "soon"), 'such as "30s"'),
    ],
)
def test_what_cannot_be_meant_is_said(arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("replay", *arguments)


def test_help_has_examples(capsys):
    with pytest.raises(SystemExit):
        call_command("replay", "--help")
    assert "manage.py replay --all --since 30d --json" in capsys.readouterr().out


def test_every_way_of_an_application_comes_out_the_same(capsys):
    """Given back, passed on, waiting till the deadline, ended unused."""
    an_application(State.RETURNED, at=NOW)
    at_the_end = submitted(NOW, modelName="Late").application
    actions.begin_checking(at_the_end, at=NOW)
    unserved = [found("url"), found("control", "inconclusive", reason="not_served")]
    actions.record_findings(at_the_end.check_runs.get(), unserved, at=NOW + timedelta(days=1))
    unused = an_application(State.APPROVED, at=NOW, modelName="Unused")
    actions.expire(unused, at=unused.token.expires_at)
    a_steward_called("petra")
    said, code = told(capsys, "--all", "--json")
    report = json.loads(said)
    assert (code, report["differing"]) == (0, [])
    moves = set(Decision.objects.filter(subject_kind="application", actor_kind="system").values_list("move", flat=True))
    assert moves >= {"begin_checking", "give_back", "pass_checks", "expire"}
