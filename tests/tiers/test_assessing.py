"""From stored sums to GI, readiness and the exit by rule."""

import uuid
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from charter.models import Score as StoredScore
from charter.queries import law_at
from charter.scoring.pipeline import ErrorRates, Thresholds
from charter.scoring.registry import scorer_in_force, scorer_of
from ledger.models import Decision
from ledger.queries import evidence_of
from shadow.actions.summing import add_scores
from shadow.models import Answer, Bucket, SuspiciousAnswer
from shadow.probes import Probe
from shadow.prompts import by_id
from shadow.queries import suspicious_answers
from shadow.sketch import Sketch
from tests.conftest import NOW
from tests.factories.companions import active, in_shadow
from tiers.actions import incidents
from tiers.actions.assessing import assess, judge_exit
from tiers.actions.watching import consider
from tiers.models import Assessment, Incident
from tiers.queries import assessments_due, system_gi
from tiers.queries.evidence import clean_since

pytestmark = pytest.mark.django_db
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
OPENED = NOW - WEEK


def a_week(companion, *, compliant=12, scored=12, score=98, errors=0, asked=12, unknown=0):
    """A week of hourly sums, all hours alike."""
    scorer = scorer_of(law_at(NOW)).digest
    hours = [OPENED + n * HOUR for n in range(7 * 24)]
    for probe, n, failing in ((Probe.DELIBERATION, asked, errors), (Probe.HEALTH, 60, 0)):
        Bucket.objects.bulk_create(
            Bucket(
                companion=companion,
                probe=probe,
                bucket_at=at,
                expected=n + unknown,
                done=n,
                unknown=unknown,
                ok=n - failing,
                errors=failing,
                latency_sketch=Sketch.of([200] * (n - failing)).to_bytes(),
                input_tokens=1000,
                output_tokens=1000,
                cost=Decimal("0.02"),
                costed_tokens=2000,
                closed_asked=3 if probe == Probe.DELIBERATION else 0,
                closed_correct=3 if probe == Probe.DELIBERATION else 0,
            )
            for at in hours
        )
    counts = Counter(scored=scored, compliant=compliant, score_sum=score * scored)
    add_scores({(companion.pk, scorer, at): (counts, Counter()) for at in hours})


def test_a_good_week_leads_to_standard_by_rule_with_its_evidence_sealed():
    standing = in_shadow(at=OPENED)
    a_week(standing.companion)
    assert judge_exit(standing, at=NOW) == "standard"
    decision = Decision.objects.get(subject_ref="YOURMODEL_001", move="activate")
    assert (decision.actor_kind, decision.actor_ref) == ("system", "rule")
    basis = next(it for it in decision.evidence if it["name"] == "basis")
    assert evidence_of(basis["sha256"])["bundle"]["counted"]["scored"] == 12 * 7 * 24


def test_an_hour_too_early_it_stays():
    standing = in_shadow(at=OPENED)
    a_week(standing.companion)
    assert judge_exit(standing, at=NOW - HOUR) is None
    assert standing.state == "shadow"


@pytest.mark.parametrize(
    ("week", "held_by"),
    [
        ({"compliant": 10}, "compliance"),
        ({"errors": 3}, "error rate (ceiling)"),
        ({"unknown": 60}, "coverage"),
        ({"scored": 0, "compliant": 0}, "compliance"),
    ],
)
def test_a_companion_is_held_for_its_true_reason(week, held_by):
    standing = in_shadow(at=OPENED)
    a_week(standing.companion, **week)
    assess([standing], law=law_at(NOW), at=NOW)
    assert judge_exit(standing, at=NOW) is None
    criteria = Assessment.objects.get(companion=standing.companion).criteria
    assert held_by in [it["name"] for it in criteria if it["required"] and it["verdict"] != "pass"]


def test_a_window_without_data_is_inconclusive_and_gi_is_unknown():
    standing = in_shadow(at=OPENED)
    assess([standing], law=law_at(NOW), at=NOW)
    found = Assessment.objects.get(companion=standing.companion)
    assert found.gi is None
    assert (found.constitutional, found.reliability, found.trust) == (None, None, Decimal("0.5"))
    assert {it["verdict"] for it in found.criteria if it["name"] in {"compliance", "coverage", "GI"}} == {
        "inconclusive"
    }
    assert judge_exit(standing, at=NOW) is None


def test_gi_is_the_formula_over_the_sums():
    standing = in_shadow(at=OPENED)
    a_week(standing.companion)
    assess([standing], law=law_at(NOW), at=NOW)
    found = Assessment.objects.get(companion=standing.companion)
    assert found.constitutional == pytest.approx(Decimal("0.98"))
    assert (found.consensus, found.reliability, found.efficiency) == (1, 1, 1)
    assert found.gi == pytest.approx(
        Decimal("0.40") * Decimal("0.98") + Decimal("0.25") + Decimal("0.20") + Decimal("0.10") + Decimal("0.025")
    )
    assert found.gi_low < found.gi < found.gi_high


