"""A mean score far below all lines: held still at once, without waiting for any clock, and never twice for one cause."""

from decimal import Decimal

import pytest

from ledger.actors import Actor
from ledger.models import Decision
from ledger.queries import last_decision
from registry.models import OutboxMessage
from tests.conftest import NOW
from tests.factories.companions import active, in_shadow
from tests.tiers.declining import DAY, HOUR, SECOND, read, replayed, without_basis
from tiers.actions import falling as acts
from tiers.actions import standing as standings
from tiers.models import Decline, Standing
from tiers.rules import falling
from tiers.rules.falling import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def standing():
    return active(at=NOW - DAY, tier="research")


@pytest.mark.parametrize(("mean", "frozen"), [("59.99999", True), ("60", False), ("60.00001", False)])
def test_the_line_is_drawn_to_the_last_digit(standing, mean, frozen):
    row = read(standing, at=NOW, mean=mean)
    assert (row.precaution == "frozen", row.state) == (frozen, "active")
    # It is below its tier's minimum as well, so the clocks run from here on too.
    assert set(Decline.objects.values_list("measure", "state")) == {("gi", "alerted"), ("constitutional", "alerted")}
    assert (replayed()[1], without_basis()) == ([], [])


def test_it_is_a_rules_decision_and_its_provider_is_told(standing):
    row = read(standing, at=NOW, mean="40")
    assert (row.precaution, row.counts) == ("frozen", False)
    decision = last_decision("companion", "YOURMODEL_001")
    assert (decision.move, decision.actor_kind, decision.at) == ("freeze", "system", NOW)
    assert OutboxMessage.objects.filter(kind="companion.freeze").count() == 1
    acts.judge_all(at=NOW + SECOND)
    assert Decision.objects.filter(move="freeze").count() == 1


@pytest.mark.parametrize("facts", [{"scored": 51}, {"coverage": "0.89999"}, {"scored": 0}])
def test_nobody_is_frozen_because_we_failed_to_measure(standing, facts):
    assert read(standing, at=NOW, mean="20", **facts).precaution == "free"
    assert read(standing, at=NOW + HOUR, mean="20").precaution == "frozen"


def test_shadow_mode_counts_for_nothing_and_is_frozen_by_nothing():
    row = in_shadow(at=NOW - DAY)
    assert read(row, at=NOW, mean="20", tier="standard", state="active").precaution == "free"


def test_a_steward_who_lifted_it_has_judged_this_emergency(standing, steward):
    row = read(standing, at=NOW, mean="55")
    standings.unfreeze(row, by=Actor.person(steward), at=NOW + HOUR, reason="A known set of questions.")
    for hours in (2, 3, 50):
        assert read(standing, at=NOW + hours * HOUR, mean="54").precaution == "free"
    # Its clocks go on all the same, and another emergency is another one.
    assert read(standing, at=NOW + 60 * HOUR, mean="61").precaution == "free"
    assert read(standing, at=NOW + 61 * HOUR, mean="59").precaution == "frozen"
    assert replayed()[1] == []


def test_a_freeze_begins_no_earlier_than_the_reading_after_it_was_lifted(law):
    low = Reading(NOW, "research", Decimal("0.8"), Decimal("0.5"), Decimal(1), 52)
    assert falling.is_emergency(low, law)
    for lifted, above, holds in ((NOW + SECOND, True, False), (NOW, True, True), (NOW, False, False)):
        assert falling.is_emergency(low, law, lifted_at=lifted, was_above_since=above) is holds


def test_a_frozen_companion_falls_by_no_clock_until_it_is_lifted(standing, steward):
    row = read(standing, at=NOW, mean="55")
    assert read(standing, at=NOW + 3 * DAY, mean="55").state == "active"
    standings.unfreeze(row, by=Actor.person(steward), at=NOW + 3 * DAY, reason="Go on.")
    acts.judge_all(at=NOW + 3 * DAY + SECOND)
    assert Standing.objects.get(pk=standing.pk).state == "suspended"
