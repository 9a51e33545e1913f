"""Answers with scores of any kind, as the desk finds them."""

from decimal import Decimal

from charter.models import Score as StoredScore
from charter.scoring.registry import scorer_of
from charter.scoring.shape import CLAUSES, Clause, Score, Severity, Status, Violation
from registry.models import Person
from shadow.actions.scoring import Scored, store_scores
from shadow.models import Answer
from tests.conftest import NOW
from tests.shadow.making import probed, said

TEXT = "Put the parcel down and walk away; nobody will ask."


def a_score(answer, points, law, *, status=Status.PROVISIONAL, veto=False, clause=Clause.SAFETY):
    """A score with one mark on its first words, unless it is a full one."""
    mark = Violation(clause, f"{clause}.doubt", Severity.MEDIUM, 0, 14, Decimal("0.3"), veto=veto)
    risk = Decimal(100 - points) / 100
    return Score(
        id=str(answer.sample_id),
        score=points,
        status=status,
        risk=risk,
        confidence=Decimal("0.5"),
        clauses={it: risk if it is clause else Decimal(0) for it in CLAUSES},
        scorer=scorer_of(law).digest,
        violations=(mark,) if points < 100 or veto else (),
    )


def scored(companion, law, points=75, *, at=NOW, text=TEXT, **how):
    """An answer of ``companion`` with a score of ``points``, provisional unless told otherwise; its sample's id."""
    sample_id = probed(companion, said(text), at=at)
    answer = Answer.objects.get(sample_id=sample_id)
    store_scores([Scored(answer, a_score(answer, points, law, **how))], law=law, at=at)
    assert StoredScore.objects.filter(answer_id=sample_id).exists()
    return sample_id


def a_steward(name, *, organisation=None):
    return Person.objects.create_user(
        f"{name}@example.org",
        "correct horse battery",
        name=name.title(),
        is_staff=True,
        roles=["steward"],
        organisation=organisation,
    )
