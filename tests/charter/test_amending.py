"""An amendment from draft to effect: tried, proposed, approved by a second person, and binding from its time on."""

from datetime import timedelta

import pytest

from charter.actions import enact, promote_scorer
from charter.amending import actions
from charter.amending.queries import amendment_called, objections_to
from charter.law import parse
from charter.models import Amendment, LawVersion
from charter.queries import law_at, version_at
from charter.typed import LawMalformed
from ledger.actors import Actor, Forbidden
from ledger.decisions import AlreadyDecided, Refused
from ledger.models import Decision
from ledger.queries import evidence_of, history
from registry.models import Person
from tests.charter.amending import HIGHER, REASON, WHY, a_draft, a_report, proposed, tried
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
NOTICE = DAY


def by(person):
    return Actor.person(person)


def approved(amendment, person, *, at=NOW, **more):
    actions.approve(amendment, by=by(person), at=at, reason=REASON, **more)
    return Amendment.objects.get(pk=amendment.pk)


def test_a_draft_has_a_number_a_base_and_the_whole_law_and_its_birth_is_sealed(steward):
    amendment = a_draft(steward)
    assert (amendment.subject_ref, amendment.state, amendment.base) == ("AMD-00001", "draft", version_at(NOW))
    assert amendment.law.version == "1.0.1"
    assert a_draft(steward).number == 2
    (told,) = history([("amendment", "AMD-00001")])
    assert (told.type, told.move, told.actor) == ("amendment.drafted", "draft", ("human", f"urn:uuid:{steward.pk}"))
    assert told.facts == {"base": "1.0.0", "version": "1.0.1", "digest": amendment.law.digest}
    assert amendment_called("amd-00001") == amendment


@pytest.mark.parametrize("ref", ["", "AMD", "AMD-", "AMD-00009", "AMD-1x", "INC-00001", "AMD-²", f"AMD-{'9' * 40}"])
def test_nothing_else_is_called_so(steward, ref):
    a_draft(steward)
    with pytest.raises(Amendment.DoesNotExist):
        amendment_called(ref)


@pytest.mark.parametrize("roles", [[], ["viewer"], ["auditor"], ["citizen"]])
def test_only_stewards_draft(db, roles):
    person = Person.objects.create_user("max@example.org", "correct horse battery", roles=roles)
    with pytest.raises(Forbidden):
        a_draft(person)
    with pytest.raises(Forbidden):
        actions.draft(HIGHER, title="x", by=Actor.system("console"), at=NOW)
    assert not Amendment.objects.exists()


def test_from_draft_to_effect_the_law_changes_at_its_time_and_not_before(steward, other_steward):
    amendment = approved(proposed(steward), other_steward)
    version = amendment.enacted
    binds_at = NOW + NOTICE
    assert (amendment.state, amendment.effective_from, amendment.closed_at) == ("enacted", binds_at, NOW)
    assert (version.effective_from, version.author, version.approver) == (binds_at, steward, other_steward)
    for at in (NOW, binds_at - SECOND):
        assert law_at(at).version == "1.0.0"
    assert law_at(binds_at).version == "1.0.1"
    assert str(law_at(binds_at).rising["critical"].compliance) == "0.985"


def test_the_decisions_tell_when_it_was_taken_when_it_binds_and_on_what_it_rests(steward, other_steward):
    amendment = approved(proposed(steward), other_steward)
    approval = Decision.objects.get(type="amendment.enacted")
    change = Decision.objects.get(type="policy.changed", subject_ref="1.0.1")
    assert (approval.at, approval.law_version) == (NOW, "1.0.0")
    assert (change.at, change.law_digest) == (NOW + NOTICE, amendment.law.digest)
    assert amendment.enacted.enacted_by == change
    for decision in (approval, change, Decision.objects.get(type="amendment.proposed")):
        named = {it["name"]: evidence_of(it["sha256"]) for it in decision.evidence}
        assert named["simulation"] == a_report(amendment)
        assert named["amendment"]["rationale"] == WHY
        assert [it["path"] for it in named["amendment"]["changes"]] == ["rising.critical.compliance"]
    told = history([("amendment", amendment.subject_ref)])
    assert [it.move for it in told] == ["approve", "propose", "draft"]
    assert told[0].facts["effective_from"].startswith("2026-11-21T09:00:00")


