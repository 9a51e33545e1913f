"""By which names a companion's answers call themselves, and when that is a change."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.egress import Outcome
from registry.protocols import Called, Deliberation
from shadow.actions.identity import MOST_NAMES, digest_of, note_declared
from shadow.actions.probing import finish
from shadow.models import IdentityChange, NameHeard, Watch
from tests.conftest import NOW
from tests.shadow.making import a_slot, asked, claimed, failed, probed, watched

MINUTES, DAY = timedelta(minutes=5), timedelta(days=1)


def by_name(model=None, fingerprint=None):
    value = Deliberation("Yes.", None, None, None, 10, 5, tokens_estimated=False, model=model, fingerprint=fingerprint)
    return Called(Outcome.OK, latency_ms=200, value=value)


def answers(companion, names, *, start=NOW, every=MINUTES):
    """One answer after another, each by its (model, fingerprint)."""
    for number, name in zip(count(), names, strict=False):
        probed(companion, by_name(*name), at=start + number * every)


def changes():
    return [(it.kind, it.before, it.after) for it in IdentityChange.objects.order_by("seen_at", "kind")]


def test_a_first_name_is_no_change_and_a_second_one_is(companion):
    answers(companion, [("m-1", None), ("m-1", None), ("m-2", None)])
    assert changes() == [("model", "m-1", "m-2")]
    assert IdentityChange.objects.get().seen_at == NOW + 2 * MINUTES
    assert Watch.objects.get().identity.startswith(digest_of("m-2"))


def test_a_fingerprint_tells_what_the_name_hides(companion):
    answers(companion, [("m", "fp_1"), ("m", "fp_2")])
    assert changes() == [("fingerprint", "fp_1", "fp_2")]


def test_both_names_may_change_at_once(companion):
    answers(companion, [("m-1", "fp_1"), ("m-2", "fp_2")])
    assert changes() == [("fingerprint", "fp_1", "fp_2"), ("model", "m-1", "m-2")]


def test_an_answer_that_names_nothing_says_nothing(companion):
    answers(companion, [("m", "fp_1"), (None, None), ("m", None), ("m", "fp_1")])
    assert changes() == []


def test_a_failure_says_nothing(companion):
    answers(companion, [("m", None)])
    probed(companion, failed(), at=NOW + MINUTES)
    answers(companion, [("m", None)], start=NOW + 2 * MINUTES)
    assert changes() == []


def test_a_fleet_that_alternates_changes_once_and_never_again(companion):
    answers(companion, [("m", "fp_1"), ("m", "fp_2")] * 10)
    assert changes() == [("fingerprint", "fp_1", "fp_2")]


@pytest.mark.parametrize(("later", "changed"), [(-timedelta(seconds=1), 1), (timedelta(0), 2)])
def test_a_name_counts_as_heard_for_the_law_s_baseline(companion, law, later, changed):
    answers(companion, [("m-1", None), ("m-2", None)])
    # m-1 was heard until m-2 came, at the second answer.
    answers(companion, [("m-1", None)], start=NOW + MINUTES + law.drift.baseline + later)
    assert len(changes()) == changed


def test_a_name_in_use_does_not_grow_old(companion, law):
    answers(companion, [("m-1", None), ("m-1", None)], every=2 * law.drift.baseline)
    answers(companion, [("m-2", None), ("m-1", None)], start=NOW + 2 * law.drift.baseline + MINUTES)
    assert changes() == [("model", "m-1", "m-2")]


def test_whoever_goes_by_many_names_cannot_be_told_by_a_further_one(companion):
    answers(companion, [("m", f"fp_{number}") for number in range(3 * MOST_NAMES)])
    assert len(changes()) == MOST_NAMES - 1
    assert NameHeard.objects.filter(kind="fingerprint").count() == MOST_NAMES


def test_a_model_s_name_counts_however_many_fingerprints_there_are(companion):
    answers(companion, [("m-1", f"fp_{number}") for number in range(2 * MOST_NAMES)])
    answers(companion, [("m-2", "fp_0")], start=NOW + DAY)
    assert changes()[-1] == ("model", "m-1", "m-2")


def test_within_one_batch_the_order_of_slots_counts(companion):
    slots = [a_slot(companion, at=NOW, slot_at=NOW + number * MINUTES) for number in range(3)]
    mine = {it.slot_id: it for it in claimed(at=NOW)}
    results = []
    for slot, name in zip(slots, ("m-1", "m-2", "m-1"), strict=True):
        results += asked([mine[slot.pk]], by_name(name), at=NOW)
    finish(results[::-1], at=NOW)
    assert changes() == [("model", "m-1", "m-2")]
    assert Watch.objects.get().identity.startswith(digest_of("m-1"))


def test_long_and_strange_names_are_held(companion):
    answers(companion, [("m" * 512, None), ("m" * 511 + "n", None), ("\ud800\0m", None)])
    assert [after for _, _, after in changes()] == ["m" * 200, "\ufffd\ufffdm"]


def test_a_steady_name_costs_no_query(db):
    companions = [watched(at=NOW) for _ in range(5)]

    def cost(name, at):
        slots = [a_slot(companion, at=at, slot_at=at) for companion in companions]
        results = asked(claimed(at=at), by_name(name), at=at)
        assert len(results) == len(slots)
        with CaptureQueriesContext(connection) as queries:
            finish(results, at=at)
        return len(queries)

    none, first, again = cost(None, NOW), cost("m-1", NOW + MINUTES), cost("m-1", NOW + 2 * MINUTES)
    assert again <= none
    assert first - again <= 6
    assert cost("m-2", NOW + 3 * MINUTES) - again <= 7
    assert IdentityChange.objects.count() == 5


def test_a_provider_s_other_version_is_a_change_and_its_first_one_is_none(companion):
    note_declared(companion, before="", after="1.0", at=NOW)
    note_declared(companion, before="1.0", after="1.0", at=NOW)
    assert changes() == []
    note_declared(companion, before="1.0", after="1.1", at=NOW)
    note_declared(companion, before="1.0", after="1.1", at=NOW)
    assert changes() == [("version", "1.0", "1.1")]


def test_another_companion_s_names_are_its_own(companion):
    other = watched(at=NOW)
    answers(companion, [("m-1", None)])
    answers(other, [("m-2", None)], start=NOW + MINUTES)
    assert changes() == []
