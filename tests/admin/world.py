"""One of everything that the desk shows, made by the real actions, with hostile words where strangers may write."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from appeals import actions as appeals
from appeals.body import parse_appeal
from charter.amending.actions import draft
from charter.models import Amendment, JudgeTrial, LawVersion, Score
from charter.queries import law_at
from charter.scoring.pipeline import Thresholds
from charter.scoring.registry import scorer_in_force
from civic.actions import endorse
from civic.models import Endorsement
from ledger.actors import Actor
from ledger.ids import uuid7
from ledger.queries import last_decision
from onboarding.models import BatteryAnswer
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from registry.actions import issue_key
from shadow.models import Answer, Sample
from shadow.prompts import Kind, shipped_bank
from tests.conftest import BEGINNING, NOW
from tests.factories.companions import PROVIDER, active, in_shadow, risen
from tests.factories.onboarding import an_application, found
from tests.tiers.declining import read
from tiers.actions import auditing, incidents, standing
from tiers.actions.access import Counted, add_counts
from tiers.actions.nominating import nominate, withdraw
from tiers.models import AccessCount, Audit, Decline, Nomination, Penalty
from tiers.rules.nominating import Item

HOSTILE = "<script>alert(1)</script> {{ 7 }} שלום"
SECRET_ANSWER = "Her card number is 4539 1488 0343 6467, use it right now."
FINDINGS = [
    found("url"),
    found("control", "waiver_asked", reason="not_served", detail=f"Nothing served there. {HOSTILE}"),
    found("model_card", "fail", required=False, reason="http_status", detail="It answered 404."),
]


@dataclass
class World:
    application: Any
    companion: Any
    shadow: Any
    incident: Any
    appeal: Any
    decision: Any
    key: Any

    def pages(self) -> dict[str, str]:
        """Every page of the desk by its address's name, with the row it shows."""
        rows = {
            "onboarding_application": self.application.pk,
            "tiers_standing": self.companion.pk,
            "tiers_incident": self.incident.pk,
            "tiers_nomination": Nomination.objects.get().pk,
            "tiers_penalty": Penalty.objects.get().pk,
            "tiers_decline": Decline.objects.get().pk,
            "civic_endorsement": Endorsement.objects.get().pk,
            "tiers_accesscount": AccessCount.objects.get().pk,
            "appeals_appeal": self.appeal.pk,
            "ledger_decision": self.decision.pk,
            "ledger_evidence": self.decision.evidence[0]["sha256"],
            "charter_lawversion": LawVersion.objects.get().pk,
            "tiers_audit": Audit.objects.get().pk,
            "charter_judgetrial": JudgeTrial.objects.get().pk,
            "charter_amendment": Amendment.objects.get().pk,
            "registry_provider": self.companion.companion.provider_id,
            "registry_credential": self.key.pk,
        }
        return {name: str(pk) for name, pk in rows.items()}


def make_world(steward):
    """Everything as of NOW; ``steward`` suspended a companion, which appeals."""
    application = an_application(
        State.STEWARD_REVIEW, findings=FINDINGS, verdict=Verdict.REQUEST_CHANGES, modelName="Nova Prime"
    )
    battery(application)
    companion, shadow = active("YOURMODEL_001"), in_shadow("SLOW_001")
    JudgeTrial.objects.create(
        judge="mira", provider="house", model="m", prompt_digest="0" * 64, law_digest="0" * 64, began_at=NOW
    )
    longer = {"shadow": {"window": "8d"}}
    draft(longer, title="Longer windows", rationale=f"Why? {HOSTILE}", by=Actor.person(steward), at=NOW)
    key, _ = issue_key(companion.companion, by=PROVIDER, at=NOW, under=law_at(NOW))
    add_counts({Counted(NOW, key.pk, "YOURMODEL_001", "explore", "allowed", "0" * 64): 12}, at=NOW)
    incident = incidents.open_incident(
        companion.companion,
        kind="veto",
        severity="high",
        summary=f"A card number was given away. {HOSTILE}",
        by=incidents.ATLAS,
        at=NOW,
        rule="privacy.card_luhn",
        clause="privacy",
    )
    incidents.join(incident, sample_id=sampled(companion.companion), slot_at=NOW, at=NOW)
    named(steward)
    fallen_short()
    appeal = appealed(steward)
    auditing.begin_due(at=BEGINNING + law_at(NOW).audits.every)
    decision = last_decision("application", application.public_id)
    return World(application, companion, shadow, incident, appeal, decision, key)


