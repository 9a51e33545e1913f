import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from charter.embedding import EmbedderMissing
from shadow import tasks
from shadow.actions.agreement import close_slots
from shadow.actions.open_agreement import compare_open_answers, next_on, place_of
from shadow.models import Answer, Bucket, Sample
from shadow.probes import Probe
from tests.conftest import NOW
from tests.shadow.making import probed, said
from tests.shadow.test_agreement import over, peers

OPEN = "constitutional.safety.01"
LOOK_ALIKE = "over_refusal.safety.01"
YES, NO = "I can help with that.", "I will not do that."


class Scripted:
    """Equal texts are alike; different ones as much as ``otherwise``. It remembers what it was asked."""

    def __init__(self, otherwise="0.1"):
        self.otherwise, self.asked = Decimal(otherwise), []

    def __call__(self, texts):
        self.asked.append(list(texts))
        return [[Decimal(1) if a == b else self.otherwise for b in texts] for a in texts]


def answers(companions, *texts, prompt=OPEN):
    for companion, text in zip(companions, texts, strict=True):
        probed(companion, said(text), at=NOW, prompt=prompt)


def counts(companion):
    row = Bucket.objects.get(companion=companion, probe=Probe.DELIBERATION)
    return row.peers_compared, row.peers_agreed


def compare(law, similar=None, **how):
    return compare_open_answers(law=law, at=over(law), similar=similar or Scripted(), **how)


@pytest.mark.parametrize("prompt", [OPEN, LOOK_ALIKE])
def test_alike_answers_of_the_tier_agree(law, prompt):
    answers(asked := peers(4), YES, YES, YES, NO, prompt=prompt)
    answers(peers(1, tier="high"), NO, prompt=prompt)
    assert compare(law) == 5
    assert [counts(one) for one in asked] == [(3, 2), (3, 2), (3, 2), (3, 0)]


@pytest.mark.parametrize(("alike", "agreed"), [("0.7999", 0), ("0.80", 3), ("0.8001", 3)])
def test_the_laws_similarity_is_agreement_from_there_on(law, alike, agreed):
    answers(asked := peers(4), "a", "b", "c", "d")
    compare(law, Scripted(alike))
    assert counts(asked[0]) == (3, agreed)


def test_too_few_of_the_tier_means_any_active_ones_and_nobody_means_nothing(law, companion):
    answers([lonely := peers(1, tier="high")[0], *peers(2)], YES, YES, NO)
    compare(law)
    assert counts(lonely) == (2, 1)
    probed(companion, said(YES), at=NOW + timedelta(minutes=5), prompt=OPEN)
    assert compare_open_answers(law=law, at=over(law) + timedelta(minutes=5), similar=Scripted()) == 1
    assert counts(companion) == (0, 0)


def test_oneself_does_not_make_the_tier_large_enough(law):
    answers([*(mine := peers(3)), *peers(2, tier="high")], YES, YES, YES, NO, NO)
    compare(law)
    assert counts(mine[0]) == (4, 2)


def test_one_in_shadow_is_compared_and_is_nobodys_peer(companion, law):
    answers([companion, *(old := peers(3))], NO, YES, YES, YES)
    compare(law)
    assert counts(companion) == (3, 0)
    assert {counts(one) for one in old} == {(2, 2)}


def test_nobody_is_compared_with_more_than_the_law_draws_and_each_text_is_embedded_once(law):
    answers(asked := peers(12), *[f"text {n}" for n in range(12)])
    similar = Scripted()
    compare(law, similar)
    assert {counts(one)[0] for one in asked} == {law.gi.peers.drawn} == {8}
    assert [sorted(texts) for texts in similar.asked] == [sorted(f"text {n}" for n in range(12))]


def test_a_comparison_is_made_once(law):
    answers(asked := peers(4), YES, YES, YES, YES)
    assert [compare(law), compare(law)] == [4, 0]
    assert counts(asked[0]) == (3, 3)


def test_a_slot_waits_for_its_end(law):
    answers(peers(4), YES, YES, YES, YES)
    assert compare_open_answers(law=law, at=over(law) - timedelta(seconds=1), similar=Scripted()) == 0


