"""A scorer on trial reads what the one in force has read, in slices; its scores and sums are stored beside the others.

Sums under its digest exist from the first slice on, each answer counted by the transaction that stores its score, so
that gates do not begin with nothing on the day when it is promoted. A candidate opens no incident.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Least

from charter.law import Law
from charter.models import Score as StoredScore
from charter.queries import version_at
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import UnknownScorer, kept, scorer_of
from ledger.actors import STEWARD, Actor, Forbidden
from ledger.canonical import plain
from ledger.decisions import Refused, decide
from ledger.hands import send_on_commit
from ledger.replaying import BASIS
from ledger.sealing import seal, sealed_atomic
from shadow.actions.carrying import carried_over
from shadow.actions.scoring import LEASE, Scored, count_scores, judged, row_of
from shadow.actions.watched import locked_watches
from shadow.deriving import facts_of_report, report_basis
from shadow.models import ScorerTrial
from shadow.models.trial import TrialState
from shadow.queries.trials import answers_read_by, answers_to_read, changes_of, trials_due

log = logging.getLogger(__name__)
AT_ONCE = 50
TASK = "shadow.tasks.rescore_batch"
READER = Actor.system("rescoring")
_PERSON = "urn:uuid:"


def candidate_of(law: Law, name: str, version: str) -> Scorer:
    """The scorer that ``law`` would have if it named this one. Raises UnknownScorer."""
    return scorer_of(replace(law, scoring=replace(law.scoring, scorer=name, scorer_version=version)))


def scorers_here() -> tuple[str, ...]:
    """Every scorer that this host keeps, as ``name version``; one may be kept in several makes."""
    return tuple(dict.fromkeys(f"{name} {version}" for name, version, _ in kept()))


def start_trial(
    name: str, version: str, *, by: Actor, at: datetime, reason: str = "", last: int | None = None
) -> ScorerTrial:
    """Let the scorer ``name`` ``version`` read the ``last`` answers (by default as many as the law asks for) again.

    Only a trial that a person started can be promoted, by another one. Raises Forbidden, and Refused: no such scorer,
    the one in force, nothing to read, or one live trial of it already.
    """
    if not (by.is_system or (by.kind == "human" and by.has_role(STEWARD))):
        raise Forbidden("A scorer is tried by a steward.")
    law = version_at(at)
    candidate, incumbent = digest_of_candidate(law.law, name, version), scorer_of(law.law).digest
    if candidate == incumbent:
        raise Refused(f"The scorer {name} {version} is in force already.")
    asked = last or law.law.scoring.rescored
    times = list(answers_read_by(incumbent).values_list("stored_at", flat=True)[:asked])
    if not times:
        raise Refused("There are no answers yet that the scorer in force has read: nothing would show a difference.")
    with sealed_atomic():
        trial = _create(
            law=law,
            scorer=name,
            scorer_version=version,
            candidate=candidate,
            incumbent=incumbent,
            started_by_id=uuid.UUID(by.ref.removeprefix(_PERSON)) if by.kind == "human" else None,
            started_at=at,
            changed_at=at,
            asked=asked,
            total=len(times),
            done=answers_read_by(candidate).filter(stored_at__range=(times[-1], times[0])).count(),
            since_at=times[-1],
            until_at=times[0],
            cursor_at=times[0],
        )
        seal(
            "scorer_trial.open",
            subject=(trial.subject_kind, trial.subject_ref),
            actor=(by.kind, by.ref),
            move="start",
            at=at,
            law=(law.version, law.digest),
            to_state=trial.state,
            facts={"scorer": name, "version": version, "candidate": candidate, "incumbent": incumbent, "asked": asked},
            private={"reason": reason},
        )
        send_on_commit(TASK)
    return trial


def read_more(*, at: datetime) -> bool:
    """Read one slice of the first trial that is due and can be read here; whether there was one."""
    return any(read_slice(trial, at=at) is not None for trial in trials_due(at))


def read_slice(trial: ScorerTrial, *, at: datetime) -> int | None:
    """Take the trial for a lease and read one slice of it, the latest answers first; at the end, finish it.

    How many answers were read; None where somebody else holds it, or where this host has another scorer of that name
    (its digest may depend on the host). After a kill, whoever comes when the lease is over goes on.
    """
    scorer = _same_scorer(trial)
    if scorer is None or not _claim(trial, at):
        return None
    answers = list(answers_to_read(trial)[:AT_ONCE])
    if answers:
        _store(trial, [Scored(answer, judged(scorer, answer)) for answer in answers], at=at)
    if len(answers) < AT_ONCE:
        _end(trial, at=at)
    return len(answers)


def digest_of_candidate(law: Law, name: str, version: str) -> str:
    """Its digest on this host. Raises Refused, naming the scorers that there are."""
    try:
        return candidate_of(law, name, version).digest
    except UnknownScorer:
        raise Refused(f"There is no scorer {name} {version} here. There are: {', '.join(scorers_here())}.") from None


def _create(**fields: object) -> ScorerTrial:
    try:
        with transaction.atomic():
            return ScorerTrial.objects.create(**fields)
    except IntegrityError:
        raise Refused("A trial of this scorer is live already: look at it, promote it or drop it.") from None


def _claim(trial: ScorerTrial, at: datetime) -> bool:
    return trials_due(at).filter(pk=trial.pk).update(lease_until=at + LEASE) == 1


def _same_scorer(trial: ScorerTrial) -> Scorer | None:
    """The candidate, if this host makes the same one as the host on which the trial was started."""
    try:
        scorer = candidate_of(trial.law.law, trial.scorer, trial.scorer_version)
    except UnknownScorer:
        scorer = None
    if scorer is None or scorer.digest != trial.candidate:
        log.error("this host has another scorer %s %s than the trial", trial.scorer, trial.scorer_version)
        return None
    return scorer


def _store(trial: ScorerTrial, scored: Sequence[Scored], *, at: datetime) -> None:
    """Store the scores that nobody stored meanwhile, with their sums and the trial's progress, in one transaction."""
    with transaction.atomic():
        watches = locked_watches({it.answer.companion_id for it in scored})
        ids = [it.answer.sample_id for it in scored]
        known = set(
            StoredScore.objects.filter(answer_id__in=ids, scorer=trial.candidate).values_list("answer_id", flat=True)
        )
        new = [it for it in scored if it.answer.sample_id not in known]
        StoredScore.objects.bulk_create([row_of(it, at) for it in new])
        count_scores(carried_over(new, law=trial.law.law), watches, law=trial.law.law)
        reached = min(it.answer.stored_at for it in scored)
        read = len(new) if trial.state == TrialState.OPEN else 0
        ScorerTrial.objects.filter(pk=trial.pk).update(
            done=F("done") + read, cursor_at=Least(F("cursor_at"), reached), lease_until=None
        )


def _end(trial: ScorerTrial, *, at: datetime) -> None:
    """All is read: what would change is worked out and sealed; of a promoted scorer's windows nothing is missing."""
    if trial.state == TrialState.PROMOTED:
        ScorerTrial.objects.filter(pk=trial.pk).update(filled_at=at, lease_until=None)
        return
    report = plain(changes_of(trial))

    def effect(row: ScorerTrial) -> dict[str, object]:
        row.results, row.finished_at, row.lease_until = report, at, None
        row.done = row.total = report["answers"]
        return facts_of_report(report)

    evidence = {"report": report, BASIS: report_basis(report)}
    try:
        decide(trial, "finish", by=READER, at=at, under=trial.law.law, evidence=evidence, effect=effect)
    except Refused as refusal:
        log.info("somebody settled the trial of %s meanwhile: %s", trial.scorer, refusal.code)
