"""A suspension ends by itself, even if every process was down when it should have."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.models import Decision
from ledger.queries import last_decision
from registry.actions import issue_operator_key
from tests.conftest import NOW
from tests.factories.companions import a_companion, active, in_shadow
from tests.tiers.declining import DAY, HOUR, SECOND, replayed, without_basis
from tiers.actions import standing as standings
from tiers.models import Standing
from tiers.queries import shadow_overdue
from tiers.rules import clocks
from tiers.tasks import sweep_standings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tally")]
REASON = "Because the story needs it."


@pytest.fixture
def suspended(steward):
    return standings.suspend(active(at=NOW - DAY), hours=24, by=Actor.person(steward), at=NOW, reason=REASON)


@pytest.fixture
def ask(steward, law):
    key = issue_operator_key(steward, by=Actor.person(steward), at=NOW, under=law)[1]
    body = {"subject": {"type": "companion", "id": "YOURMODEL_001"}, "action": {"name": "research.analyse"}}

    def ask():
        given = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {key}"}}
        return Client().post("/access/v1/evaluation", json.dumps(body), **given).json()

    return ask


@pytest.mark.parametrize(
    ("after", "over"), [(DAY - SECOND, False), (DAY, True), (DAY + SECOND, True), (30 * HOUR, True)]
)
def test_it_is_over_when_its_time_is_even_if_nobody_wrote_that_down(suspended, ask, after, over):
    with time_machine.travel(NOW + after, tick=False):
        answer = ask()
        shown = Client().get("/api/companions/YOURMODEL_001/standing").json()
    assert (answer["decision"], answer["context"]["state"]) == (over, "active" if over else "suspended")
    assert shown["state"] == ("active" if over else "suspended")
    assert Standing.objects.get(pk=suspended.pk).state == "suspended"  # as it was: no sweep ran


def test_killed_at_the_first_hour_and_started_at_the_thirtieth(suspended, ask):
    with time_machine.travel(NOW + HOUR, tick=False) as clock:
        assert ask()["context"]["reason"] == "suspended"
        clock.move_to(NOW + 30 * HOUR)
        assert ask()["decision"] is True
        sweep_standings()
        sweep_standings()
    row = Standing.objects.get(pk=suspended.pk)
    assert (row.state, row.state_since, row.suspended_until) == ("active", NOW + DAY, None)
    decision = last_decision("companion", "YOURMODEL_001")
    assert (decision.type, decision.at, decision.actor_ref) == ("companion.suspension_ended", NOW + DAY, "rule")
    assert Decision.objects.filter(move="end_suspension").count() == 1
    # When it was written is another matter, and the entry says that too.
    assert json.loads(bytes(decision.seal.entry))["decision"]["at"] == "2026-11-21T09:00:00.000000Z"
    assert (replayed()[1], without_basis()) == ([], [])


def test_one_that_a_steward_changed_meanwhile_ends_at_its_new_time(suspended, steward):
    stale = Standing.objects.get(pk=suspended.pk)
    standings.change_suspension(
        Standing.objects.get(pk=suspended.pk), hours=48, by=Actor.person(steward), at=NOW + HOUR, reason=REASON
    )
    with pytest.raises(Refused):
        standings.end_when_due(stale)
    with time_machine.travel(NOW + 30 * HOUR, tick=False) as clock:
        sweep_standings()
        assert Standing.objects.get(pk=suspended.pk).state == "suspended"
        clock.move_to(NOW + 49 * HOUR)
        sweep_standings()
    assert Standing.objects.get(pk=suspended.pk).state_since == NOW + 48 * HOUR


def test_one_that_cannot_end_holds_up_none_of_the_others(suspended, steward, monkeypatch):
    other = active("OTHER_001", provider="other-org", at=NOW - DAY)
    standings.suspend(other, hours=24, by=Actor.person(steward), at=NOW, reason=REASON)
    ends = standings.end_when_due

    def fails_for_one(standing):
        if standing.pk == suspended.pk:
            raise Refused("It moved.")
        return ends(standing)

    monkeypatch.setattr(standings, "end_when_due", fails_for_one)
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        sweep_standings()
    assert {row.companion.ref: row.state for row in Standing.objects.filter(pk__in=[suspended.pk, other.pk])} == {
        "YOURMODEL_001": "suspended",
        "OTHER_001": "active",
    }


def test_one_without_an_end_waits_for_a_steward(suspended):
    Standing.objects.filter(pk=suspended.pk).update(suspended_until=None)
    with time_machine.travel(NOW + 900 * DAY, tick=False):
        sweep_standings()
    row = Standing.objects.get(pk=suspended.pk)
    assert row.state == "suspended"
    with pytest.raises(Refused, match="waits for a steward"):
        standings.end_when_due(row)


# The other steps that hang on time and facts alone.


@pytest.mark.parametrize(("after", "overdue"), [(30 * DAY - SECOND, False), (30 * DAY, True), (31 * DAY, True)])
def test_shadow_mode_past_the_laws_days_goes_to_a_steward(after, overdue):
    standing = in_shadow(at=NOW)
    assert shadow_overdue(at=NOW + after).exists() is overdue
    with time_machine.travel(NOW + after, tick=False):
        sweep_standings()
        sweep_standings()
    row = Standing.objects.get(pk=standing.pk)
    assert (row.with_steward_at == NOW + after, Decision.objects.filter(move="bring_to_steward").count()) == (
        overdue,
        int(overdue),
    )
    assert (replayed()[1], without_basis()) == ([], [])


def test_shadow_mode_opens_by_the_sweep_with_what_it_rests_on():
    companion = a_companion(at=NOW)
    with time_machine.travel(NOW + SECOND, tick=False):
        sweep_standings()
    assert Standing.objects.get(companion=companion).state == "shadow"
    assert (replayed()[0] >= 1, replayed()[1], without_basis()) == (True, [], [])


@pytest.mark.parametrize(
    ("asked", "has_endpoint", "move"),
    [([], True, "open_shadow"), (["price"], True, "stay"), ([], False, "stay")],
)
def test_what_lets_shadow_mode_begin_is_derived_from_its_basis(law, asked, has_endpoint, move):
    assert clocks.replay(clocks.open_basis(asked, has_endpoint=has_endpoint), law=law, at=NOW).move == move


@pytest.mark.parametrize(
    ("since", "last", "move"),
    [
        (NOW, None, "ask_review"),
        (NOW, NOW, "ask_review"),
        (NOW, NOW - SECOND, "ask_review"),
        (NOW, NOW + SECOND, "stay"),
    ],
)
def test_a_review_is_asked_for_until_a_word_was_given(law, since, last, move):
    basis = clocks.review_basis("active", "warning", since=since, last_word_at=last)
    assert clocks.replay(basis, law=law, at=NOW + timedelta(days=1)).move == move
