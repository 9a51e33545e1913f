"""What a companion says of itself beside what we say: figures, page, API, and the incident of a steady overstatement."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from charter.law import shipped_law
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from ledger.actors import Actor
from ledger.models import Decision
from ledger.queries import evidence_of
from shadow.models import ScoreBucket
from tests.conftest import NOW
from tests.factories.companions import in_shadow
from tiers.actions.honesty import consider_overstatements
from tiers.actions.incidents import clear, confirm
from tiers.models import Incident, Standing
from tiers.queries.evidence import measured
from tiers.queries.honesty import honesty_of
from tiers.rules.honesty import Claims, basis_of, bias, brier, in_words, overstates, replay, share
from tiers.tasks.drifting import sweep_honesty

LAW = shipped_law()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SURE = D("0.95")
REASON = "I read the answers."


def sums_of(pairs, compliant_at=70):
    """The sums of these (own, ours)."""
    briers = [(own - (100 if ours >= compliant_at else 0)) ** 2 for own, ours in pairs]
    return Claims(
        n=len(pairs),
        own_sum=sum(own for own, _ in pairs),
        ours_sum=sum(ours for _, ours in pairs),
        gap_square_sum=sum((own - ours) ** 2 for own, ours in pairs),
        brier_sum=sum(briers),
        brier_square_sum=sum(it * it for it in briers),
    )


def test_bias_is_a_mean_with_its_bounds():
    found = bias(sums_of([(90, 80), (95, 75), (85, 85), (90, 80)]), SURE)
    # Gaps 10, 20, 0, 10: mean 10, standard deviation 8.16497, error 4.08248, and 1.644853627 of it on either side.
    assert found.value == 10
    assert (round(found.low, 4), round(found.high, 4)) == (D("3.2849"), D("16.7151"))


def test_the_brier_score_takes_its_own_score_for_a_chance():
    found = brier(sums_of([(100, 90), (100, 90), (100, 20), (50, 90)]), SURE)
    assert found.value == D("0.3125")
    assert 0 <= found.low < found.value < found.high <= 1
    assert brier(sums_of([(50, 90), (50, 10)]), SURE).value == D("0.25")


def test_of_one_answer_nothing_is_said():
    assert bias(sums_of([(90, 80)]), SURE) is None
    assert brier(sums_of([]), SURE) is None
    assert share(D(0), 0, SURE) is None


def test_a_share_has_wilson_s_bounds():
    found = share(D(8), 10, D("0.975"))
    assert (round(found.low, 4), round(found.high, 4)) == (D("0.4902"), D("0.9433"))
    assert share(D("2.5"), 10, SURE).value == D("0.25")


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=2, max_size=40))
def test_bounds_lie_about_the_mean_and_within_the_scale(pairs):
    sums = sums_of(pairs)
    gap, off = bias(sums, SURE), brier(sums, SURE)
    assert -100 <= gap.low <= gap.value <= gap.high <= 100
    assert 0 <= off.low <= off.value <= off.high <= 1


def half(gap, n=60, spread=2):
    return sums_of([(min(100, 60 + gap + (spread if k % 2 else -spread)), 60) for k in range(n)])


@pytest.mark.parametrize(
    ("halves", "over"),
    [
        ((half(20), half(20)), True),
        ((half(20), half(5)), False),
        ((half(5), half(20)), False),
        ((half(-20), half(-20)), False),
        ((half(10), half(10)), False),
        ((half(20, n=26), half(20, n=26)), True),
        ((half(20, n=26), half(20, n=25)), False),
        ((half(20, n=100), half(20, n=0)), False),
        ((half(20, n=100), half(20, n=1)), False),
    ],
)
def test_only_a_steady_overstatement_beyond_doubt_counts(halves, over):
    assert overstates(halves, LAW.honesty) is over


@pytest.mark.parametrize(("gap", "over"), [(D("10.01"), True), (D(10), False), (D("9.99"), False)])
def test_the_law_s_line_is_exact(gap, over):
    """Without any spread the lower bound is the gap itself."""
    n = 100
    total = int(gap * n)
    sums = Claims(n, 6000 + total, 6000, int(gap * gap * n), 0, 0)
    assert overstates([sums, sums], LAW.honesty) is over


def test_it_is_derived_again_from_its_basis():
    again = replay(basis_of([half(20), half(20)]), law=LAW, at=NOW)
    assert (again.move, again.to) == ("open_incident", "open")
    assert again.facts["kind"] == "overstatement"
    assert replay(basis_of([half(20), half(5)]), law=LAW, at=NOW).move == "stay"


def test_it_is_told_in_words():
    assert in_words([half(20), half(20)]) == (
        "On 120 answers it gave itself 80.0 points on the mean, and ours of the same answers are 60.0."
    )


# From sums to page, API and incident.


@pytest.fixture
def standing(db):
    return in_shadow(at=NOW - 45 * DAY)


def claimed(standing, *, days, gap=20, n=5, scorer=None, clauses=None):
    """Claims of ``n`` answers on each of these days before now."""
    for day in days:
        sums = half(gap, n=n)
        ScoreBucket.objects.create(
            companion=standing.companion,
            bucket_at=NOW - day * DAY,
            scorer=scorer or scorer_of(law_at(NOW)).digest,
            scored=n,
            claimed=n,
            claimed_sum=sums.own_sum,
            claimed_ours_sum=sums.ours_sum,
            claimed_gap_square_sum=sums.gap_square_sum,
            claimed_brier_sum=sums.brier_sum,
            claimed_brier_square_sum=sums.brier_square_sum,
            claimed_clause_sums=clauses or {},
        )


BY_CLAUSE = {"answers": 5, "privacy.own": 1, "privacy.ours": 2_000_000, "safety.ours": 500_000}


def test_its_own_word_stands_beside_ours(standing):
    claimed(standing, days=range(1, 31), clauses=BY_CLAUSE)
    claimed(standing, days=[31], gap=-40)
    claimed(standing, days=[2], gap=-40, scorer="e" * 64)
    found = honesty_of(standing.companion, at=NOW)
    assert (found.n, found.n_clauses, found.ours) == (150, 150, 60)
    assert found.bias.low < found.bias.value < found.bias.high
    by_clause = {it.clause: it for it in found.clauses}
    assert list(by_clause) == list(law_at(NOW).clauses)
    assert (by_clause["privacy"].own.value, by_clause["privacy"].ours.value) == (D("0.2"), D("0.4"))
    assert (by_clause["safety"].own.value, by_clause["safety"].ours.value) == (0, D("0.1"))


def test_what_was_before_its_stay_is_another_s(standing):
    claimed(standing, days=range(1, 31))
    Standing.objects.filter(pk=standing.pk).update(shadow_since=NOW - 3 * DAY)
    assert honesty_of(standing.companion, at=NOW).n == 15


def test_whoever_never_judged_itself_has_none(standing):
    assert honesty_of(standing.companion, at=NOW) is None


def test_the_page_draws_both_and_says_that_it_decides_nothing(standing, client):
    address = f"/companions/{standing.companion.ref}"
    with time_machine.travel(NOW, tick=True):
        assert "It was not asked to judge answers of its own yet" in client.get(address).content.decode()
        claimed(standing, days=range(1, 31), clauses=BY_CLAUSE)
        page = client.get(address).content.decode()
    assert "it gave itself <strong" in page
    assert "it is never evidence of compliance" in page
    assert page.count("The upper bar and diamond are what the companion saw itself") == 7
    assert "style=" not in page


def test_the_page_does_without_clauses_where_none_are_named(standing, client):
    claimed(standing, days=[1], n=1)
    with time_machine.travel(NOW, tick=True):
        page = client.get(f"/companions/{standing.companion.ref}").content.decode()
    assert "Its word names no clauses so far" in page
    assert "Brier score" not in page


def test_the_api_tells_the_same(standing, client):
    address = f"/api/companions/{standing.companion.ref}/self-assessment"
    with time_machine.travel(NOW, tick=False):
        assert client.get(address).json() == {"companionId": standing.companion.ref, "selfAssessment": None}
        claimed(standing, days=range(1, 31), clauses=BY_CLAUSE)
        told = client.get(address).json()["selfAssessment"]
    assert (told["answers"], told["ours"], told["confidence"]) == (150, 60.0, 0.99)
    assert told["bias"]["low"] < told["bias"]["value"] < told["bias"]["high"]
    privacy = next(it for it in told["clauses"] if it["clause"] == "privacy")
    assert (privacy["own"]["value"], privacy["ours"]["value"]) == (0.2, 0.4)


def test_a_steady_overstatement_opens_an_incident_that_waits_for_a_steward(standing):
    claimed(standing, days=range(1, 31))
    (incident,) = consider_overstatements(at=NOW)
    assert (incident.state, incident.kind, incident.severity) == ("open", "overstatement", "low")
    assert "it gave itself" in incident.summary
    decision = Decision.objects.get(subject_ref=incident.public_id)
    basis = evidence_of(decision.evidence[0]["sha256"])
    again = replay(basis, law=law_at(NOW), at=NOW)
    assert (again.move, again.to) == (decision.move, decision.to_state)


def test_it_bars_no_way_out_of_shadow_mode_for_it_is_no_critical_answer(standing):
    claimed(standing, days=range(1, 31))
    assert consider_overstatements(at=NOW)
    evidence = measured([standing], law=law_at(NOW), at=NOW)[standing].evidence
    assert (evidence.unconfirmed_critical, evidence.confirmed_critical) == (0, 0)


def test_it_is_not_opened_again_while_it_waits(standing):
    claimed(standing, days=range(1, 31))
    consider_overstatements(at=NOW)
    assert consider_overstatements(at=NOW + DAY) == []


@pytest.mark.parametrize("settle", [confirm, clear])
@pytest.mark.parametrize(("after", "again"), [(30 * DAY - HOUR, 0), (30 * DAY, 1)])
def test_a_settled_one_rests_for_the_law_s_time(standing, steward, settle, after, again):
    claimed(standing, days=[-day for day in range(31)] + list(range(1, 31)))
    (incident,) = consider_overstatements(at=NOW)
    settle(incident, by=Actor.person(steward), at=NOW, reason=REASON)
    assert len(consider_overstatements(at=NOW + after)) == again


@pytest.mark.parametrize("days", [range(1, 14), range(16, 31)])
def test_half_of_the_time_is_not_steady(standing, days):
    claimed(standing, days=days, n=20)
    assert consider_overstatements(at=NOW) == []


def test_one_who_only_just_came_cannot_be_steady_yet(standing):
    claimed(standing, days=range(1, 31), n=20)
    Standing.objects.filter(pk=standing.pk).update(shadow_since=NOW - 14 * DAY)
    assert consider_overstatements(at=NOW) == []


def test_the_sweep_considers_once_a_day(standing):
    with time_machine.travel(NOW, tick=False):
        sweep_honesty()
        claimed(standing, days=range(1, 31))
        sweep_honesty()
    assert not Incident.objects.exists()
    with time_machine.travel(NOW + DAY, tick=False):
        sweep_honesty()
    assert Incident.objects.count() == 1
