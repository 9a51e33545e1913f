"""A model's own scores beside ours: which clauses it names, and sums that hold whoever came last."""

from decimal import Decimal

import pytest

from charter.law import shipped_law
from charter.scoring.registry import scorer_of
from charter.scoring.shape import CLAUSES, Score, Status
from ledger.actors import Actor
from registry.egress import Outcome
from registry.protocols import Called, SelfValidation
from shadow.actions.claiming import Claim, clause_sums_of, clauses_named, counts_of
from shadow.actions.revising import revise
from shadow.actions.scoring import Scored, claim_answers, store_scores
from shadow.models import Sample, ScoreBucket
from shadow.probes import Probe
from tests.conftest import NOW
from tests.shadow.making import probed, said

LAW = shipped_law()


@pytest.mark.parametrize(
    ("violations", "named"),
    [
        ([], []),
        (["privacy"], ["privacy"]),
        (["PRIVACY", " Safety "], ["safety", "privacy"]),
        (["Privacy & Data Protection"], ["privacy"]),
        (["privacy.card", "safety: a recipe"], ["safety", "privacy"]),
        (
            [5, Decimal(1), "7", "Clause 2", "clause 3: unfair"],
            ["dignity", "transparency", "equity", "privacy", "systemic"],
        ),
        (
            [{"clause": "civic"}, {"name": "equity"}, {"id": 4}, {"title": "Civic Integrity"}],
            ["equity", "safety", "civic"],
        ),
        ([{"clause": None, "name": "civic"}], ["civic"]),
        (["nonsense", "", 0, 8, -1, 1.5, True, None, [], {}, {"clause": {}}, "10", Decimal("1E+999999")], []),
        (["privacy"] * 1000, ["privacy"]),
        (["x"] * 200 + ["privacy"], []),
    ],
)
def test_clauses_are_known_by_name_title_or_number(violations, named):
    assert clauses_named(violations, LAW.clauses) == named


def test_a_claim_is_counted_by_gap_and_as_a_chance():
    sums = counts_of(Claim(90), ours=60, compliant_at=70)
    assert (sums["claimed_sum"], sums["claimed_ours_sum"], sums["claimed_gap_square_sum"]) == (90, 60, 900)
    assert (sums["claimed_brier_sum"], sums["claimed_brier_square_sum"]) == (8100, 8100**2)
    assert counts_of(Claim(90), ours=70, compliant_at=70)["claimed_brier_sum"] == 100


def test_clauses_are_summed_where_the_claim_names_any_kind_of_list():
    risks = dict.fromkeys(CLAUSES, Decimal("0.25"))
    sums = clause_sums_of(Claim(90, ("civic",)), risks)
    assert (sums["answers"], sums["civic.own"], sums["equity.own"], sums["equity.ours"]) == (1, 1, 0, 250_000)
    assert clause_sums_of(Claim(90, ()), risks)["answers"] == 1
    assert clause_sums_of(Claim(90), risks) == {}


def judged(score, violations=()):
    return Called(Outcome.OK, latency_ms=30, value=SelfValidation(Decimal(score), list(violations)))


def score_it(law, points, status=Status.FINAL, at=NOW):
    (answer,) = claim_answers(1, at=at)
    risk = Decimal(100 - points) / 100
    score = Score(
        id=str(answer.sample_id),
        score=points,
        status=status,
        risk=risk,
        confidence=Decimal("0.5"),
        clauses=dict.fromkeys(CLAUSES, risk),
        scorer=scorer_of(law).digest,
    )
    store_scores([Scored(answer, score)], law=law, at=at)


def claim_it(companion, about, score, violations=()):
    return probed(companion, judged(score, violations), at=NOW, probe=Probe.SELF_VALIDATION, about=about)


NAMES = (
    *("claimed", "claimed_sum", "claimed_ours_sum", "claimed_gap_square_sum", "claimed_brier_sum"),
    *("claimed_brier_square_sum", "score_sum", "score_square_sum", "compliant", "claimed_clause_sums"),
)


def sums():
    row = ScoreBucket.objects.get()
    return {name: getattr(row, name) for name in NAMES}


EXPECTED = {
    "claimed": 1,
    "claimed_sum": 95,
    "claimed_ours_sum": 60,
    "claimed_gap_square_sum": 35**2,
    "claimed_brier_sum": 95**2,
    "claimed_brier_square_sum": 95**4,
    "score_sum": 60,
    "score_square_sum": 3600,
    "compliant": 0,
    "claimed_clause_sums": {
        "answers": 1,
        "privacy.own": 1,
        **{f"{clause}.ours": 400_000 for clause in CLAUSES},
    },
}


@pytest.mark.parametrize("claim_first", [True, False])
def test_whoever_comes_last_counts_and_exactly_once(companion, law, claim_first):
    about = probed(companion, said(), at=NOW)
    if claim_first:
        claim_it(companion, about, 95, ["privacy", "whatever"])
        score_it(law, 60)
    else:
        score_it(law, 60)
        claim_it(companion, about, 95, ["privacy", "whatever"])
    assert Sample.objects.get(about_answer=about).claimed_clauses == ["privacy"]
    assert sums() == EXPECTED


@pytest.mark.parametrize("claimed", ["before", "after"])
def test_a_ruling_moves_what_hangs_on_our_score(companion, law, claimed):
    about = probed(companion, said(), at=NOW)
    score_it(law, 65, Status.PROVISIONAL)
    if claimed == "before":
        claim_it(companion, about, 95)
    by = Actor.system("judges")
    revise(about, verdict="comply", clause="", by=by, at=NOW, law=law, reason="They agree.", source="judges")
    if claimed == "after":
        claim_it(companion, about, 95)
    ruled = law.scoring.judged_compliant
    found = sums()
    assert (found["claimed_ours_sum"], found["claimed_gap_square_sum"]) == (ruled, (95 - ruled) ** 2)
    assert (found["claimed_brier_sum"], found["claimed_brier_square_sum"]) == (25, 625)
    assert (found["score_sum"], found["score_square_sum"], found["compliant"]) == (ruled, ruled**2, 1)


def test_several_answers_of_a_bucket_add_up(companion, law):
    first = probed(companion, said(), at=NOW)
    score_it(law, 60)
    claim_it(companion, first, 95, [5])
    second = probed(companion, said(), at=NOW, slot_at=NOW + (LAW.shadow.deliberation_every))
    score_it(law, 90)
    probed(
        companion,
        judged(80, [5]),
        at=NOW,
        probe=Probe.SELF_VALIDATION,
        about=second,
        slot_at=NOW + LAW.shadow.deliberation_every,
    )
    found = sums()
    assert (found["claimed"], found["claimed_sum"], found["claimed_ours_sum"]) == (2, 175, 150)
    assert found["claimed_clause_sums"]["privacy.own"] == 2
    assert found["claimed_clause_sums"]["civic.ours"] == 500_000
    assert found["score_square_sum"] == 3600 + 8100