def test_votes_and_open_answers_leave_each_other_alone(law):
    answers(asked := peers(4), YES, YES, YES, YES)
    assert close_slots(law=law, at=over(law)) == 0
    assert Sample.objects.filter(to_compare=True).count() == 4
    assert compare(law) == 4
    assert counts(asked[0]) == (3, 3)


def test_a_forgotten_text_is_neither_compared_nor_a_peers(law):
    answers(asked := peers(5), YES, YES, YES, YES, YES)
    Answer.objects.filter(companion=asked[0]).delete()
    assert compare(law) == 5
    assert counts(asked[0]) == (0, 0)
    assert {counts(one) for one in asked[1:]} == {(3, 3)}


def test_an_answer_without_words_is_like_nothing(law):
    answers(asked := peers(5), " ", YES, YES, YES, YES)
    compare(law)
    assert counts(asked[0]) == (0, 0)
    assert {counts(one) for one in asked[1:]} == {(3, 3)}


def test_without_an_embedder_open_answers_are_let_go_uncompared(law):
    answers(asked := peers(4), YES, YES, YES, YES)
    assert compare_open_answers(law=law, at=over(law), similar=None) == 4
    assert counts(asked[0]) == (0, 0)
    assert not Sample.objects.filter(to_compare=True).exists()


def test_an_embedder_that_turns_out_to_be_missing_is_said_aloud_and_holds_nothing_up(law, caplog):
    def missing(_texts):
        raise EmbedderMissing("graph.onnx is damaged.")

    answers(asked := peers(4), YES, YES, YES, YES)
    assert compare(law, missing) == 4
    assert counts(asked[0]) == (0, 0)
    assert "graph.onnx is damaged" in caplog.text
    assert YES not in caplog.text


def test_work_that_was_broken_off_goes_on_where_it_stopped(law, monkeypatch):
    monkeypatch.setattr("shadow.actions.open_agreement.AT_ONCE", 2)
    answers(asked := peers(5), *[YES] * 5)
    knocks = iter([True, True, False])
    assert compare(law, go_on=lambda: next(knocks)) == 2
    assert compare(law) == 3
    assert {counts(one) for one in asked} == {(4, 4)}


def test_the_cost_is_linear_in_companions(law):
    answers(peers(40), *[YES] * 40)
    with CaptureQueriesContext(connection) as queries:
        assert compare(law) == 40
    assert len(queries) <= 16


@given(st.sets(st.uuids(), min_size=1, max_size=30), st.uuids(), st.integers(1, 9))
def test_the_ring_gives_others_as_many_as_there_are_and_the_same_to_everyone_who_asks(members, own, most):
    key = b"k" * 32
    ring = sorted(place_of(key, one) for one in members)
    found = next_on(ring, place_of(key, own), most=most)
    assert own not in found
    assert len(found) == len(set(found)) == min(most, len(members - {own}))


def test_each_on_the_ring_is_a_peer_as_often_as_it_is_compared():
    ring = sorted(place_of(b"k" * 32, uuid.UUID(int=n)) for n in range(20))
    drawn = [other for place in ring for other in next_on(ring, place, most=8)]
    assert {drawn.count(companion) for _, companion in ring} == {8}


def test_another_slot_draws_others():
    members = [uuid.UUID(int=n) for n in range(40)]
    drawn = {
        tuple(next_on(sorted(place_of(key, one) for one in members), place_of(key, members[0]), most=8))
        for key in (b"a" * 32, b"b" * 32)
    }
    assert len(drawn) == 2


def test_the_scoring_process_is_woken_and_two_knocks_at_one_time_are_one(law, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks, "send_soon", lambda task, **_ids: sent.append(task))
    monkeypatch.setattr(tasks, "installed", lambda: True)
    monkeypatch.setattr(tasks, "similarities", Scripted())
    answers(asked := peers(4), YES, YES, YES, YES)
    with time_machine.travel(over(law), tick=False):
        tasks.sweep_open_answers()
        assert sent == ["shadow.tasks.compare_open_answers"]
        tasks.compare_open_answers()
        Sample.objects.update(to_compare=True)
        tasks.compare_open_answers()
    assert {counts(one) for one in asked} == {(3, 3)}
