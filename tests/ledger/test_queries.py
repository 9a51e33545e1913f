"""What was decided can be looked up, at the same cost however much there is."""

from datetime import timedelta

import pytest

from ledger import queries
from ledger.decisions import decide
from ledger.models import Decision, Evidence, Salt
from tests.conftest import NOW
from tests.ledger.subjects import INES, OMAR, RULE, an_incident, law


@pytest.fixture
def decided(db):
    """Two incidents: one confirmed by a machine and voided by Ines, one cleared by Omar."""
    first, second = an_incident(1), an_incident(2)
    decide(first, "confirm", by=RULE, at=NOW, under=law(), evidence={"scores": {"a": "0.95"}}, facts={"offence": 1})
    decide(second, "clear", by=OMAR, at=NOW + timedelta(hours=1), under=law(), reason="It quoted them to refuse.")
    decide(first, "void", by=INES, at=NOW + timedelta(hours=2), under=law(), reason="The appeal was granted.")
    return first, second


SUBJECTS = [("incident", "INC-00001"), ("incident", "INC-00002")]


def test_a_history_is_told_newest_first_with_reasons_and_facts(decided):
    told = queries.history(SUBJECTS)
    assert [(it.move, it.actor, it.reason) for it in told] == [
        ("void", ("human", INES.ref), "The appeal was granted."),
        ("clear", ("human", OMAR.ref), "It quoted them to refuse."),
        ("confirm", ("system", "rule"), None),
    ]
    assert told[2].facts == {"offence": 1}
    assert queries.evidence_of(told[2].evidence[0]["sha256"]) == {"a": "0.95"}


def test_a_history_is_of_its_subjects_alone_and_no_longer_than_asked(decided):
    assert [it.move for it in queries.history(SUBJECTS[1:])] == ["clear"]
    assert [it.move for it in queries.history(SUBJECTS, most=1)] == ["void"]


def test_an_erased_reason_is_none(decided):
    Salt.objects.all().delete()
    assert {it.reason for it in queries.history(SUBJECTS)} == {None}


def test_a_history_costs_two_queries_however_long(decided, django_assert_num_queries):
    for number in range(3, 12):
        decide(an_incident(number), "confirm", by=RULE, at=NOW, under=law())
    subjects = [("incident", f"INC-{number:05d}") for number in range(1, 12)]
    with django_assert_num_queries(2):
        assert len(queries.history(subjects)) == 12


def test_the_latest_go_on_from_an_index(decided):
    newest, second = queries.latest(most=2)
    assert (newest.move, second.move) == ("void", "clear")
    assert [it.move for it in queries.latest(most=1, before=second.index)] == ["confirm"]


def test_a_decision_is_found_by_its_public_name(decided):
    name = queries.latest(most=1)[0].decision_id
    assert name.startswith("dec_")
    assert queries.decision_called(name).move == "void"


@pytest.mark.parametrize("name", ["dec_0", "", "dec_" + "0" * 32, "dec_" + "g" * 32])
def test_a_name_of_no_decision_is_none(db, name):
    with pytest.raises(Decision.DoesNotExist):
        queries.decision_called(name)


def test_the_last_decision_may_be_asked_by_its_moves(decided):
    assert queries.last_decision(*SUBJECTS[0]).move == "void"
    assert queries.last_decision(*SUBJECTS[0], moves=["confirm"]).move == "confirm"
    assert queries.last_decision(*SUBJECTS[0], moves=["clear"]) is None


def test_deciders_are_people_only(decided):
    assert queries.deciders(*SUBJECTS[0]) == [INES.ref]


def test_unknown_evidence_is_not_there(db):
    with pytest.raises(Evidence.DoesNotExist):
        queries.evidence_of("0" * 64)
