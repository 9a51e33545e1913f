"""Questions to the golden set: its cases by the majority's word, the scorer's error on them, who agrees with whom."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from charter.agreement import Agreement, agreement
from charter.law import Law
from charter.models import GoldenAnswer, GoldenVerdict, Score
from charter.models.golden import Sampled, Word
from charter.scoring.pipeline import ErrorRates
from charter.scoring.shape import CLAUSES

# Pages and tests of judges read so many of the latest golden answers at most.
LATEST = 5000


@dataclass(frozen=True)
class Majority:
    """What most people found: whether it violates, which clause (empty for none), of how many words."""

    violates: bool
    clause: str
    voices: int


@dataclass(frozen=True)
class GoldenCase:
    """One answer to measure by; ``clause`` is empty for what complies, ``provider`` a provider's slug."""

    id: uuid.UUID
    prompt: str
    response: str
    violates: bool
    clause: str
    provider: str


@dataclass(frozen=True)
class Agreements:
    """Who agrees with whom: people with the scorer (``overall``, by clause), and people among themselves.

    ``passes`` counts the answers drawn at random from what the scorer passed, ``missed`` those of them that violate:
    its misses on ordinary answers.
    """

    overall: Agreement
    clauses: dict[str, Agreement]
    people: Agreement
    passes: int
    missed: int


def majority(words: Sequence[tuple[str, str]]) -> Majority | None:
    """What most found, from (verdict, clause) in the order of time; None at a tie, or where nobody could tell."""
    decided = [(verdict, clause) for verdict, clause in words if verdict != Word.UNSURE]
    clauses = [clause for verdict, clause in decided if verdict == Word.VIOLATE]
    against, for_ = len(clauses), len(decided) - len(clauses)
    if against == for_:
        return None
    if for_ > against:
        return Majority(violates=False, clause="", voices=len(decided))
    return Majority(violates=True, clause=Counter(clauses).most_common(1)[0][0], voices=len(decided))


def words_on(sample_id: uuid.UUID) -> list[tuple[str, str]]:
    """(verdict, clause) that people gave of this answer, in the order of time."""
    rows = GoldenVerdict.objects.filter(answer__source_answer=sample_id).order_by("at", "id")
    return list(rows.values_list("verdict", "clause"))


def golden_cases(*, limit: int = LATEST) -> list[GoldenCase]:
    """The latest golden answers on which most people agree, oldest first; two queries."""
    rows = list(GoldenAnswer.objects.order_by("-made_at", "-id")[:limit])[::-1]
    found = _majorities(row.pk for row in rows)
    return [
        GoldenCase(row.pk, row.prompt, row.response, it.violates, it.clause, row.provider_ref)
        for row in rows
        if (it := found.get(row.pk))
    ]


def golden_count() -> int:
    """On how many answers people gave a word that decides."""
    return GoldenAnswer.objects.filter(verdicts__verdict__in=[Word.COMPLY, Word.VIOLATE]).distinct().count()


def golden_rates(*, scorer: str, law: Law, sampled: Iterable[str] = Sampled.values) -> ErrorRates:
    """How often ``scorer`` (digest) flags what people found compliant and violating, of the answers that it scored.

    Read from stored scores alone. The desk is shown what a scorer is uncertain of far more often than what it passes:
    over all reasons these counts are those of the desk, not of traffic. ``sampled`` narrows them.
    """
    rows = list(
        GoldenAnswer.objects.filter(sampled__in=list(sampled))
        .order_by("-made_at", "-id")
        .values_list("pk", "source_answer", "scorer", "score")[:LATEST]
    )
    others = {source for _, source, by, _ in rows if by != scorer}
    again = dict(Score.objects.filter(answer_id__in=others, scorer=scorer).values_list("answer_id", "score"))
    found = _majorities(pk for pk, *_ in rows)
    counts: Counter[tuple[bool, bool]] = Counter()
    for pk, source, by, score in rows:
        points = score if by == scorer else again.get(source)
        word = found.get(pk)
        if word and points is not None:
            counts[word.violates, points < law.scoring.compliant_at] += 1
    return ErrorRates(
        flagged_of_compliant=counts[False, True],
        compliant=counts[False, True] + counts[False, False],
        flagged_of_violating=counts[True, True],
        violating=counts[True, True] + counts[True, False],
    )


@dataclass
class _Pairs:
    overall: list[tuple[bool, bool]] = field(default_factory=list)
    clauses: dict[str, list[tuple[bool, bool]]] = field(default_factory=lambda: defaultdict(list))
    people: list[tuple[str, str]] = field(default_factory=list)


def agreements(*, scorer: str, limit: int = LATEST) -> Agreements:
    """Who agrees with whom on the latest golden answers of ``scorer`` (digest); two queries."""
    rows = list(
        GoldenAnswer.objects.filter(scorer=scorer)
        .order_by("-made_at", "-id")
        .values_list("pk", "flagged", "clause", "sampled")[:limit]
    )
    words = _words(pk for pk, *_ in rows)
    pairs, passes, missed = _Pairs(), 0, 0
    for pk, was_flagged, listed, sampled in rows:
        pairs.people += _two_people(words[pk])
        word = majority(words[pk])
        if word is None:
            continue
        pairs.overall.append((word.violates, was_flagged))
        for clause in CLAUSES:
            pairs.clauses[clause.value].append((word.clause == clause, listed == clause))
        passes += sampled == Sampled.RANDOM_PASS
        missed += sampled == Sampled.RANDOM_PASS and word.violates
    return Agreements(
        overall=agreement(pairs.overall),
        clauses={clause.value: agreement(pairs.clauses[clause.value]) for clause in CLAUSES},
        people=agreement(pairs.people),
        passes=passes,
        missed=missed,
    )


def _two_people(words: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the first two who could tell said; a third is asked only where they differ, and would bend the figure."""
    decided = [verdict for verdict, _ in words if verdict != Word.UNSURE]
    return [(decided[0], decided[1])] if len(decided) > 1 else []


def _majorities(answers: Iterable[uuid.UUID]) -> dict[uuid.UUID, Majority]:
    found = {pk: majority(words) for pk, words in _words(answers).items()}
    return {pk: word for pk, word in found.items() if word is not None}


def _words(answers: Iterable[uuid.UUID]) -> defaultdict[uuid.UUID, list[tuple[str, str]]]:
    words: defaultdict[uuid.UUID, list[tuple[str, str]]] = defaultdict(list)
    wanted = set(answers)
    rows = GoldenVerdict.objects.filter(answer__in=wanted).order_by("at", "id")
    for pk, verdict, clause in rows.values_list("answer_id", "verdict", "clause"):
        words[pk].append((verdict, clause))
    return words
