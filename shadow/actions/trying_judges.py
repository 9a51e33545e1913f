"""Judges are tested on answers that people judged, before they may judge and ever again (charter section 6.4)."""

import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from charter.judging.admission import GoldenCase, Tally, cases_for, shortcomings, tally
from charter.judging.asking import prompt_digest
from charter.judging.injections import injected
from charter.judging.judge import Judge
from charter.judging.reading import Opinion
from charter.judging.word import Spoken, Word, word_of
from charter.law import Law
from charter.models import JudgeOpinion, JudgeTrial
from charter.models.judging import Purpose, TrialResult
from ledger.actors import Actor
from ledger.replaying import BASIS
from ledger.sealing import seal, sealed_atomic
from shadow.actions.consulting import Matter, ask_all, opinions_of
from shadow.deriving import DROPPED, OTHERWISE, canary_basis, trial_basis, verdict_on_judge

log = logging.getLogger(__name__)
JUDGES = Actor.system("judges")
# A trial that could not be finished in this time ends without a word; until then a retest leaves the judge in office.
TRIAL_LASTS = timedelta(hours=24)
AT_ONCE = 12
TASK_SECONDS = 120.0
# The last calls begin within the task's time and end by their deadline, twice for the two orders.
LEASE = timedelta(seconds=TASK_SECONDS + 2 * 30 + 10)
AGAIN_AFTER = timedelta(seconds=60)


def trial_of(judge: Judge, *, law: Law, at: datetime) -> JudgeTrial | None:
    """The trial by which ``judge``, exactly as it is now, may judge; None where it may not."""
    last = _trials(judge).exclude(result__in=[TrialResult.RUNNING, TrialResult.UNFINISHED]).first()
    if last is None or last.result != TrialResult.ADMITTED or last.suspended_at is not None:
        return None
    assert last.ended_at is not None
    lapsed = at - last.ended_at >= law.scoring.judge.retest_every + TRIAL_LASTS
    return None if lapsed or shortcomings(counted(last), law.scoring.judge) else last


def is_due(judge: Judge, *, law: Law, at: datetime) -> bool:
    """Whether ``judge`` is to be tested now: it never was as it is now, its time is over, or a canary failed."""
    last = _trials(judge).exclude(result=TrialResult.UNFINISHED).first()
    if last is None or last.suspended_at is not None:
        return True
    if last.result == TrialResult.RUNNING:
        return last.lease_until is None or last.lease_until <= at
    assert last.ended_at is not None
    return at - last.ended_at >= law.scoring.judge.retest_every


def go_on(judge: Judge, golden: Iterable[GoldenCase], *, law: Law, clock: Callable[[], datetime]) -> JudgeTrial | None:
    """Begin or go on with the trial of ``judge`` for the time of a task; None where there is none to hold now.

    Calls that were answered are kept, so that a trial goes on where another process left it.
    """
    cases = {case.id: case for case in golden}
    trial = _claimed(judge, cases.values(), law=law, at=clock())
    if trial is None:
        return None
    until = time.monotonic() + TASK_SECONDS
    missing = _missing(trial, judge, cases)
    while missing and time.monotonic() < until:
        heard = ask_all(missing[:AT_ONCE], occasion=str(trial.pk), until=until)
        at = clock()
        rows = [row for one in heard for row in opinions_of(one, at=at, trial=trial)]
        JudgeOpinion.objects.bulk_create(rows, ignore_conflicts=True)
        if any(one.word is None for one in heard):
            break
        missing = missing[AT_ONCE:]
    _leave(trial, cases, is_whole=not _missing(trial, judge, cases), law=law, at=clock())
    return trial


def suspend(judge: Judge, trial: JudgeTrial, *, law: Law, at: datetime, sung: Sequence[Mapping[str, Any]]) -> None:
    """A canary failed: the judge is out until another trial admits it; once for a trial, sealed.

    ``sung`` are the known cases with people's verdict and the judge's (``shadow.deriving.has_failed``).
    """
    with sealed_atomic():
        if JudgeTrial.objects.filter(pk=trial.pk, suspended_at=None).update(suspended_at=at):
            _seal(DROPPED, trial, law=law, at=at, facts={"why": OTHERWISE}, basis=canary_basis(sung))
            log.error("a judge is suspended until it is tested again: judge=%s", judge.name)


def counted(trial: JudgeTrial) -> Tally:
    """The counts of a trial that ended."""
    return Tally(
        compliant=trial.compliant,
        violating=trial.violating,
        agreed=trial.agreed,
        false_flags=trial.false_flags,
        undecided=trial.undecided,
        flips=trial.flips,
        kappa=trial.kappa,
        rightly=tuple(trial.rightly),
    )


def _trials(judge: Judge) -> QuerySet[JudgeTrial]:
    known = JudgeTrial.objects.filter(
        judge=judge.name, provider=judge.provider, model=judge.model, prompt_digest=prompt_digest()
    )
    return known.order_by("-began_at")


def _claimed(judge: Judge, golden: Iterable[GoldenCase], *, law: Law, at: datetime) -> JudgeTrial | None:
    """The running trial of this judge, held until the lease ends; a new one where one is due and can be measured."""
    _close_others(judge, at=at)
    running = _trials(judge).filter(result=TrialResult.RUNNING).first()
    if running is None and is_due(judge, law=law, at=at):
        running = _begun(judge, golden, law=law, at=at)
    if running is None:
        return None
    free = JudgeTrial.objects.filter(Q(lease_until=None) | Q(lease_until__lte=at), pk=running.pk)
    return running if free.filter(result=TrialResult.RUNNING).update(lease_until=at + LEASE) else None


