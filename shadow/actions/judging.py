"""Uncertain answers go to the judges: laid out, claimed by a lease, asked about with canaries among them, settled."""

import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from charter.judging.admission import GoldenCase
from charter.judging.canaries import CANARIES, canaries, places
from charter.judging.judge import Judge, Party
from charter.judging.word import Word, panel_for, panel_word
from charter.law import Law
from charter.models import JudgeOpinion, JudgeTrial, Ruling
from charter.models import Score as StoredScore
from charter.models.judging import Purpose
from charter.scoring.registry import scorer_of
from charter.scoring.shape import Status
from ledger.sealing import sealed_atomic
from shadow.actions.consulting import Heard, Matter, ask_all, key, opinions_of
from shadow.actions.revising import NotUncertain, revise
from shadow.actions.trying_judges import JUDGES, suspend
from shadow.deriving import has_failed
from shadow.judges.bound import parties
from shadow.models import Answer, JudgeCase
from shadow.models.judging import CaseStage
from shadow.prompts import UnknownPrompt, by_id

log = logging.getLogger(__name__)
AT_ONCE = 10
BATCHES = 2
LAID_OUT_AT_ONCE = 500
# Scores are committed within the hard limit of their task; those that came late are looked for so far back.
LATE = timedelta(minutes=10)
BATCH_SECONDS = 180.0
# The last call begins within the batch's time and ends by its deadline, twice for the two orders; then 10 s (rule R4).
LEASE = timedelta(seconds=BATCH_SECONDS + 2 * 30 + 10)
ATTEMPTS = 5
AGAIN_AFTER = timedelta(minutes=2)
THROWN_AWAY = "canary_failed"
REASON = "Judges of different providers agreed."


@dataclass(frozen=True)
class InOffice:
    """A judge that may judge, with the trial that admitted it."""

    judge: Judge
    trial: JudgeTrial


@dataclass(frozen=True)
class Held:
    """A claimed case with what its judges are shown, and who they are."""

    case: JudgeCase
    text: str
    prompt: str
    panel: Sequence[InOffice]


def lay_out(*, law: Law, at: datetime) -> int:
    """Make cases of uncertain scores by the law's scorer, oldest first, as far back as gates look; how many."""
    newest = JudgeCase.objects.aggregate(it=Max("scored_at"))["it"]
    since = max(newest - LATE, at - law.shadow.window) if newest else at - law.shadow.window
    known = JudgeCase.objects.filter(sample_id=OuterRef("answer_id"))
    ruled = Ruling.objects.filter(answer_id=OuterRef("answer_id"), scorer=OuterRef("scorer"))
    waiting = StoredScore.objects.filter(
        ~Exists(known), ~Exists(ruled), scorer=scorer_of(law).digest, status=Status.PROVISIONAL, scored_at__gte=since
    )
    rows = list(waiting.order_by("scored_at").values_list("answer_id", "scorer", "scored_at")[:LAID_OUT_AT_ONCE])
    whose = dict(Answer.objects.filter(sample_id__in=[row[0] for row in rows]).values_list("sample_id", "companion_id"))
    cases = [
        JudgeCase(sample_id=answer, scorer=scorer, companion_id=whose[answer], scored_at=scored_at, next_try_at=at)
        for answer, scorer, scored_at in rows
        if answer in whose
    ]
    JudgeCase.objects.bulk_create(cases, ignore_conflicts=True)
    return len(cases)