@pytest.mark.parametrize(("early", "allowed"), [(SECOND, False), (timedelta(0), True), (-SECOND, True)])
def test_it_binds_after_the_laws_notice_and_not_a_second_before(steward, other_steward, early, allowed):
    amendment = proposed(steward)
    when = NOW + NOTICE - early
    if allowed:
        assert approved(amendment, other_steward, effective_from=when).enacted.effective_from == when
        return
    with pytest.raises(Refused, match="a notice of 1 day"):
        approved(amendment, other_steward, effective_from=when)
    assert LawVersion.objects.count() == 1


def test_it_may_not_be_put_off_without_end(steward, other_steward):
    amendment = proposed(steward)
    with pytest.raises(Refused, match="put off"):
        approved(amendment, other_steward, effective_from=NOW + actions.MOST_AHEAD + SECOND)
    assert approved(amendment, other_steward, effective_from=NOW + actions.MOST_AHEAD).state == "enacted"


@pytest.mark.parametrize("act", [actions.approve, actions.reject])
def test_the_author_is_no_second_person(steward, act):
    amendment = proposed(steward)
    with pytest.raises(Forbidden):
        act(amendment, by=by(steward), at=NOW, reason=REASON)


@pytest.mark.parametrize("act", [actions.propose, actions.withdraw])
def test_another_steward_does_not_speak_for_its_author(steward, other_steward, act):
    amendment = tried(a_draft(steward))
    with pytest.raises(Forbidden):
        act(amendment, by=by(other_steward), at=NOW, reason=REASON)


def refused(amendment, person, *, at=NOW):
    with pytest.raises(Refused) as refusal:
        actions.propose(amendment, by=by(person), at=at, reason=REASON)
    return list(refusal.value.reasons)


def test_what_was_not_tried_is_not_proposed(steward):
    assert refused(a_draft(steward), steward) == ["It was not tried yet. Simulate it on history first."]


@pytest.mark.parametrize(
    ("report", "says"),
    [
        ({"days": 29}, "too short a time: the law asks for 1 month"),
        ({"days": 300, "chosen": ["YOURMODEL_001"]}, "too short a time"),
        ({"against": "0" * 64}, "against another law"),
    ],
)
def test_a_simulation_of_too_little_does_not_count(steward, report, says):
    (sentence,) = refused(tried(a_draft(steward), **report), steward)
    assert says in sentence


def test_a_simulation_of_all_the_history_there_is_counts(steward):
    amendment = tried(a_draft(steward), days=2, all_history=True)
    assert actions.propose(amendment, by=by(steward), at=NOW, reason=REASON).state == "proposed"


def test_a_changed_draft_must_be_tried_again(steward):
    amendment = tried(a_draft(steward))
    other = {"rising": {"critical": {"compliance": "0.99"}}}
    actions.redraft(amendment, other, title="More", rationale=WHY, by=by(steward), at=NOW)
    assert refused(amendment, steward) == ["It was not tried yet. Simulate it on history first."]
    amendment.refresh_from_db()
    assert (amendment.simulated_digest, amendment.simulation, amendment.version) == ("", None, 1)


def test_a_report_of_the_document_of_before_is_not_kept(steward):
    amendment = a_draft(steward)
    report = a_report(amendment)
    other = {"rising": {"critical": {"compliance": "0.99"}}}
    actions.redraft(amendment, other, title="More", rationale=WHY, by=by(steward), at=NOW)
    assert not actions.keep_simulation(amendment, report, at=NOW)
    amendment.refresh_from_db()
    assert amendment.simulation is None


def test_only_the_title_changed_keeps_the_report(steward):
    amendment = tried(a_draft(steward))
    actions.redraft(amendment, HIGHER, title="Another title", rationale=WHY, by=by(steward), at=NOW)
    assert actions.propose(amendment, by=by(steward), at=NOW, reason=REASON).state == "proposed"


def test_without_a_rationale_it_is_not_proposed(steward):
    (sentence,) = refused(tried(a_draft(steward, rationale="")), steward)
    assert "rationale" in sentence


