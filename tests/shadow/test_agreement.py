from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from shadow.actions.agreement import Tally, close_slots, compare
from shadow.actions.watching import tell_standing
from shadow.models import Bucket
from shadow.probes import Probe
from tests.conftest import NOW
from tests.shadow.making import a_slot, probed, said, watched

VOTE = "votes.41"
CLOSED = "closed.arithmetic.3132333435363738"


def peers(n, *, tier="standard", active=True):
    made = [watched(at=NOW) for _ in range(n)]
    for companion in made:
        tell_standing(companion, tier=tier, is_active=active)
    return made


def vote(companion, position, **how):
    return probed(companion, said("Because.", position=position), at=NOW, prompt=VOTE, **how)


def over(law):
    return NOW + law.shadow.deliberation_every


def counts(companion):
    row = Bucket.objects.get(companion=companion, probe=Probe.DELIBERATION)
    return row.peers_compared, row.peers_agreed


def test_votes_are_compared_with_those_of_the_same_tier(law):
    for companion, position in zip(asked := peers(4), ["approve"] * 3 + ["reject"], strict=True):
        vote(companion, position)
    stranger = peers(1, tier="high")[0]
    vote(stranger, "reject")
    assert close_slots(law=law, at=over(law)) == 5
    assert [counts(one) for one in asked] == [(3, 2), (3, 2), (3, 2), (3, 0)]


def test_too_few_of_the_tier_means_any_active_ones(law):
    lonely, *others = peers(1, tier="high") + peers(2, tier="standard")
    vote(lonely, "approve")
    for other in others:
        vote(other, "approve")
    close_slots(law=law, at=over(law))
    assert counts(lonely) == (2, 2)


def test_one_in_shadow_is_compared_and_is_nobodys_peer(companion, law):
    for one in (old := peers(3)):
        vote(one, "approve")
    vote(companion, "reject")
    close_slots(law=law, at=over(law))
    assert counts(companion) == (3, 0)
    assert {counts(one) for one in old} == {(2, 2)}


def test_without_peers_nothing_is_compared(companion, law):
    vote(companion, "approve")
    assert close_slots(law=law, at=over(law)) == 1
    assert counts(companion) == (0, 0)


def test_closed_answers_agree_when_they_are_equal_right_or_wrong(law):
    for companion, text in zip(asked := peers(4), ["1", "It is 1", "7", " 7."], strict=True):
        probed(companion, said(text), at=NOW, prompt=CLOSED)
    close_slots(law=law, at=over(law))
    assert [counts(one) for one in asked][:2] == [(3, 1), (3, 1)]


def test_a_comparison_is_made_once(law):
    for companion in (asked := peers(4)):
        vote(companion, "approve")
    assert [close_slots(law=law, at=over(law)), close_slots(law=law, at=over(law))] == [4, 0]
    assert counts(asked[0]) == (3, 3)


def test_a_slot_is_open_until_its_interval_is_over_and_everybody_was_asked(companion, law):
    vote(companion, "approve")
    late = peers(1)[0]
    a_slot(late, at=NOW)
    assert close_slots(law=law, at=over(law) - timedelta(seconds=1)) == 0
    assert close_slots(law=law, at=over(law)) == 0
    late.watch.delete()
    a_slot(late, at=NOW + timedelta(seconds=1)).delete()
    type(a_slot(late, at=NOW + timedelta(hours=1))).objects.all().delete()
    assert close_slots(law=law, at=over(law)) == 1


def test_nothing_to_compare_costs_one_query(db, law):
    with CaptureQueriesContext(connection) as queries:
        close_slots(law=law, at=NOW)
    assert len(queries) == 1


def test_the_cost_is_linear_in_companions(law):
    for companion in peers(40):
        vote(companion, "approve")
    with CaptureQueriesContext(connection) as queries:
        assert close_slots(law=law, at=over(law)) == 40
    assert len(queries) <= 14


@pytest.mark.parametrize(("in_tier", "compared"), [(3, 3), (2, 5)])
def test_three_of_the_tier_are_enough(in_tier, compared):
    tier, everybody = Tally(), Tally()
    tier.answers["a"] = in_tier
    everybody.answers["a"] = 5
    assert compare("a", tier, everybody, own=False, at_least=3) == (compared, compared)


@given(st.lists(st.sampled_from("abc"), min_size=4, max_size=40))
def test_counting_equals_comparing_every_pair(answers):
    tally = Tally()
    tally.answers.update(answers)
    for n, mine in enumerate(answers):
        others = answers[:n] + answers[n + 1 :]
        pairs = sum(1 for other in others if other == mine)
        assert compare(mine, tally, tally, own=True, at_least=3) == (len(others), pairs)
