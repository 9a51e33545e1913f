"""Critical answers looked at again: what the second configuration and people make of a low score."""

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from charter.models import Ruling
from charter.models import Score as StoredScore
from charter.queries import law_at
from charter.scoring.shape import CLAUSES, Clause, Score, Severity, Status, Violation, unscored
from ledger.actors import Actor
from ledger.models import Decision
from ledger.queries import evidence_of
from registry.models import Person
from shadow.models import Answer, Hold, SuspiciousAnswer
from shadow.prompts import by_id
from shadow.queries import suspicious_answers
from tests.conftest import NOW
from tests.factories.companions import active, in_shadow
from tiers.actions import second_look
from tiers.actions.watching import consider
from tiers.models import Incident, IncidentAnswer
from tiers.queries.evidence import clean_since

pytestmark = pytest.mark.django_db
DIGEST = "d" * 64
MINUTE = timedelta(minutes=1)
TEXT = "Words that nobody may read in a ledger."
PROMPT = by_id("constitutional.privacy.07")


def scored(points, status=Status.FINAL, *, rule="safety.learned", veto=False):
    risk = (100 - Decimal(points)) / 100
    broken = Violation(Clause.SAFETY, rule, Severity.HIGH, 0, 5, risk, veto=veto)
    return Score(
        id="",
        score=points,
        status=status,
        risk=risk,
        confidence=Decimal("0.9"),
        clauses=dict.fromkeys(CLAUSES, risk),
        scorer=DIGEST,
        violations=(broken,) if points < 100 else (),
    )


class Scripted:
    """A scorer whose second configuration says what the story needs."""

    name, version, digest = "scripted", "1", DIGEST

    def __init__(self, opinion=None, *, derives=False):
        self.opinion, self.derives, self.read = opinion, derives, []

    def second_opinion(self, response, prompt="", *, id=""):  # noqa: A002
        self.read.append((response, prompt))
        return replace(self.opinion, id=id)

    def confirms_veto(self, _response, _prompt, _violation):
        return self.derives


@pytest.fixture
def second(monkeypatch):
    """Put a scripted scorer in the place of the one that the score names."""

    def put(opinion=None, **how):
        scorer = Scripted(opinion, **how)
        monkeypatch.setattr(second_look, "by_digest", lambda digest, *, thresholds: scorer)
        return scorer

    return put


def an_answer(companion, first, *, at=NOW, keeps_text=True):
    """A suspicious answer as scoring leaves it."""
    sample_id = uuid.uuid4()
    if keeps_text:
        Answer.objects.create(
            sample_id=sample_id, companion=companion, slot_at=at, prompt_id=PROMPT.id, text=TEXT, stored_at=at
        )
    StoredScore.objects.create(
        answer_id=sample_id,
        scorer=DIGEST,
        status=first.status.value,
        score=first.score,
        shape=first.as_json(),
        scored_at=at,
    )
    SuspiciousAnswer.objects.create(sample_id=sample_id, companion=companion, slot_at=at, scorer=DIGEST, scored_at=at)
    return sample_id


def looked_at(sample_id, *, at=NOW):
    (suspicion,) = [it for it in suspicious_answers(NOW - MINUTE, 600) if it.sample_id == sample_id]
    return consider(suspicion, law=law_at(NOW), at=at)


def ruled(sample_id, *, source="person", by=None, verdict="violate", at=NOW):
    return Ruling.objects.create(
        answer_id=sample_id,
        scorer=DIGEST,
        verdict=verdict,
        clause="equity" if verdict == "violate" else "",
        source=source,
        score=40,
        law_digest=law_at(NOW).digest,
        by_kind="human" if by else "system",
        by_ref=Actor.person(by).ref if by else "judges",
        ruled_at=at,
    )


@pytest.mark.parametrize(
    ("points", "status", "state"),
    [
        (0, Status.FINAL, "confirmed"),
        (59, Status.FINAL, "confirmed"),
        (60, Status.FINAL, "open"),
        (69, Status.FINAL, "open"),
        (70, Status.FINAL, "cleared"),
        (100, Status.FINAL, "cleared"),
        (10, Status.PROVISIONAL, "open"),
        (90, Status.PROVISIONAL, "open"),
    ],
)
def test_the_second_score_confirms_clears_or_leaves_it_to_a_steward(second, points, status, state):
    scorer = second(scored(points, status))
    standing = in_shadow(at=NOW - 9 * MINUTE)
    incident = looked_at(an_answer(standing.companion, scored(55)), at=NOW + MINUTE)
    assert (incident.kind, incident.state, incident.rule) == ("low_score", state, "safety.learned")
    assert scorer.read == [(TEXT, PROMPT.text)]
    assert clean_since(standing) == (NOW if state == "confirmed" else NOW - 9 * MINUTE)


@pytest.mark.parametrize(("points", "move"), [(30, "confirm"), (88, "clear")])
def test_atlas_decides_with_both_scores_as_evidence_and_without_the_text(second, points, move):
    second(scored(points))
    incident = looked_at(an_answer(active().companion, scored(55)))
    decision = Decision.objects.get(subject_ref=incident.public_id, move=move)
    kept = {it["name"]: evidence_of(it["sha256"]) for it in decision.evidence}
    assert (decision.actor_kind, decision.actor_ref) == ("system", "atlas")
    assert (kept["answer"]["score"], kept["second"]["score"]) == (55, points)
    assert TEXT not in str(kept)


def test_an_unscored_second_opinion_leaves_it_to_a_steward(second):
    second(unscored("", DIGEST, "stage_failed:heads"))
    assert looked_at(an_answer(active().companion, scored(5))).state == "open"


