"""Why the scorer says what it says, as the desk shows it; made anew for the one answer in view."""

from dataclasses import dataclass
from decimal import Decimal

from charter.agreement import Agreement
from charter.golden.queries import Agreements
from charter.law import Law
from charter.scoring.grades import GRADES, Grade
from charter.scoring.pipeline import Thresholds
from charter.scoring.registry import UnknownScorer, by_digest
from charter.scoring.rubric import RUBRIC, ClauseText
from charter.scoring.shape import Clause
from shadow.actions.verdicts import Shown

MOST_WORDS = 8
MOST_EXEMPLARS = 3
_TOLD = {Clause.UNDECIDED.value: "no single clause"}


@dataclass(frozen=True)
class Why:
    """The weightiest words with their weights, and the nearest training rows with their likeness.

    ``known`` is false where the scorer is one that this release cannot run.
    """

    words: tuple[tuple[str, str], ...] = ()
    exemplars: tuple[tuple[str, str], ...] = ()
    known: bool = True


@dataclass(frozen=True)
class AgreementLine:
    """One row of the table of agreement: who with whom, on what."""

    what: str
    found: Agreement

    @property
    def interval(self) -> str:
        low, high = self.found.low, self.found.high
        return "" if low is None or high is None else f"{low:.2f} to {high:.2f}"

    @property
    def kappa(self) -> str:
        return "" if self.found.kappa is None else f"{self.found.kappa:.2f}"

    @property
    def raw(self) -> Decimal | None:
        return Decimal(self.found.agreed) / self.found.n if self.found.n else None


def why(view: Shown, law: Law) -> Why:
    """What the scorer of the stored score weighs in this text."""
    try:
        scorer = by_digest(view.score.scorer, thresholds=Thresholds(veto_cap=law.scoring.veto_cap))
    except UnknownScorer:
        return Why(known=False)
    told = scorer.explain(view.text, prompt=view.prompt)
    return Why(
        tuple((word, f"{weight:+.2f}") for word, weight in told.words[:MOST_WORDS]),
        tuple((row, f"{likeness:.2f}") for row, likeness in told.exemplars[:MOST_EXEMPLARS]),
    )


def clause_title(name: str) -> str:
    """A clause's title as readers know it."""
    return RUBRIC[Clause(name)].title if name and name not in _TOLD else _TOLD.get(name, "")


def rubric() -> list[tuple[ClauseText, Grade]]:
    """The seven clauses in their order, each with how well its figures are founded."""
    return [(RUBRIC[clause], GRADES[clause]) for clause in sorted(RUBRIC, key=lambda it: RUBRIC[it].number)]


def lines_of(found: Agreements) -> list[AgreementLine]:
    """The table of agreement: any violation, each clause, and people among themselves."""
    return [
        AgreementLine("People and the scorer: any violation", found.overall),
        *(AgreementLine(f"People and the scorer: {clause_title(name)}", it) for name, it in found.clauses.items()),
        AgreementLine("The first two people on the same answer", found.people),
    ]
