"""From claimed slots to calls that can be made: all that the loop needs, out of the database before it asks."""

import hmac
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from charter.law import Law
from ledger.keys import field_key
from registry.egress import Outcome
from registry.models import Endpoint
from registry.protocols import Called, Question, Reach, offers, reach_of
from shadow.actions.results import UNKNOWN, Claimed, Result
from shadow.models import Answer, Sample
from shadow.models.watch import Watch, with_their_law
from shadow.probes import Probe
from shadow.prompts import Kind, Prompt, draw, shipped_bank

PURPOSE = "deliberation"


@dataclass(frozen=True)
class Asking:
    """One call to be made for a claimed slot; ``text`` is the answer that a self-validation is about."""

    slot: Claimed
    reach: Reach = field(repr=False)
    tier: str
    question: Question | None = None
    prompt: Prompt | None = None
    text: str = field(default="", repr=False)
    validates: bool = False


def prepared(slots: Sequence[Claimed], *, at: datetime) -> tuple[list[Asking], list[Result]]:
    """What to ask for these slots, and what needs no asking.

    Health that a protocol does not offer is the last deliberation's (declared emulation); what we cannot ask, for want
    of an endpoint or of the text that it is about, is unknown.
    """
    ids = {slot.companion_id for slot in slots}
    rows = Watch.objects.filter(companion_id__in=ids).only("companion_id", "law_id", "tier")
    watches = {it.companion_id: it for it in with_their_law(rows)}
    endpoints = _endpoints(ids)
    last = _last_deliberations(slots, endpoints)
    texts = _texts(slots)
    askings, results, drawn = [], [], _Drawn()
    for slot in slots:
        watch, endpoint = watches[slot.companion_id], endpoints.get(slot.companion_id)
        if endpoint is None:
            results.append(Result(slot, asked_at=at, reason="no_endpoint"))
            continue
        offered = offers(endpoint.protocol)
        if slot.probe == Probe.HEALTH and not offered.health:
            results.append(_emulated(slot, last.get(slot.companion_id), at))
        elif slot.probe == Probe.SELF_VALIDATION and slot.about_answer not in texts:
            results.append(Result(slot, asked_at=at, reason="text_forgotten"))
        else:
            prompt = drawn.prompt(slot, watch.law.law) if slot.probe == Probe.DELIBERATION else None
            askings.append(
                Asking(
                    slot,
                    reach_of(endpoint),
                    watch.tier,
                    question=_question(slot, watch, prompt) if prompt else None,
                    prompt=prompt,
                    text=texts.get(slot.about_answer, "") if slot.about_answer else "",
                    validates=offered.validation,
                )
            )
    return askings, results


def slot_key(slot_at: datetime) -> bytes:
    """The key by which a slot's prompt is drawn: the same for every companion, foreseen by nobody without our key."""
    return hmac.digest(field_key(), b"kaizen shadow prompts v1\n" + slot_at.isoformat().encode(), sha256)


class _Drawn(dict[tuple[datetime, str], Prompt]):
    """Prompts of a batch, drawn once for each slot and law."""

    def prompt(self, slot: Claimed, law: Law) -> Prompt:
        key = (slot.slot_at, law.digest)
        if key not in self:
            self[key] = draw(slot_key(slot.slot_at), shipped_bank(), law.shadow.kinds)
        return self[key]


def _question(slot: Claimed, watch: Watch, prompt: Prompt) -> Question:
    chambers = watch.law.law.chambers
    return Question(
        prompt=prompt.text,
        tier=watch.tier,
        chamber=next(name for name, chamber in chambers.items() if chamber.purpose == PURPOSE),
        cycle=settings.KAIZEN_CYCLE,
        request_id=str(slot.slot_id),
        wants_position=prompt.kind == Kind.VOTES,
    )


def _endpoints(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Endpoint]:
    reached = ("companion_id", "base_url", "origin", "protocol", "upstream_model", "auth_kind", "auth_sealed")
    rows = Endpoint.objects.filter(companion_id__in=ids, replaced_at=None).select_related("provider")
    rows = rows.only(*reached, "provider__exchanges_at_once")
    return {row.companion_id: row for row in rows if row.companion_id}


def _texts(slots: Iterable[Claimed]) -> dict[uuid.UUID, str]:
    about = [slot.about_answer for slot in slots if slot.about_answer]
    return dict(Answer.objects.filter(sample_id__in=about).values_list("sample_id", "text")) if about else {}


def _last_deliberations(
    slots: Iterable[Claimed], endpoints: dict[uuid.UUID, Endpoint]
) -> dict[uuid.UUID, tuple[str, str]]:
    """Outcome and reason of the last deliberation of those whose health is emulated."""
    wanted = {
        slot.companion_id
        for slot in slots
        if slot.probe == Probe.HEALTH
        and slot.companion_id in endpoints
        and not offers(endpoints[slot.companion_id].protocol).health
    }
    found = {}
    for companion in wanted:
        rows = Sample.objects.filter(companion_id=companion, probe=Probe.DELIBERATION).order_by("-slot_at")
        if (row := rows.values_list("outcome", "reason").first()) is not None:
            found[companion] = row
    return found


def _emulated(slot: Claimed, last: tuple[str, str] | None, at: datetime) -> Result:
    if last is None or last[0] == UNKNOWN:
        return Result(slot, asked_at=at, reason="nothing_to_emulate")
    return Result(slot, asked_at=at, called=Called(Outcome(last[0]), last[1] or "emulated"))
