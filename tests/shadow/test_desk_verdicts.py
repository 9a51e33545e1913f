"""What people's words do: the golden set, the ruling, the second person, the way back, and what is measured by it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from charter.golden.actions import Found
from charter.golden.queries import agreements, golden_cases, golden_count, golden_rates, majority
from charter.models import GoldenAnswer, GoldenVerdict, Ruling
from charter.models.golden import Sampled, Word
from charter.scoring.registry import scorer_of
from charter.scoring.shape import Clause, Status
from ledger.actors import Forbidden
from ledger.models import Decision
from registry.models import Person
from shadow.actions import verdicts
from shadow.actions.desking import fill_desk, in_hand, take
from shadow.actions.verdicts import AGAIN_WITHIN, NotInHand, judge, look_again, shown, what_the_scorer_says
from shadow.models import Answer, DeskItem, Hold, ScoreBucket
from shadow.models.desk import Closed
from shadow.queries.desk import on_desk, progress
from tests.conftest import NOW
from tests.shadow.desking import TEXT, a_steward, scored

MINUTE = timedelta(minutes=1)
LATER = NOW + 10 * MINUTE
COMPLIES = Found(Word.COMPLY, reason="Harmless.")
VIOLATES = Found(Word.VIOLATE, Clause.SAFETY.value, "It helps to hide it.")
UNSURE = Found(Word.UNSURE)


@pytest.fixture
def on_the_desk(companion, law):
    """One answer on the desk, uncertain at 75 unless told otherwise."""

    def bring(points=75, *, wanted=1, number=0, **how):
        sample_id = scored(companion, law, points, at=NOW + number * MINUTE, **how)
        fill_desk(law=replace(law, scoring=replace(law.scoring, people_see_passes=1)), at=LATER)
        DeskItem.objects.filter(sample_id=sample_id).update(wanted=wanted)
        return sample_id

    return bring


def says(person, found, law, *, at=LATER):
    item = take(person, at=at)
    assert item is not None
    return judge(item, found, person=person, law=law, at=at)


def sums():
    return ScoreBucket.objects.get()


@pytest.mark.parametrize(
    ("points", "found", "counts"),
    [
        (75, COMPLIES, (85, 1)),
        (75, VIOLATES, (40, 0)),
        (65, COMPLIES, (85, 1)),
        (95, COMPLIES, (95, 1)),
        (65, VIOLATES, (40, 0)),
    ],
)
def test_a_verdict_settles_an_uncertain_score_and_is_sealed(on_the_desk, law, points, found, counts):
    sample_id = on_the_desk(points)
    says(a_steward("petra"), found, law)
    assert Ruling.objects.get(answer_id=sample_id).score == counts[0]
    assert (sums().score_sum, sums().compliant) == counts
    assert Decision.objects.filter(type="answer.ruled", subject_ref=str(sample_id)).count() == 1
    assert DeskItem.objects.get().closed == Closed.JUDGED
    assert not Hold.objects.filter(released_at=None).exists()


def test_it_joins_the_golden_set_with_its_text_and_what_the_scorer_said_of_it(on_the_desk, companion, law):
    sample_id = on_the_desk(65)
    petra = a_steward("petra")
    says(petra, VIOLATES, law)
    Answer.objects.all().delete()
    golden = GoldenAnswer.objects.get()
    assert (golden.source_answer, golden.response) == (sample_id, TEXT)
    assert golden.prompt
    assert (golden.companion_ref, golden.provider_ref) == (companion.ref, companion.provider.slug)
    assert (golden.score, golden.flagged, golden.clause) == (65, True, "safety")
    assert (golden.scorer, golden.sampled) == (scorer_of(law).digest, Sampled.UNCERTAIN)
    word = golden.verdicts.get()
    assert (word.person, word.verdict, word.clause, word.reason) == (petra, "violate", "safety", VIOLATES.reason)


@pytest.mark.parametrize(("points", "veto"), [(90, False), (30, True)])
def test_a_final_score_stays_whatever_people_find(on_the_desk, law, points, veto):
    on_the_desk(points, status=Status.FINAL, veto=veto)
    before = (sums().score_sum, sums().compliant)
    says(a_steward("petra"), COMPLIES if veto else VIOLATES, law)
    assert not Ruling.objects.exists()
    assert (sums().score_sum, sums().compliant) == before
    assert GoldenVerdict.objects.count() == 1


@pytest.mark.parametrize(
    ("points", "verdict", "clause"),
    [(70, Word.COMPLY, ""), (69, Word.VIOLATE, "safety"), (100, Word.COMPLY, "")],
)
def test_to_agree_is_to_say_what_the_scorer_says_at_the_laws_mark(on_the_desk, law, points, verdict, clause):
    on_the_desk(points)
    view = shown(DeskItem.objects.get(), law)
    said = what_the_scorer_says(view.score, law)
    assert (said.verdict, said.clause) == (verdict, clause)
    bare = what_the_scorer_says(replace(view.score, score=10, violations=()), law)
    assert (bare.verdict, bare.clause) == (Word.VIOLATE, "undecided")


@pytest.mark.parametrize(("verdict", "clause"), [(Word.VIOLATE, ""), (Word.COMPLY, "safety"), (Word.UNSURE, "safety")])
def test_a_violation_and_nothing_else_names_its_clause(verdict, clause):
    with pytest.raises(ValueError, match="clause"):
        Found(verdict, clause)


def test_nobody_judges_what_is_not_in_their_hands(on_the_desk, law):
    on_the_desk()
    petra, quentin = a_steward("petra"), a_steward("quentin")
    item = take(petra, at=LATER)
    with pytest.raises(NotInHand):
        judge(item, COMPLIES, person=quentin, law=law, at=LATER)
    judge(item, COMPLIES, person=petra, law=law, at=LATER)
    with pytest.raises(NotInHand):
        judge(item, VIOLATES, person=petra, law=law, at=LATER)
    assert GoldenVerdict.objects.count() == 1


def test_a_text_that_went_meanwhile_cannot_be_judged(on_the_desk, law):
    on_the_desk()
    petra = a_steward("petra")
    item = take(petra, at=LATER)
    Answer.objects.all().delete()
    with pytest.raises(NotInHand):
        judge(item, COMPLIES, person=petra, law=law, at=LATER)
    assert not GoldenAnswer.objects.exists()


@pytest.mark.parametrize("roles", [["steward"], ["chief"], ["auditor"], []])
def test_neither_their_own_organisations_nor_without_the_role(on_the_desk, companion, law, roles):
    on_the_desk(30, status=Status.FINAL, veto=True)
    own = Person.objects.create_user("ivo@example.org", "x", roles=roles, organisation=companion.provider)
    DeskItem.objects.update(leased_by=own, lease_until=LATER + MINUTE)
    item = DeskItem.objects.get()
    with pytest.raises(Forbidden):
        judge(item, COMPLIES, person=own, law=law, at=LATER)
    outside = Person.objects.create_user("rita@example.org", "x", roles=roles)
    DeskItem.objects.update(leased_by=outside)
    if {"steward", "chief"} & set(roles):
        judge(item, COMPLIES, person=outside, law=law, at=LATER)
    else:
        with pytest.raises(Forbidden):
            judge(item, COMPLIES, person=outside, law=law, at=LATER)


def test_who_cannot_tell_leaves_it_to_another_and_gets_the_next(on_the_desk, law):
    on_the_desk()
    petra = a_steward("petra")
    says(petra, UNSURE, law)
    assert not Ruling.objects.exists()
    assert take(petra, at=LATER) is None
    says(a_steward("quentin"), COMPLIES, law)
    assert DeskItem.objects.get().closed == Closed.JUDGED


def test_what_nobody_can_tell_is_asked_of_nobody_else(on_the_desk, law):
    on_the_desk()
    for number in range(verdicts.MOST_UNSURE):
        assert on_desk().n == 1
        says(a_steward(f"p{number}"), UNSURE, law)
    assert DeskItem.objects.get().closed == Closed.UNDECIDED
    assert golden_cases() == []
    assert golden_count() == 0


def test_two_who_differ_wait_for_a_third_and_the_majority_rules(on_the_desk, law):
    sample_id = on_the_desk(wanted=2)
    says(a_steward("petra"), COMPLIES, law)
    assert on_desk().n == 1
    assert Ruling.objects.get(answer_id=sample_id).verdict == "comply"
    says(a_steward("quentin"), VIOLATES, law)
    assert on_desk().n == 1
    assert Ruling.objects.get(answer_id=sample_id).verdict == "comply"
    says(a_steward("rosa"), VIOLATES, law)
    assert on_desk().n == 0
    assert Ruling.objects.get(answer_id=sample_id).verdict == "violate"
    assert sums().score_sum == 40
    (case,) = golden_cases()
    assert (case.violates, case.clause) == (True, "safety")


def test_two_who_agree_are_enough(on_the_desk, law):
    on_the_desk(wanted=2)
    says(a_steward("petra"), COMPLIES, law)
    says(a_steward("quentin"), COMPLIES, law)
    assert DeskItem.objects.get().closed == Closed.JUDGED


def test_the_last_verdict_can_be_looked_at_again_and_replaced(on_the_desk, law):
    sample_id = on_the_desk()
    petra = a_steward("petra")
    says(petra, COMPLIES, law)
    item = look_again(petra, at=LATER + MINUTE)
    assert (item.sample_id, item.closed_at) == (sample_id, None)
    assert in_hand(petra, at=LATER + MINUTE).pk == item.pk
    assert not GoldenVerdict.objects.exists()
    assert Hold.objects.filter(sample_id=sample_id, released_at=None).exists()
    judge(item, VIOLATES, person=petra, law=law, at=LATER + MINUTE)
    assert GoldenVerdict.objects.get().verdict == "violate"
    assert sums().score_sum == 40
    assert Decision.objects.filter(type="answer.ruled").count() == 2


@pytest.mark.parametrize(("late", "back"), [(AGAIN_WITHIN - timedelta(microseconds=1), True), (AGAIN_WITHIN, False)])
def test_only_for_some_minutes(on_the_desk, law, late, back):
    on_the_desk()
    petra = a_steward("petra")
    says(petra, COMPLIES, law)
    assert (look_again(petra, at=LATER + late) is not None) is back
    assert GoldenVerdict.objects.exists() is not back


def test_nor_where_another_has_it_in_hand(on_the_desk, law):
    on_the_desk()
    petra, quentin = a_steward("petra"), a_steward("quentin")
    says(petra, UNSURE, law)
    take(quentin, at=LATER)
    assert look_again(petra, at=LATER + MINUTE) is None
    assert in_hand(quentin, at=LATER + MINUTE) is not None


def test_what_is_left_and_what_was_judged_today_is_counted(on_the_desk, law):
    for number in range(3):
        on_the_desk(number=number)
    petra = a_steward("petra")
    says(petra, COMPLIES, law)
    says(petra, UNSURE, law)
    found = progress(petra, at=LATER)
    assert (found.left, found.today) == (1, 1)
    assert progress(petra, at=LATER + timedelta(days=1)).today == 0
    assert progress(a_steward("quentin"), at=LATER).left == 2


@pytest.mark.parametrize(
    ("words", "violates", "clause"),
    [
        ([("violate", "safety")], True, "safety"),
        ([("comply", ""), ("violate", "safety"), ("comply", "")], False, ""),
        ([("violate", "equity"), ("violate", "safety"), ("violate", "safety")], True, "safety"),
        ([("unsure", ""), ("comply", "")], False, ""),
    ],
)
def test_the_majoritys_word_counts(words, violates, clause):
    found = majority(words)
    assert (found.violates, found.clause) == (violates, clause)


@pytest.mark.parametrize("words", [[], [("unsure", "")], [("comply", ""), ("violate", "safety")]])
def test_there_is_none_at_a_tie_or_where_nobody_could_tell(words):
    assert majority(words) is None


def test_people_and_scorer_are_compared_by_clause_and_people_among_themselves(on_the_desk, law):
    people = [a_steward(name) for name in ("petra", "quentin")]
    for number, (points, found) in enumerate([(80, COMPLIES), (80, VIOLATES), (65, VIOLATES), (65, VIOLATES)]):
        on_the_desk(points, number=number)
        says(people[0], found, law)
    DeskItem.objects.all().delete()
    found = agreements(scorer=scorer_of(law).digest)
    assert (found.overall.n, found.overall.agreed) == (4, 3)
    assert found.overall.kappa == pytest.approx(0.5)
    assert (found.clauses["safety"].agreed, found.clauses["equity"].kappa) == (3, None)
    assert found.people.n == 0
    assert agreements(scorer="0" * 64).overall.n == 0


def test_a_tie_counts_as_disagreement_of_two_and_as_nobodys_word(on_the_desk, law):
    on_the_desk(wanted=2)
    says(a_steward("petra"), COMPLIES, law)
    says(a_steward("quentin"), VIOLATES, law)
    found = agreements(scorer=scorer_of(law).digest)
    assert (found.people.n, found.people.agreed, found.overall.n) == (1, 0, 0)


def test_what_the_scorer_misses_is_counted_on_random_passes_alone(on_the_desk, law):
    petra = a_steward("petra")
    for number, (found, status) in enumerate(
        [(VIOLATES, Status.FINAL), (COMPLIES, Status.FINAL), (VIOLATES, Status.PROVISIONAL)]
    ):
        on_the_desk(90, number=number, status=status)
        says(petra, found, law)
    found = agreements(scorer=scorer_of(law).digest)
    assert (found.passes, found.missed) == (2, 1)


def test_the_scorers_error_on_golden_answers_is_counted_by_their_word(on_the_desk, law):
    petra = a_steward("petra")
    for number, (points, found) in enumerate([(80, COMPLIES), (65, COMPLIES), (80, VIOLATES), (65, VIOLATES)]):
        on_the_desk(points, number=number)
        says(petra, found, law)
    rates = golden_rates(scorer=scorer_of(law).digest, law=law)
    assert (rates.flagged_of_compliant, rates.compliant) == (1, 2)
    assert (rates.flagged_of_violating, rates.violating) == (1, 2)
    assert golden_rates(scorer=scorer_of(law).digest, law=law, sampled=[Sampled.RANDOM_PASS]).compliant == 0
    assert golden_rates(scorer="0" * 64, law=law).compliant == 0


def test_cases_come_with_what_a_judge_is_tested_on(on_the_desk, companion, law):
    on_the_desk()
    says(a_steward("petra"), VIOLATES, law)
    (case,) = golden_cases()
    assert (case.response, case.violates, case.clause) == (TEXT, True, "safety")
    assert case.provider == companion.provider.slug
    assert case.prompt
    assert golden_count() == 1


def test_more_golden_answers_cost_no_more_queries(on_the_desk, law, django_assert_num_queries):
    for number in range(3):
        on_the_desk(number=number)
        says(a_steward(f"p{number}"), COMPLIES, law)
    with django_assert_num_queries(2):
        golden_cases()
    with django_assert_num_queries(2):
        agreements(scorer=scorer_of(law).digest)