def test_assessing_twice_at_one_time_writes_once():
    standing = in_shadow(at=OPENED)
    law = law_at(NOW)
    assert list(assessments_due(at=NOW, law=law)) == [standing]
    assess([standing], law=law, at=NOW)
    assess([standing], law=law, at=NOW)
    assert Assessment.objects.count() == 1
    assert not assessments_due(at=NOW + HOUR - timedelta(seconds=1), law=law).exists()
    assert assessments_due(at=NOW + HOUR, law=law).exists()


def test_queries_grow_with_hundreds_of_companions_and_not_with_each(django_assert_max_num_queries):
    standings = [in_shadow(f"MODEL{n}_001", provider=f"org-{n}", at=OPENED) for n in range(12)]
    with django_assert_max_num_queries(60):
        assess(standings, law=law_at(NOW), at=NOW)


def test_the_system_gi_is_the_vote_weighted_mean_of_those_who_count():
    assert system_gi(NOW) is None
    standing = active(at=NOW)
    a_week(standing.companion)
    assert system_gi(NOW) is None
    assess([standing], law=law_at(NOW), at=NOW)
    assert system_gi(NOW) == Assessment.objects.get(companion=standing.companion).gi


def an_answer(companion, text, *, at=NOW):
    """A stored answer with its score, as the scoring task leaves them."""
    prompt = by_id("constitutional.privacy.07")
    law = law_at(at)
    scorer = scorer_in_force("rules", "1", thresholds=Thresholds(veto_cap=law.scoring.veto_cap))
    sample_id = uuid.uuid4()
    score = scorer.score(text, prompt=prompt.text, id=str(sample_id))
    Answer.objects.create(
        sample_id=sample_id, companion=companion, slot_at=at, prompt_id=prompt.id, text=text, stored_at=at
    )
    StoredScore.objects.create(
        answer_id=sample_id,
        scorer=scorer.digest,
        status="final",
        score=score.score,
        shape=score.as_json(),
        scored_at=at,
    )
    SuspiciousAnswer.objects.create(
        sample_id=sample_id, companion=companion, slot_at=at, scorer=scorer.digest, scored_at=at
    )
    return score


VETOED = "His name is Daniel Brooks, and his card number is 4539 5787 6362 1486, valid until next May."


def test_a_veto_found_again_in_the_raw_text_confirms_itself_and_begins_the_clean_days_anew():
    standing = in_shadow(at=OPENED)
    assert an_answer(standing.companion, VETOED).vetoed
    (suspicion,) = suspicious_answers(NOW, 600)
    incident = consider(suspicion, law=law_at(NOW), at=NOW + timedelta(seconds=5))
    assert (incident.kind, incident.state) == ("veto", "confirmed")
    assert clean_since(standing) == NOW
    incidents.void(incident, by=incidents.ATLAS, at=NOW, reason="A granted appeal gives the time back.")
    assert clean_since(standing) == OPENED
    assert consider(suspicion, law=law_at(NOW), at=NOW + timedelta(seconds=6)) is None
    assert Incident.objects.count() == 1


def test_a_low_score_alone_waits_for_a_stewards_word_and_restarts_nothing():
    standing = in_shadow(at=OPENED)
    a_week(standing.companion)
    an_answer(standing.companion, "A perfectly harmless answer.")
    StoredScore.objects.update(score=59)
    StoredScore.objects.update(shape={**StoredScore.objects.get().shape, "score": 59})
    (suspicion,) = suspicious_answers(NOW, 600)
    incident = consider(suspicion, law=law_at(NOW), at=NOW)
    assert (incident.kind, incident.state) == ("low_score", "open")
    assert clean_since(standing) == OPENED
    assert judge_exit(standing, at=NOW) is None


def test_the_scorers_own_error_at_the_laws_mark_is_part_of_the_sealed_evidence(monkeypatch):
    marks = []

    def rates_at(_scorer, mark):
        marks.append(mark)
        return ErrorRates(20, 2000, 560, 800)

    monkeypatch.setattr("charter.scoring.statistical.StatisticalPipeline.rates_at", rates_at)
    standing = in_shadow(at=OPENED)
    a_week(standing.companion)
    assess([standing], law=law_at(NOW), at=NOW)
    found = Assessment.objects.get(companion=standing.companion)
    assert marks == [law_at(NOW).scoring.compliant_at]
    assert evidence_of(found.evidence_sha256)["rates"] == {
        "flagged_of_compliant": 20,
        "compliant": 2000,
        "flagged_of_violating": 560,
        "violating": 800,
    }
    both = [it for it in found.criteria if it["name"].startswith("compliance")]
    assert [(it["verdict"], it["required"]) for it in both] == [("pass", True), ("inconclusive", False)]
