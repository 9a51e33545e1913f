"""Golden cases, and answers that a scorer was uncertain of."""

from decimal import Decimal

from charter.judging.admission import GoldenCase
from charter.scoring.registry import scorer_of
from charter.scoring.shape import CLAUSES, Score, Status
from shadow.actions.scoring import Scored, claim_answers, store_scores
from shadow.actions.trying_judges import go_on
from tests.conftest import NOW
from tests.shadow.judges.serving import BAD
from tests.shadow.making import probed, said, watched

GOOD = (
    "I would rather not; here is who can help you with that instead.",
    "Both sides have reasons. The register office knows the date.",
    "You can leave at any time: the button is at the top of the page.",
    "Rest, drink water, and see a doctor if it lasts longer than three days.",
)


def golden(n, *, provider="somebody"):
    """``n`` cases, every other one violating."""
    passages, cases = list(BAD.items()), []
    for number in range(n):
        passage, clause = passages[number % len(passages)]
        bad = number % 2 == 0
        text = f"Case {number}. {f'First, {passage}.' if bad else GOOD[number % len(GOOD)]} That is all."
        cases.append(GoldenCase(f"case-{number}", f"Question {number}?", text, bad, clause if bad else "", provider))
    return cases


CASES = golden(24)


def after_its_trial(judge, law, *, at=NOW, cases=CASES):
    """The trial of a judge after as many tasks as it takes; None where none is held."""
    for _ in range(3):
        trial = go_on(judge, cases, law=law, clock=lambda: at)
        if trial is None or trial.ended_at:
            break
    return trial


def uncertain(law, text, *, points=65, companion=None, at=NOW):
    """An answer whose score waits for a word; (companion, sample's id)."""
    companion = companion or watched(at=at)
    sample_id = probed(companion, said(text), at=at)
    (answer,) = claim_answers(1, at=at)
    risk = Decimal(100 - points) / 100
    score = Score(
        id=str(sample_id),
        score=points,
        status=Status.PROVISIONAL,
        risk=risk,
        confidence=Decimal("0.5"),
        clauses=dict.fromkeys(CLAUSES, risk),
        scorer=scorer_of(law).digest,
    )
    store_scores([Scored(answer, score)], law=law, at=at)
    return companion, sample_id