def cases_to_judge(at: datetime) -> QuerySet[JudgeCase]:
    """Cases that wait and that nobody holds."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    return JudgeCase.objects.filter(free, stage=CaseStage.WAITING, next_try_at__lte=at)


def is_full(at: datetime) -> bool:
    """Whether as many batches are being asked about as should be at once."""
    batches = JudgeCase.objects.filter(stage=CaseStage.WAITING, lease_until__gt=at)
    return batches.values("lease_token").distinct().count() >= BATCHES


def judge_cases(
    judges: Sequence[InOffice],
    golden: Sequence[GoldenCase],
    *,
    law: Law,
    clock: Callable[[], datetime],
    limit: int = AT_ONCE,
) -> int:
    """Claim up to ``limit`` cases, ask their panels, and settle what they agree on; how many were claimed.

    Nothing is asked inside a transaction. What a judge said in a batch whose canaries failed is kept and counts for
    nothing; what was not answered is asked again, and after five attempts a person's. While too few judges are in
    office for any panel, cases wait.
    """
    if len({one.judge.provider for one in judges}) < law.scoring.judge.panel:
        return 0
    token = uuid.uuid4()
    cases = _claimed(limit, token=token, at=clock())
    held = _held(cases, judges, law=law, at=clock())
    heard, songs = _asked(held, golden, batch=str(token))
    sung = {name: [_sung(one, golden) for one in canary if one.word] for name, canary in songs.items()}
    fallen = {name for name, known in sung.items() if has_failed(known)}
    silent = {name for name, canary in songs.items() if len([one for one in canary if one.word]) < CANARIES}
    at = clock()
    for one in judges:
        if one.judge.name in fallen:
            suspend(one.judge, one.trial, law=law, at=at, sung=sung[one.judge.name])
    _keep_canaries(songs, fallen, batch=token, at=at)
    for it in held:
        _finish(it, heard[it.case.pk], fallen=fallen, silent=silent, law=law, at=at)
    return len(cases)


def _claimed(limit: int, *, token: uuid.UUID, at: datetime) -> list[JudgeCase]:
    with transaction.atomic():
        due = cases_to_judge(at).order_by("next_try_at")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        taken = cases_to_judge(at).filter(pk__in=ids)
        taken.update(lease_until=at + LEASE, lease_token=token, attempt=F("attempt") + 1)
    mine = JudgeCase.objects.filter(pk__in=ids, lease_token=token)
    return list(mine.select_related("companion__provider").order_by("scored_at"))


def _held(cases: Sequence[JudgeCase], judges: Sequence[InOffice], *, law: Law, at: datetime) -> list[Held]:
    """The cases that can be asked about; the others are a person's, for this reason or that."""
    answers = {row.pk: row for row in Answer.objects.filter(pk__in=[case.pk for case in cases])}
    known = parties({case.companion for case in cases})
    held = []
    for case in cases:
        found = _prepared(case, answers.get(case.pk), known[case.companion.ref], judges, law)
        if isinstance(found, Held):
            held.append(found)
        else:
            _end(case, CaseStage.PERSON, found, at=at)
    return held


def _prepared(case: JudgeCase, answer: Answer | None, party: Party, judges: Sequence[InOffice], law: Law) -> Held | str:
    if case.attempt > ATTEMPTS:
        return "unanswered"
    if answer is None:
        return "text_forgotten"
    try:
        prompt = by_id(answer.prompt_id).text if answer.prompt_id else ""
    except UnknownPrompt:
        return "prompt_unknown"
    by_name = {one.judge.name: one for one in judges}
    chosen = panel_for((one.judge for one in judges), party, panel=law.scoring.judge.panel, draw=str(case.pk))
    if len(chosen) < law.scoring.judge.panel:
        return "panel_short"
    return Held(case, answer.text, prompt, [by_name[judge.name] for judge in chosen])