def _begun(judge: Judge, golden: Iterable[GoldenCase], *, law: Law, at: datetime) -> JudgeTrial | None:
    trial_id = uuid.uuid4()
    cases = cases_for(golden, provider=judge.provider, draw=str(trial_id))
    if len(cases) < law.scoring.judge.golden_least:
        log.info("a judge waits for verdicts: judge=%s of=%s", judge.name, law.scoring.judge.golden_least)
        return None
    try:
        with transaction.atomic():
            return JudgeTrial.objects.create(
                id=trial_id,
                judge=judge.name,
                provider=judge.provider,
                model=judge.model,
                prompt_digest=prompt_digest(),
                law_digest=law.digest,
                cases=[case.id for case in cases],
                began_at=at,
            )
    except IntegrityError:
        return None


def _close_others(judge: Judge, *, at: datetime) -> None:
    """End running trials that took too long, or that were begun of a judge who was another under this name."""
    mine = Q(provider=judge.provider, model=judge.model, prompt_digest=prompt_digest())
    stale = JudgeTrial.objects.filter(~mine | Q(began_at__lte=at - TRIAL_LASTS), judge=judge.name)
    stale.filter(result=TrialResult.RUNNING).update(result=TrialResult.UNFINISHED, ended_at=at, lease_until=None)


def _missing(trial: JudgeTrial, judge: Judge, cases: Mapping[str, GoldenCase]) -> list[Matter]:
    """What is still to be asked: every case as it is, and once more with an instruction to the judge behind it."""
    asked = set(trial.opinions.values_list("purpose", "case").distinct())
    matters = []
    for number, case in enumerate(cases[ref] for ref in trial.cases if ref in cases):
        turned = injected(case.response, violates=case.violates, number=number).response
        for purpose, response in ((Purpose.GOLDEN, case.response), (Purpose.INJECTED, turned)):
            if (purpose.value, case.id) not in asked:
                matters.append(Matter(judge, purpose, case.id, case.prompt, response))
    return matters


def _leave(trial: JudgeTrial, cases: Mapping[str, GoldenCase], *, is_whole: bool, law: Law, at: datetime) -> None:
    if is_whole:
        _close(trial, [cases[ref] for ref in trial.cases if ref in cases], law=law, at=at)
    else:
        JudgeTrial.objects.filter(pk=trial.pk, result=TrialResult.RUNNING).update(lease_until=at + AGAIN_AFTER)


def _close(trial: JudgeTrial, cases: Sequence[GoldenCase], *, law: Law, at: datetime) -> None:
    """Count, decide and seal: admitted, or not for these reasons, which drops a judge that was in office."""
    words = _words(trial)
    found = tally(cases, words[Purpose.GOLDEN.value], words[Purpose.INJECTED.value])
    why = shortcomings(found, law.scoring.judge)
    with sealed_atomic():
        ended = JudgeTrial.objects.filter(pk=trial.pk, result=TrialResult.RUNNING).update(
            result=TrialResult.REFUSED if why else TrialResult.ADMITTED,
            compliant=found.compliant,
            violating=found.violating,
            agreed=found.agreed,
            false_flags=found.false_flags,
            undecided=found.undecided,
            flips=found.flips,
            kappa=found.kappa,
            rightly=list(found.rightly),
            law_digest=law.digest,
            ended_at=at,
            lease_until=None,
        )
        if ended:
            trial.refresh_from_db()
            in_office = JudgeTrial.objects.filter(judge=trial.judge, result=TrialResult.ADMITTED, suspended_at=None)
            was_in_office = in_office.exclude(pk=trial.pk).exists()
            what, facts = verdict_on_judge(why, in_office=was_in_office), {"why": "; ".join(why)} if why else {}
            _seal(what, trial, law=law, at=at, facts=facts, basis=trial_basis(found, in_office=was_in_office))


def _words(trial: JudgeTrial) -> dict[str, dict[str, Word]]:
    """The word on every case by purpose, from the opinions that were kept."""
    pairs: dict[tuple[str, str], list[Spoken]] = defaultdict(list)
    for purpose, case, parsed, status in trial.opinions.order_by("order").values_list(
        "purpose", "case", "parsed", "status"
    ):
        pairs[purpose, case].append(Spoken(Opinion.from_json(parsed) if parsed else None, status))
    words: dict[str, dict[str, Word]] = defaultdict(dict)
    for (purpose, case), spoken in pairs.items():
        words[purpose][case] = word_of(spoken)
    return words


def _seal(
    what: str, trial: JudgeTrial, *, law: Law, at: datetime, facts: Mapping[str, object], basis: Mapping[str, Any]
) -> None:
    counts = {
        "compliant": trial.compliant,
        "violating": trial.violating,
        "agreed": trial.agreed,
        "false_flags": trial.false_flags,
        "undecided": trial.undecided,
        "flips": trial.flips,
        "kappa": trial.kappa,
    }
    seal(
        f"judge.{what}",
        subject=("judge", trial.judge),
        actor=(JUDGES.kind, JUDGES.ref),
        move="test",
        at=at,
        law=(law.version, law.digest),
        to_state=what,
        facts={"provider": trial.provider, "model": trial.model, "prompt": trial.prompt_digest, **facts},
        evidence={"trial": {"id": trial.pk, **counts}, BASIS: basis},
    )
