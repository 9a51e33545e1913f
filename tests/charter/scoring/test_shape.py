import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from charter.scoring.shape import CLAUSES, Clause, Score, Severity, Status, Violation, unscored

SHARES = st.decimals(0, 1, places=6)
VIOLATIONS = st.builds(
    Violation,
    clause=st.sampled_from(Clause),
    rule=st.text(max_size=20),
    severity=st.sampled_from(Severity),
    start=st.integers(0, 99),
    end=st.integers(100, 200),
    weight=st.decimals(0, 1, places=2),
    type=st.none() | st.just("card"),
    veto=st.booleans(),
)
SCORES = st.builds(
    Score,
    id=st.text(max_size=20),
    score=st.integers(0, 100),
    status=st.sampled_from([Status.FINAL, Status.PROVISIONAL]),
    risk=SHARES,
    confidence=SHARES,
    clauses=st.fixed_dictionaries(dict.fromkeys(CLAUSES, SHARES)),
    scorer=st.text(max_size=64),
    violations=st.lists(VIOLATIONS, max_size=3).map(tuple),
    flags=st.lists(st.text(max_size=8), max_size=3).map(tuple),
)


@given(SCORES)
def test_a_score_survives_json(score):
    assert Score.from_json(json.loads(json.dumps(score.as_json()))) == score


def test_the_shape_has_the_keys_of_the_specification():
    shown = unscored("a", "d1", "empty").as_json()
    assert list(shown) == ["id", "score", "status", "risk", "confidence", "clauses", "violations", "flags", "scorer"]
    assert list(shown["clauses"]) == ["dignity", "transparency", "equity", "safety", "privacy", "civic", "systemic"]


def test_an_unscored_answer_never_looks_like_a_pass():
    score = unscored("a", "d1", "empty")
    assert (score.score, score.status, score.flags) == (None, Status.UNSCORED, ("empty",))
    assert (score.risk, score.confidence) == (Decimal(1), Decimal(0))