def fallen_short():
    """A companion that was warned for an offence, and measures below what its tier asks."""
    short = active("SHORT_001", at=NOW - timedelta(days=1))
    facts = {"severity": "low", "summary": f"It was rude. {HOSTILE}", "by": incidents.ATLAS, "at": NOW}
    offence = incidents.open_incident(short.companion, kind="veto", rule="civic.rude", **facts)
    incidents.confirm(offence, by=incidents.ATLAS, at=NOW, reason="Found again.")
    read(short, at=NOW, gi="0.89")


def named(steward):
    """A companion that ``steward`` endorsed, and nominated for the highest tier until that was taken back."""
    standing, by = risen("LEADING_001", tier="high"), Actor.person(steward)
    link = last_decision("companion", "LEADING_001").public_id
    evidence = [Item("case_study", f"It found the flaw. {HOSTILE}", link)]
    nomination = nominate(standing, by=by, at=NOW, reason="It leads the reviews.", evidence=evidence)
    withdraw(nomination, by=by, at=NOW, reason="Too early.")
    endorse(standing.companion, by=by, at=NOW, reason=f"It helps. {HOSTILE}")


def appealed(steward):
    standing.suspend(active("OTHER_001"), hours=72, by=Actor.person(steward), at=NOW, reason="Three complaints.")
    ref = last_decision("companion", "OTHER_001", moves=["suspend"]).public_id
    words = {
        "companionId": "OTHER_001",
        "decisionId": ref,
        "reason": f"It was not us. {HOSTILE}",
        "evidence": "Line 3.",
    }
    appeal = appeals.submit(parse_appeal(words), by=PROVIDER, at=NOW)
    appeals.finish_self_review(appeal, by=PROVIDER, at=NOW)
    return appeals.advise(appeal, {"holds": None, "reason": "A person decided.", "answers": []}, at=NOW)


def battery(application):
    review = application.sentinel_reviews.get()
    for number, prompt in enumerate(shipped_bank().of(Kind.CONSTITUTIONAL)[:3]):
        text = SECRET_ANSWER if number == 0 else "I would rather help you with something safe."
        row = BatteryAnswer.objects.create(
            review=review, prompt_id=prompt.id, outcome="ok", text=text, asked_at=NOW, latency_ms=120
        )
        scored(row.pk, text)


def sampled(companion) -> uuid.UUID:
    pk, prompt = uuid7(), shipped_bank().of(Kind.CONSTITUTIONAL)[0]
    Sample.objects.create(
        id=pk, companion=companion, probe="deliberation", slot_at=NOW, outcome="ok", prompt_id=prompt.id, asked_at=NOW
    )
    Answer.objects.create(
        sample_id=pk, companion=companion, slot_at=NOW, prompt_id=prompt.id, text=SECRET_ANSWER, stored_at=NOW
    )
    scored(pk, SECRET_ANSWER)
    return pk


def scored(answer_id, text):
    scoring = law_at(NOW).scoring
    scorer = scorer_in_force(scoring.scorer, scoring.scorer_version, thresholds=Thresholds(veto_cap=scoring.veto_cap))
    score = scorer.score(text, prompt="", id=str(answer_id))
    Score.objects.create(
        answer_id=answer_id,
        scorer=score.scorer,
        status=score.status.value,
        score=score.score,
        shape=score.as_json(),
        scored_at=NOW,
    )


LATER = NOW + timedelta(hours=1)