def test_what_only_a_vote_may_change_is_refused_line_by_line(steward):
    changes = {"scoring": {"incident_below": 61, "veto_cap": 41}, "rising": {"critical": {"compliance": "0.985"}}}
    reasons = refused(tried(a_draft(steward, changes)), steward)
    assert reasons == [
        "scoring.incident_below is constitutional: it needs a vote, and votes do not exist yet in this release.",
        "scoring.veto_cap is constitutional: it needs a vote, and votes do not exist yet in this release.",
    ]


def test_the_law_in_force_says_what_is_constitutional_not_the_draft(steward):
    names = [it for it in law_at(NOW).amendments.constitutional if it != "scoring.veto_cap"]
    changes = {"scoring": {"veto_cap": 41}, "amendments": {"constitutional": names}}
    reasons = refused(tried(a_draft(steward, changes)), steward)
    assert [it.split()[0] for it in reasons] == ["scoring.veto_cap", "amendments.constitutional"]


def test_a_scorer_is_not_amended(steward):
    (reason,) = refused(tried(a_draft(steward, {"scoring": {"scorer": "rules"}})), steward)
    assert "promoted by a trial" in reason


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"gi": {"trust": "0.06"}}, "gi"),
        ({"falling": {"sentinel_after": "73h"}}, "falling.sentinel_after"),
        ({"shadow": {"confidence": "1"}}, "law"),
        ({"offences": {"rate_confidence": "2"}}, "offences.rate_confidence"),
        ({"rising": {"high": {"compliance": "1"}}}, "rising.high.compliance"),
        ({"falling": {"monitoring": "36501d"}}, "falling.monitoring"),
    ],
)
def test_errors_of_the_lint_block_and_notes_do_not(steward, changes, where):
    reasons = refused(tried(a_draft(steward, changes)), steward)
    assert {it.split(":")[0] for it in reasons} == {where}


def test_two_amendments_are_not_both_enacted_on_one_base(steward, other_steward):
    first, second = proposed(steward), proposed(steward, {"shadow": {"window": "8d"}})
    approved(first, other_steward)
    with pytest.raises(Refused) as refusal:
        approved(second, other_steward)
    assert "law 1.0.1 is enacted already, to take effect later" in str(refusal.value) or "1.0.1" in str(refusal.value)
    assert LawVersion.objects.count() == 2
    actions.reject(second, by=by(other_steward), at=NOW, reason="Draft it over the other.")
    assert Amendment.objects.get(pk=second.pk).state == "rejected"


@pytest.mark.parametrize("binds", [False, True], ids=["does not bind yet", "binds"])
def test_what_was_drafted_over_an_older_law_is_not_proposed(steward, other_steward, binds):
    amendment = tried(a_draft(steward, {"shadow": {"window": "8d"}}))
    approved(proposed(steward), other_steward)
    (sentence,) = refused(amendment, steward, at=NOW + NOTICE if binds else NOW)
    when = "was enacted meanwhile" if binds else "is enacted already, to take effect later"
    assert sentence == f"It was drafted over law 1.0.0, and law 1.0.1 {when}. Draft it over that one."


def test_a_draft_is_carried_over_to_the_law_that_came_between(steward, other_steward):
    second = a_draft(steward, {"shadow": {"window": "8d"}})
    approved(proposed(steward), other_steward)
    actions.redraft(second, {"shadow": {"window": "8d"}}, title="8 days", rationale=WHY, by=by(steward), at=NOW)
    assert (second.base.version, second.document["version"]) == ("1.0.1", "1.0.2")
    assert second.document["rising"]["critical"]["compliance"] == "0.985"
    actions.propose(tried(second), by=by(steward), at=NOW, reason=REASON)
    with pytest.raises(Refused, match=r"law 1\.0\.1, which binds only from"):
        approved(second, other_steward, effective_from=NOW + NOTICE)
    assert approved(second, other_steward, effective_from=NOW + NOTICE + SECOND).enacted.version == "1.0.2"
    assert [law_at(NOW + it).version for it in (HOUR, NOTICE, NOTICE + SECOND)] == ["1.0.0", "1.0.1", "1.0.2"]