def _asked(
    held: Iterable[Held], golden: Sequence[GoldenCase], *, batch: str
) -> tuple[dict[uuid.UUID, list[Heard]], dict[str, list[Heard]]]:
    """What was heard on every case, and on every judge's canaries, which stood in places that nobody foresees."""
    matters: dict[str, list[Matter]] = defaultdict(list)
    sitting: dict[str, InOffice] = {}
    for it in held:
        for one in it.panel:
            sitting[one.judge.name] = one
            matters[one.judge.name].append(Matter(one.judge, Purpose.ANSWER, str(it.case.pk), it.prompt, it.text))
    songs: dict[str, list[Heard]] = {name: [] for name in sitting}
    for name, one in sitting.items():
        known = canaries(_of_others(golden, one.judge), rightly=one.trial.rightly, key=key(), batch=f"{batch} {name}")
        matters[name] += [Matter(one.judge, Purpose.CANARY, case.id, case.prompt, case.response) for case in known]
        matters[name] = places(matters[name], key=key(), batch=f"{batch} {name}")
    heard: dict[uuid.UUID, list[Heard]] = defaultdict(list)
    every = [matter for name in matters for matter in matters[name]]
    for answered in ask_all(every, occasion=batch, until=time.monotonic() + BATCH_SECONDS):
        if answered.matter.purpose is Purpose.CANARY:
            songs[answered.matter.judge.name].append(answered)
        else:
            heard[uuid.UUID(answered.matter.ref)].append(answered)
    return heard, songs


def _of_others(golden: Sequence[GoldenCase], judge: Judge) -> list[GoldenCase]:
    return [case for case in golden if case.provider != judge.provider]


def _sung(heard: Heard, golden: Sequence[GoldenCase]) -> dict[str, Any]:
    """One known case as the judge judged it; ``violates`` is people's verdict, None where it is gone meanwhile."""
    case = next((case for case in golden if case.id == heard.matter.ref), None)
    said = heard.word.verdict if heard.word else None
    violates = None if case is None else case.violates
    return {"case": heard.matter.ref, "violates": violates, "said": said.value if said else None}


def _keep_canaries(songs: Mapping[str, Sequence[Heard]], fallen: set[str], *, batch: uuid.UUID, at: datetime) -> None:
    rows = [
        row
        for name, heard in songs.items()
        for one in heard
        for row in opinions_of(one, at=at, batch=batch, status=THROWN_AWAY if name in fallen else "")
    ]
    JudgeOpinion.objects.bulk_create(rows)


def _finish(held: Held, heard: Sequence[Heard], *, fallen: set[str], silent: set[str], law: Law, at: datetime) -> None:
    """Store what was heard of one case with what follows from it, in one transaction, while the lease is ours."""
    case = held.case
    with sealed_atomic():
        mine = JudgeCase.objects.filter(pk=case.pk, lease_token=case.lease_token, stage=CaseStage.WAITING)
        if not mine.update(lease_until=None):
            return
        for one in heard:
            status = THROWN_AWAY if one.matter.judge.name in fallen else ""
            facts = {"scorer": case.scorer, "batch": case.lease_token}
            JudgeOpinion.objects.bulk_create(opinions_of(one, at=at, status=status, **facts))
        out = fallen | silent
        words = [one.word for one in heard if one.word and one.matter.judge.name not in out]
        if len(words) < len(held.panel):
            mine.update(next_try_at=at + AGAIN_AFTER * case.attempt)
            return
        _settle(case, panel_word(words, panel=law.scoring.judge.panel), law=law, at=at)


def _settle(case: JudgeCase, word: Word, *, law: Law, at: datetime) -> None:
    if word.verdict is None:
        _end(case, CaseStage.PERSON, word.reason, at=at)
        return
    try:
        revise(
            case.pk,
            verdict="violate" if word.clause else "comply",
            clause=word.clause,
            by=JUDGES,
            at=at,
            law=law,
            reason=REASON,
            source="judges",
        )
    except NotUncertain:
        _end(case, CaseStage.PERSON, "not_uncertain", at=at)
    else:
        _end(case, CaseStage.SETTLED, "", at=at)


def _end(case: JudgeCase, stage: CaseStage, reason: str, *, at: datetime) -> None:
    held = JudgeCase.objects.filter(pk=case.pk, lease_token=case.lease_token, stage=CaseStage.WAITING)
    held.update(stage=stage, reason=reason, ended_at=at, lease_until=None)
