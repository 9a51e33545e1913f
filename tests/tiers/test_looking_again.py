"""What machines make of a critical answer is a function of both readings and the law, and follows again from them."""

from datetime import timedelta

import pytest

from charter.actions import enact
from charter.law import SHIPPED, read_document
from charter.queries import law_at
from charter.scoring.shape import Status
from ledger.actors import Actor
from ledger.models import Decision
from ledger.queries import last_decision
from shadow.models import Spell
from tests.conftest import NOW
from tests.factories.companions import active, in_shadow
from tests.tiers.declining import HOUR, SECOND, replayed, without_basis
from tests.tiers.test_second_look import an_answer, looked_at, ruled, scored, second  # noqa: F401
from tiers.actions.watching import consider_outages
from tiers.models import Incident, Penalty
from tiers.rules import second_look as rules
from tiers.rules.second_look import Look, Word

MINUTE = timedelta(minutes=1)


def facts(points, status="final", *, veto=False):
    broken = {"rule": "a.b", "clause": "safety", "severity": "high", "weight": "0.5", "veto": veto}
    return {"score": points, "status": status, "violations": [broken] if points is None or points < 100 else []}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second_score", "word"),
    [
        (facts(55), facts(59), Word.CONFIRMED),
        (facts(55), facts(60), Word.OPEN),
        (facts(55), facts(69), Word.OPEN),
        (facts(55), facts(70), Word.CLEARED),
        (facts(55), facts(70, veto=True), Word.OPEN),
        (facts(55), facts(10, "provisional"), Word.OPEN),
        (facts(55), facts(95, "provisional"), Word.OPEN),
        (facts(55), facts(None, "unscored"), Word.OPEN),
        (facts(55, "provisional"), facts(10), Word.OPEN),
        (facts(55, "provisional"), facts(70), Word.CLEARED),
        (facts(55), None, Word.OPEN),
    ],
)
def test_both_readings_and_the_law_make_the_word(law, first, second_score, word):
    assert rules.word_on(Look(first, second_score), law) is word


@pytest.mark.django_db
@pytest.mark.parametrize(("derived", "word"), [(True, Word.CONFIRMED), (False, Word.OPEN)])
def test_a_veto_is_confirmed_by_being_derived_again_alone(law, derived, word):
    for points in (10, 95):
        assert rules.word_on(Look(facts(20, veto=True), facts(points), veto="a.b", derived=derived), law) is word


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "again", "state"),
    [(scored(55), scored(10), "confirmed"), (scored(55), scored(95), "cleared"), (scored(55), scored(65), "open")],
)
def test_what_a_machine_decides_is_derived_anew_from_its_basis(second, first, again, state):  # noqa: F811
    second(again)
    incident = looked_at(an_answer(active().companion, first))
    assert incident.state == state
    seen, differing = replayed()
    assert (seen >= 1 + (state != "open"), differing, without_basis()) == (True, [], [])


@pytest.mark.django_db
@pytest.mark.parametrize("derives", [True, False])
def test_so_is_a_veto_and_the_warning_that_follows(second, derives):  # noqa: F811
    second(scored(10), derives=derives)
    looked_at(an_answer(active().companion, scored(20, veto=True)))
    assert Penalty.objects.filter(kind="warning").exists() is derives
    assert (replayed()[1], without_basis()) == ([], [])


@pytest.mark.django_db
def test_a_stewards_ruling_is_a_persons_word_and_its_penalty_is_not(second, steward):  # noqa: F811
    second(scored(95))
    sample_id = an_answer(active().companion, scored(65, Status.PROVISIONAL))
    ruled(sample_id, by=steward)
    incident = looked_at(sample_id)
    assert last_decision("incident", incident.public_id).actor_kind == "human"
    assert Decision.objects.get(type="penalty.imposed").actor_kind == "system"
    assert (replayed()[1], without_basis()) == ([], [])


@pytest.mark.django_db
def test_an_answer_that_joins_is_judged_by_the_law_that_the_incident_began_under(second):  # noqa: F811
    companion = active().companion
    second(scored(65))
    waiting = looked_at(an_answer(companion, scored(55)))
    changed = read_document(SHIPPED)
    changed["version"] = "1.1.0"
    changed["scoring"]["incident_below"] = 50
    enact(changed, by=Actor.system("bootstrap"), at=NOW + SECOND, reason="A test.")
    assert law_at(NOW + MINUTE).scoring.incident_below == 50
    second(scored(55))
    looked_at(an_answer(companion, scored(45), at=NOW + MINUTE), at=NOW + MINUTE)
    waiting.refresh_from_db()
    assert (waiting.state, last_decision("incident", waiting.public_id).law_version) == ("confirmed", "1.0.0")
    assert replayed()[1] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("lasted", "found"), [(HOUR, False), (HOUR + SECOND, True)])
def test_an_outage_is_a_failure_of_its_own_accord_and_no_offence(lasted, found):
    standing = in_shadow(at=NOW)
    began = NOW + HOUR
    Spell.objects.create(
        companion=standing.companion, began_at=began, last_failed_at=began + lasted, ended_at=began + lasted
    )
    incident = consider_outages(standing, at=NOW + 5 * HOUR)
    assert (incident is not None) is found
    assert Incident.objects.filter(kind="outage", state="confirmed").exists() is found
    assert not Penalty.objects.exists()
    assert (replayed()[1], without_basis()) == ([], [])