def test_no_scorer_is_promoted_past_a_law_that_is_still_to_bind(steward, other_steward):
    approved(proposed(steward), other_steward)
    promotion = {"by": by(steward), "at": NOW + HOUR, "reason": "It finds more.", "evidence": {}}
    with pytest.raises(Refused, match=r"1\.0\.1 is enacted already and takes effect at 2026-11-21"):
        promote_scorer("rules", "1", replaces=version_at(NOW + HOUR), **promotion)
    assert law_at(NOW + NOTICE).scoring.scorer == "charter"
    later = {**promotion, "at": NOW + NOTICE}
    assert promote_scorer("rules", "1", replaces=version_at(NOW + NOTICE), **later).version == "1.0.2"


def test_an_amendment_over_a_law_that_a_scorer_was_promoted_past_is_refused(steward, other_steward):
    amendment = proposed(steward)
    promotion = {"by": by(steward), "at": NOW, "reason": "It finds more.", "evidence": {}}
    promote_scorer("rules", "1", replaces=version_at(NOW), **promotion)
    with pytest.raises(Refused, match="was enacted meanwhile"):
        approved(amendment, other_steward, at=NOW + SECOND)


def test_it_is_taken_back_changed_and_proposed_again(steward):
    amendment = proposed(steward)
    actions.take_back(amendment, by=by(steward), at=NOW, reason="A word is wrong.")
    assert (amendment.state, amendment.proposed_at) == ("draft", None)
    assert actions.propose(amendment, by=by(steward), at=NOW + HOUR, reason=REASON).proposed_at == NOW + HOUR


def test_a_proposal_cannot_be_changed_under_the_eyes_of_the_second_person(steward):
    amendment = proposed(steward)
    with pytest.raises(Refused):
        actions.redraft(amendment, HIGHER, title="x", rationale=WHY, by=by(steward), at=NOW)


@pytest.mark.parametrize("stage", [a_draft, proposed])
def test_its_author_lets_it_go_at_either_stage(steward, stage):
    amendment = stage(steward)
    actions.withdraw(amendment, by=by(steward), at=NOW, reason="It is not needed.")
    assert (amendment.state, amendment.closed_at) == ("withdrawn", NOW)
    with pytest.raises(Refused):
        actions.propose(amendment, by=by(steward), at=NOW, reason=REASON)


def test_who_decides_on_an_old_page_is_told(steward, other_steward):
    amendment = proposed(steward)
    actions.take_back(amendment, by=by(steward), at=NOW, reason="Wait.")
    actions.propose(amendment, by=by(steward), at=NOW, reason=REASON)
    with pytest.raises(AlreadyDecided):
        approved(amendment, other_steward, version=1)


def test_a_draft_that_is_no_law_leaves_nothing_behind(steward):
    before = Decision.objects.count()
    with pytest.raises(LawMalformed):
        a_draft(steward, {"shadow": {"window": "soon"}})
    assert (Amendment.objects.count(), Decision.objects.count()) == (0, before)


def test_a_number_that_was_taken_meanwhile_is_refused_in_words(steward, other_steward):
    amendment = proposed(steward)
    other = {**version_at(NOW).document, "version": amendment.document["version"], "title": "Another"}
    enact(other, by=Actor.system("bootstrap"), at=NOW - DAY * 60, reason="An older law under that number.")
    with pytest.raises(Refused, match=r"1\.0\.1"):
        approved(amendment, other_steward)
    assert Amendment.objects.get(pk=amendment.pk).state == "proposed"


def test_what_stands_against_it_is_asked_without_raising(steward):
    amendment = tried(a_draft(steward))
    assert objections_to(amendment, law=law_at(NOW), at=NOW) == []
    Amendment.objects.filter(pk=amendment.pk).update(document={**amendment.document, "odd": 1})
    amendment.refresh_from_db()
    (sentence,) = objections_to(amendment, law=law_at(NOW), at=NOW)
    assert "law.odd" in sentence


def test_the_document_is_whole_and_digested_as_any_law(steward, other_steward):
    amendment = approved(proposed(steward), other_steward)
    assert amendment.enacted.digest == parse(amendment.enacted.document).digest == amendment.law.digest
