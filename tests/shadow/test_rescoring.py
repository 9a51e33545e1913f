"""A scorer on trial: it reads in shadow, a second person promotes it, and the law changes in the scorer alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charter.admin.answers import scores_of
from charter.models import LawVersion, Ruling, Score
from charter.queries import law_at, version_at
from ledger.actors import Actor, Forbidden
from ledger.decisions import AlreadyDecided, Refused
from ledger.models import Evidence, Salt
from ledger.queries import last_decision
from shadow.actions import promoting, rescoring
from shadow.actions.rescoring import read_more, read_slice, start_trial
from shadow.actions.scoring import LEASE, score_answers
from shadow.models import Answer, ScoreBucket, ScorerTrial, SuspiciousAnswer
from shadow.probes import Probe
from shadow.queries import window_sums
from shadow.queries.trials import SETTLED_AFTER, answers_to_read, trials_due
from tests.conftest import NOW
from tests.replaying import replayed
from tests.shadow.making import claims, probed, said, watched
from tests.shadow.scripted import Scripted, enact_law, keep

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
REASON = "It finds more."


@pytest.fixture
def old():
    return Scripted("old", "1")


@pytest.fixture
def new():
    return Scripted("new", "2")


@pytest.fixture
def version(db, monkeypatch, old, new):
    """The law in force names the old scorer and asks for four answers."""
    keep(monkeypatch, old, new)
    return enact_law(old, at=NOW - 9 * DAY, rescored=4)


@pytest.fixture
def companion(version):
    return watched(at=NOW)


def by(person):
    return Actor.person(person)


def told(companion, *texts, at=NOW):
    """Answers given one second apart and scored by the scorer in force; their ids, in order."""
    found = [probed(companion, said(text), at=at + n * SECOND) for n, text in enumerate(texts)]
    while score_answers(law=law_at(at + len(texts) * SECOND), at=at + len(texts) * SECOND):
        pass
    return found


def read_all(at=NOW + MINUTE):
    while read_more(at=at):
        pass


def finished(person, *, at=NOW + MINUTE, **more):
    trial = start_trial("new", "2", by=by(person), at=at, **more)
    read_all(at)
    trial.refresh_from_db()
    replayed("scorer_trial.finish")
    return trial


def counted(scorer, companion):
    return window_sums([companion], since=NOW - 8 * DAY, until=NOW + DAY, scorer=scorer.digest)[companion.pk].scores


def test_a_scorer_reads_the_latest_answers_and_the_old_scores_and_sums_stay(companion, steward, old, new):
    ids = told(companion, "a", "b", "c", "d", "e", "f")
    before = list(Score.objects.values().order_by("id")), list(ScoreBucket.objects.values())
    new.says = {"e": 10}
    trial = finished(steward)
    assert new.read == ["f", "e", "d", "c"]
    assert set(Score.objects.filter(scorer=new.digest).values_list("answer_id", flat=True)) == set(ids[2:])
    assert list(Score.objects.exclude(scorer=new.digest).values().order_by("id")) == before[0]
    assert list(ScoreBucket.objects.exclude(scorer=new.digest).values()) == before[1]
    assert (trial.state, trial.done, trial.total, trial.results["answers"]) == ("finished", 4, 4, 4)
    assert trial.results["crossing"]["shown"][0]["answer"] == str(ids[4])


def test_the_new_scorers_sums_stand_before_it_is_promoted_and_every_answer_counts_once(companion, steward, old, new):
    about = told(companion, "a", "b", "c", "d")[0]
    claim_at = NOW + 10 * SECOND
    probed(companion, claims(80), at=claim_at, probe=Probe.SELF_VALIDATION, slot_at=NOW, about=about)
    new.says = {"a": 10, "b": None}
    trial = finished(steward)
    sums = counted(new, companion)
    assert (sums.scored, sums.compliant, sums.score_sum, sums.below_incident, sums.unscored) == (3, 2, 210, 1, 1)
    assert (sums.claimed, sums.claimed_sum, sums.claimed_ours_sum) == (1, 80, 10)
    promoting.drop(trial, by=by(steward), reason="Not yet.", at=NOW + 2 * MINUTE)
    again = finished(steward, at=NOW + 3 * MINUTE)
    assert (again.done, again.results["answers"], counted(new, companion)) == (4, 4, sums)


def test_pages_of_old_decisions_show_the_score_that_they_rest_on(companion, steward, old):
    ids = told(companion, *"abcd")
    finished(steward)
    assert {row.scorer for row in scores_of(ids).values()} == {old.digest}


def test_a_candidate_opens_no_suspicion(companion, steward, new):
    told(companion, "a", "b", "c", "d")
    new.usual = 0
    finished(steward)
    assert not SuspiciousAnswer.objects.exists()


def test_a_worker_that_died_leaves_a_lease_and_whoever_comes_then_goes_on(companion, steward, new, monkeypatch):
    told(companion, *"abcd")
    monkeypatch.setattr(rescoring, "AT_ONCE", 2)
    trial = start_trial("new", "2", by=by(steward), at=NOW + MINUTE)
    assert read_slice(trial, at=NOW + MINUTE) == 2

    class Killed(BaseException):
        pass

    def dies(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(rescoring, "_store", dies)
        with pytest.raises(Killed):
            read_more(at=NOW + MINUTE)
    assert read_more(at=NOW + MINUTE + LEASE - SECOND) is False
    read_all(NOW + MINUTE + LEASE)
    trial.refresh_from_db()
    assert (trial.state, trial.done, counted(new, companion).scored) == ("finished", 4, 4)


def test_two_workers_that_read_the_same_slice_count_it_once(companion, steward, new):
    told(companion, *"abcd")
    trial = start_trial("new", "2", by=by(steward), at=NOW + MINUTE)
    slice_of = [rescoring.Scored(it, new.score(it.text, id=str(it.pk))) for it in answers_to_read(trial)]
    for _ in range(2):
        rescoring._store(trial, slice_of, at=NOW + MINUTE)
    trial.refresh_from_db()
    assert (trial.done, counted(new, companion).scored, Score.objects.filter(scorer=new.digest).count()) == (4, 4, 4)


def test_reading_costs_queries_by_the_slice_and_the_report_by_the_chunk(companion, steward, new):
    def cost(n):
        told(companion, *[f"text {n} {number}" for number in range(n)], at=NOW + n * MINUTE)
        trial = start_trial("new", "2", by=by(steward), at=NOW + 60 * MINUTE, last=n)
        with CaptureQueriesContext(connection) as queries:
            read_all(NOW + 60 * MINUTE)
        trial.refresh_from_db()
        assert trial.done == n
        promoting.drop(trial, by=by(steward), reason="Not yet.", at=NOW + 61 * MINUTE)
        Score.objects.filter(scorer=new.digest).delete()
        return len([it for it in queries if "SAVEPOINT" not in it["sql"]])

    few, many = cost(4), cost(40)
    assert many - few <= 2


def test_an_answer_that_waits_for_its_first_score_is_none_of_the_trials(companion, steward, new):
    told(companion, *"abcd")
    waiting = probed(companion, said("late"), at=NOW + 10 * SECOND)
    finished(steward)
    assert "late" not in new.read
    assert score_answers(law=law_at(NOW + 2 * MINUTE), at=NOW + 2 * MINUTE) == 1
    assert Answer.objects.get(pk=waiting).scored_by


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [("new", "3", "no scorer new 3 here. There are: old 1, new 2"), ("old", "1", "in force already")],
)
def test_what_cannot_be_tried_is_refused(companion, steward, name, number, words):
    told(companion, "a")
    with pytest.raises(Refused, match=words):
        start_trial(name, number, by=by(steward), at=NOW + MINUTE)


def test_without_answers_there_is_nothing_to_try_on(companion, steward):
    with pytest.raises(Refused, match="no answers yet"):
        start_trial("new", "2", by=by(steward), at=NOW)


def test_a_scorer_has_one_live_trial(companion, steward):
    told(companion, "a")
    start_trial("new", "2", by=by(steward), at=NOW + MINUTE)
    with pytest.raises(Refused, match="live already"):
        start_trial("new", "2", by=by(steward), at=NOW + MINUTE)


def test_only_stewards_start_a_trial(companion):
    told(companion, "a")
    for stranger in (Actor.provider("somebody"), Actor("human", "urn:uuid:1", roles=frozenset({"auditor"}))):
        with pytest.raises(Forbidden):
            start_trial("new", "2", by=stranger, at=NOW + MINUTE)


@pytest.mark.parametrize("who", ["other_steward", "chief"])
def test_a_second_person_promotes_it_and_the_law_differs_in_the_scorer_alone(companion, steward, new, request, who):
    second, version = request.getfixturevalue(who), version_at(NOW)
    told(companion, *"abcd")
    trial = finished(steward)
    at = NOW + 2 * MINUTE
    promoting.promote(trial, by=by(second), reason=REASON, at=at, version=trial.version)
    law = version_at(at)
    assert (trial.state, trial.enacted, law.version) == ("promoted", law, "5.0.1")
    assert (law.author, law.approver) == (steward, second)
    differs = {key for key in law.document if law.document[key] != version.document[key]}
    lines = {key for key, value in law.document["scoring"].items() if value != version.document["scoring"][key]}
    assert (differs, lines) == ({"version", "scoring"}, {"scorer", "scorer_version"})
    told(companion, "later", at=at)
    assert Score.objects.order_by("-scored_at").first().scorer == new.digest
    assert version_at(NOW) == version


def test_both_entries_are_sealed_with_the_report_and_the_reason_as_a_commitment(companion, steward, other_steward):
    told(companion, *"abcd")
    trial = promoting.promote(finished(steward), by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE)
    moved = last_decision("scorer_trial", trial.public_id, moves=["promote"])
    enacted = LawVersion.objects.get(version="5.0.1").enacted_by
    reports = [{it["name"]: it["sha256"] for it in entry.evidence} for entry in (moved, enacted)]
    assert reports[0]["report"] == reports[1]["trial"]
    assert b'"crossing"' in Evidence.objects.get(sha256=reports[0]["report"]).content
    assert Salt.objects.get(entry_id=moved.pk, field="reason").value == REASON
    assert REASON.encode() not in bytes(moved.seal.entry)


def test_who_started_it_does_not_promote_it(companion, steward):
    told(companion, *"abcd")
    trial = finished(steward)
    with pytest.raises(Forbidden, match="second person"):
        promoting.promote(trial, by=by(steward), reason=REASON, at=NOW + 2 * MINUTE)
    assert version_at(NOW + 3 * MINUTE).version == "5.0.0"


def test_what_nobody_started_by_name_is_a_look_and_no_more(companion, steward):
    told(companion, *"abcd")
    trial = start_trial("new", "2", by=Actor.system("console"), at=NOW + MINUTE)
    read_all()
    trial.refresh_from_db()
    with pytest.raises(Forbidden, match="Nobody's name"):
        promoting.promote(trial, by=by(steward), reason=REASON, at=NOW + 2 * MINUTE)


def test_an_unfinished_trial_is_not_promoted(companion, steward, other_steward, monkeypatch):
    told(companion, *"abcd")
    monkeypatch.setattr(rescoring, "AT_ONCE", 3)
    trial = start_trial("new", "2", by=by(steward), at=NOW + MINUTE)
    read_slice(trial, at=NOW + MINUTE)
    trial.refresh_from_db()
    with pytest.raises(Refused, match="read 3 of 4 answers"):
        promoting.promote(trial, by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE)


def test_a_trial_of_fewer_answers_than_the_law_asks_for_is_not_promoted(companion, steward, other_steward):
    told(companion, *"abcd")
    with pytest.raises(Refused, match="the last 3 answers; the law asks for 4"):
        promoting.promote(finished(steward, last=3), by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE)


def test_where_there_are_fewer_answers_all_of_them_are_enough(companion, steward, other_steward):
    told(companion, "a", "b")
    trial = promoting.promote(finished(steward), by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE)
    assert (trial.state, trial.total) == ("promoted", 2)


def test_a_companion_that_moves_beyond_its_interval_asks_for_a_signature(companion, steward, other_steward, new):
    told(companion, *"abcd")
    new.usual = 65
    trial = finished(steward)
    assert trial.results["moved"] == [companion.ref]
    with pytest.raises(Refused, match=f"beyond its interval for {companion.ref}"):
        promoting.promote(trial, by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE)
    assert trial.state == "finished"
    promoting.promote(trial, by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE, signed_off=True)
    entry = bytes(last_decision("scorer_trial", trial.public_id).seal.entry)
    assert b'"moved":1,' in entry
    assert b'"signed_off":true' in entry


def test_two_people_at_once_make_one_decision(companion, steward, other_steward, chief):
    told(companion, *"abcd")
    trial = finished(steward)
    mine, yours = (ScorerTrial.objects.get(pk=trial.pk) for _ in range(2))
    promoting.promote(mine, by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE, version=mine.version)
    with pytest.raises(AlreadyDecided, match="promote"):
        promoting.promote(yours, by=by(chief), reason=REASON, at=NOW + 2 * MINUTE, version=yours.version)
    with pytest.raises(Refused):
        promoting.drop(yours, by=by(chief), reason=REASON, at=NOW + 2 * MINUTE)
    assert LawVersion.objects.filter(version__startswith="5.").count() == 2


def test_of_two_scorers_tried_side_by_side_one_is_promoted(companion, steward, other_steward, monkeypatch):
    keep(monkeypatch, other := Scripted("other", "1"))
    told(companion, *"abcd")
    trial, rival = finished(steward), start_trial("other", "1", by=by(steward), at=NOW + MINUTE)
    read_all()
    rival.refresh_from_db()
    promoting.promote(trial, by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE)
    with pytest.raises(Refused, match="Another scorer is in force"):
        promoting.promote(rival, by=by(other_steward), reason=REASON, at=NOW + 3 * MINUTE)
    assert counted(other, companion).scored == 4
    assert version_at(NOW + 4 * MINUTE).law.scoring.scorer == "new"


def test_a_host_that_makes_another_scorer_of_that_name_neither_reads_nor_promotes(
    companion, steward, other_steward, monkeypatch, caplog
):
    told(companion, *"abcd")
    trial = start_trial("new", "2", by=by(steward), at=NOW + MINUTE)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(Scripted, "digest", property(lambda it: "0" * 63 + it.version))
        assert read_slice(trial, at=NOW + MINUTE) is None
    assert "another scorer new 2" in caplog.text
    read_all()
    trial.refresh_from_db()
    monkeypatch.setattr(Scripted, "digest", property(lambda it: trial.incumbent if it.name == "old" else "0" * 64))
    with pytest.raises(Refused, match="This host makes another scorer"):
        promoting.promote(trial, by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE)


def test_a_dropped_trial_stops_and_the_scorer_may_be_tried_again(companion, steward, other_steward):
    told(companion, *"abcd")
    trial = start_trial("new", "2", by=by(steward), at=NOW + MINUTE)
    promoting.drop(trial, by=by(other_steward), reason="Not yet.", at=NOW + MINUTE)
    assert not trials_due(NOW + DAY).exists()
    assert start_trial("new", "2", by=by(steward), at=NOW + MINUTE).state == "open"


def test_once_promoted_it_reads_the_windows_that_gates_look_at_and_then_rests(
    companion, steward, other_steward, old, new
):
    told(companion, "too old", at=NOW - 8 * DAY)
    told(companion, *"uvwxyz", at=NOW - 6 * DAY)
    told(companion, *"abcd")
    trial = finished(steward)
    assert counted(new, companion).scored == 4
    promoting.promote(trial, by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE)
    settled = NOW + 2 * MINUTE + SETTLED_AFTER
    assert not trials_due(settled - SECOND).exists()
    read_all(settled)
    trial.refresh_from_db()
    assert (counted(new, companion).scored, counted(old, companion).scored) == (10, 11)
    assert "too old" not in new.read
    assert (trial.done, trial.total, trial.filled_at) == (4, 4, settled)
    assert not trials_due(settled + DAY).exists()
    assert not SuspiciousAnswer.objects.exists()


def test_going_back_to_a_scorer_that_was_in_force_reads_only_what_it_has_not_read(
    companion, steward, other_steward, old, new
):
    told(companion, *"abcd")
    promoting.promote(finished(steward), by=by(other_steward), reason=REASON, at=NOW + 2 * MINUTE)
    told(companion, "e", "f", at=NOW + 3 * MINUTE)
    old.read.clear()
    back = start_trial("old", "1", by=by(other_steward), at=NOW + 4 * MINUTE)
    assert (back.total, back.done) == (4, 2)
    read_all(NOW + 4 * MINUTE)
    back.refresh_from_db()
    promoting.promote(back, by=by(steward), reason="The new one errs.", at=NOW + 5 * MINUTE)
    assert set(old.read) == {"e", "f"}
    assert counted(old, companion).scored == 6
    assert version_at(NOW + 6 * MINUTE).version == "5.0.2"


def ruled(answer, scorer, verdict, score, *, source="person", at=NOW):
    return Ruling.objects.create(
        answer_id=answer, scorer=scorer.digest, verdict=verdict, clause="" if verdict == "comply" else "safety",
        source=source, score=score, law_digest=law_at(at).digest, by_kind="human", by_ref="urn:uuid:1", ruled_at=at,
    )  # fmt: skip


def test_a_word_about_an_answer_stays_with_it_where_the_new_scorer_is_uncertain_too(companion, steward, old, new):
    old.uncertain = new.uncertain = {"a", "b"}
    old.says, new.says = {"a": 65, "b": 72}, {"a": 61, "b": 90, "c": 62}
    a, b, c, _ = told(companion, *"abcd")
    ruled(a, old, "comply", 85)
    ruled(a, old.__class__("older", "1"), "violate", 40, source="judges", at=NOW + SECOND)
    ruled(b, old, "violate", 40)
    ruled(c, old, "comply", 100)
    trial = finished(steward)
    assert counted(new, companion).score_sum == 85 + 40 + 62 + 100
    assert {it.answer_id: it.score for it in Ruling.objects.filter(scorer=new.digest)} == {a: 85, b: 40}
    assert Score.objects.get(answer_id=a, scorer=new.digest).score == 61
    assert trial.results["compliant"] == {"yes_yes": 2, "yes_no": 1, "no_yes": 0, "no_no": 1}