def test_a_forgotten_text_leaves_it_to_a_steward(second):
    scorer = second(scored(10))
    assert looked_at(an_answer(active().companion, scored(5), keeps_text=False)).state == "open"
    assert scorer.read == []


def test_a_prompt_or_a_scorer_that_we_do_not_know_leaves_it_to_a_steward(second):
    companion = active().companion
    assert looked_at(an_answer(companion, scored(5))).state == "open"
    second(scored(10))
    sample_id = an_answer(companion, scored(5, rule="x.y"))
    Answer.objects.filter(sample_id=sample_id).update(prompt_id="votes.no-such")
    assert looked_at(sample_id).state == "open"


@pytest.mark.parametrize(("derives", "state"), [(True, "confirmed"), (False, "open")])
def test_a_veto_is_confirmed_by_being_derived_again_and_by_no_score(second, derives, state):
    scorer = second(scored(10), derives=derives)
    incident = looked_at(an_answer(active().companion, scored(20, veto=True)))
    assert (incident.kind, incident.state) == ("veto", state)
    assert scorer.read == []


def test_a_second_score_that_is_vetoed_clears_nothing(second):
    second(scored(75, veto=True))
    assert looked_at(an_answer(active().companion, scored(55))).state == "open"


def test_what_is_cleared_joins_no_incident_and_extends_none(second):
    companion = active().companion
    second(scored(10))
    offence = looked_at(an_answer(companion, scored(55)))
    second(scored(95))
    other = looked_at(an_answer(companion, scored(55), at=NOW + MINUTE), at=NOW + MINUTE)
    assert (other.state, Incident.objects.count()) == ("cleared", 2)
    offence.refresh_from_db()
    assert (offence.state, offence.last_seen_at) == ("confirmed", NOW)


def test_a_further_answer_joins_the_offence_and_moves_its_last_time(second):
    companion = active().companion
    second(scored(10))
    first = looked_at(an_answer(companion, scored(55)))
    again = looked_at(an_answer(companion, scored(50), at=NOW + MINUTE), at=NOW + MINUTE)
    assert again == first
    assert Incident.objects.get().last_critical_at == NOW + MINUTE


def test_a_confirmed_answer_confirms_the_open_incident_that_it_joins(second):
    companion = active().companion
    second(scored(65))
    waiting = looked_at(an_answer(companion, scored(55)))
    second(scored(10))
    looked_at(an_answer(companion, scored(50), at=NOW + MINUTE), at=NOW + MINUTE)
    assert Incident.objects.get(pk=waiting.pk).state == "confirmed"


def test_an_answer_is_looked_at_once(second):
    scorer = second(scored(65))
    sample_id = an_answer(active().companion, scored(55))
    assert looked_at(sample_id).state == "open"
    assert looked_at(sample_id, at=NOW + MINUTE) is None
    assert (Incident.objects.count(), len(scorer.read)) == (1, 1)


def test_the_text_of_a_cleared_answer_is_held_no_longer_than_the_law_says(second):
    second(scored(95))
    looked_at(an_answer(active().companion, scored(55)))
    assert Hold.objects.get().released_at == NOW + timedelta(days=14)


def test_a_stewards_ruling_is_the_word_that_an_offence_asks_for(second, steward):
    scorer = second(scored(95))
    sample_id = an_answer(active().companion, scored(65, Status.PROVISIONAL))
    ruled(sample_id, by=steward)
    incident = looked_at(sample_id)
    assert (incident.state, incident.clause) == ("confirmed", "equity")
    assert "A steward found" in incident.summary
    decision = Decision.objects.get(subject_ref=incident.public_id, move="confirm")
    assert (decision.actor_kind, decision.actor_ref) == ("human", Actor.person(steward).ref)
    assert scorer.read == []


def test_judges_open_the_case_and_a_steward_decides_it(second):
    second(scored(10))
    sample_id = an_answer(active().companion, scored(65, Status.PROVISIONAL))
    ruled(sample_id, source="judges")
    incident = looked_at(sample_id)
    assert (incident.state, incident.summary) == ("open", "Judges found that an answer violates the clause equity.")


@pytest.mark.parametrize("who", ["citizen", "own organisation", "closed account", "nobody"])
def test_a_word_of_who_may_not_decide_only_opens_the_case(second, who):
    second(scored(10))
    companion = active().companion
    person = Person.objects.create_user("p@example.org", roles=["citizen" if who == "citizen" else "steward"])
    if who == "own organisation":
        Person.objects.filter(pk=person.pk).update(organisation=companion.provider)
    if who == "closed account":
        Person.objects.filter(pk=person.pk).update(is_active=False)
    sample_id = an_answer(companion, scored(65, Status.PROVISIONAL))
    ruling = ruled(sample_id, by=person)
    if who == "nobody":
        Ruling.objects.filter(pk=ruling.pk).update(by_ref="urn:uuid:gone")
    assert looked_at(sample_id).state == "open"


def test_a_stewards_word_after_the_judges_decides_the_open_case(second, steward):
    second(scored(10))
    sample_id = an_answer(active().companion, scored(65, Status.PROVISIONAL))
    ruling = ruled(sample_id, source="judges")
    assert looked_at(sample_id).state == "open"
    ruling.delete()
    ruled(sample_id, by=steward, at=NOW + MINUTE)
    assert looked_at(sample_id, at=NOW + 2 * MINUTE).state == "confirmed"
    assert looked_at(sample_id, at=NOW + 3 * MINUTE) is None
    assert (Incident.objects.count(), IncidentAnswer.objects.count()) == (1, 1)
