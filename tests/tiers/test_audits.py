"""Month by month the sentinel derives our decisions again; what differs waits for a steward's answer."""

import json
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from charter.queries import version_at
from ledger import deriving
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.deriving import replay
from ledger.models import Decision, Evidence
from ledger.queries import evidence_of, last_decision
from onboarding.models.application import State as ApplicationState
from tests.conftest import BEGINNING, NOW
from tests.factories.companions import active, in_shadow, risen
from tests.factories.onboarding import an_application
from tests.replaying import evidence_unfenced
from tiers.actions import auditing, incidents
from tiers.actions import standing as standings
from tiers.models import Audit, AuditedDecision
from tiers.queries.audits import audit_called
from tiers.rules import auditing as rules
from tiers.tasks import sweep_audits

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)
SECOND = timedelta(seconds=1)
END = BEGINNING + MONTH
KEY = b"k" * 32


def by(person):
    return Actor.person(person)


def held(at=END, **more):
    """The audit that is due at ``at``, worked on to its end."""
    return auditing.work_on(auditing.begin_due(at=at), at=at, **more)


def spoil(decision):
    """One bit of what it rests on is flipped, as whoever owns the database could."""
    evidence_unfenced()
    digest = decision.evidence[0]["sha256"]
    body = bytearray(Evidence.objects.get(pk=digest).body)
    body[len(body) // 2] ^= 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_evidence SET body = %s WHERE sha256 = %s", [bytes(body), digest])


@pytest.fixture
def given_back():
    application = an_application(ApplicationState.RETURNED, at=BEGINNING)
    return last_decision("application", application.public_id, moves=["give_back"])


@pytest.fixture
def differs(given_back):
    spoil(given_back)
    return held()


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (END - SECOND, None),
        (END, END),
        (END + SECOND, END),
        (END + MONTH - SECOND, END),
        (END + MONTH, END + MONTH),
        (BEGINNING + 7 * MONTH + SECOND, BEGINNING + 7 * MONTH),
    ],
)
def test_an_audit_is_due_on_a_grid_since_the_log_was_opened(at, until):
    """Months in which nothing ran are audited together."""
    assert rules.due(BEGINNING, MONTH, at) == until


def test_the_first_begins_when_its_time_has_come_and_not_before():
    assert auditing.begin_due(at=END - SECOND) is None
    audit = auditing.begin_due(at=END)
    assert (audit.public_id, audit.state, audit.since_at, audit.until_at) == ("AUD-00001", "running", BEGINNING, END)
    assert (audit.first_index, audit.end_index) == (0, audit.decisions)


def test_one_runs_at_a_time():
    first = auditing.begin_due(at=END)
    assert auditing.begin_due(at=END + 2 * MONTH) is None
    auditing.work_on(first, at=END)
    assert auditing.begin_due(at=END + MONTH - SECOND) is None
    second = auditing.begin_due(at=END + 3 * MONTH + SECOND)
    assert (second.number, second.since_at, second.until_at) == (2, END, END + 3 * MONTH)
    assert second.first_index == first.end_index


def test_the_database_holds_that_one_runs_at_a_time():
    running = auditing.begin_due(at=END)
    with pytest.raises(IntegrityError), transaction.atomic():
        Audit.objects.create(
            number=9, law=running.law, since_at=NOW, until_at=NOW, began_at=NOW, changed_at=NOW, state="running"
        )


def test_whoever_comes_second_begins_nothing(monkeypatch):
    """Two schedulers saw that none runs; the constraint lets one of them through."""
    auditing.begin_due(at=END)
    monkeypatch.setattr(auditing, "last_audit", lambda: None)
    assert auditing.begin_due(at=END) is None
    assert Audit.objects.count() == 1


def test_no_decision_falls_between_two_audits():
    """One that was sealed late, with a time long gone, is in the next: the log's own order counts."""
    held()
    an_application(ApplicationState.RETURNED, at=BEGINNING)
    second = held(END + MONTH)
    about = set(second.rows.values_list("decision__subject_kind", flat=True))
    assert "application" in about
    assert second.decisions == second.end_index - second.first_index


def test_a_whole_log_is_found_clean(given_back):
    audit = held()
    assert audit.state == "clean"
    assert audit.replayed == audit.decisions == audit.same + audit.words_of_people
    assert (audit.differing, audit.without_basis, audit.ended_at) == (0, 0, END)
    sealed = last_decision("audit", audit.public_id)
    assert (sealed.type, sealed.actor_ref) == ("audit.clean", "atlas")
    facts = json.loads(bytes(sealed.seal.entry))["decision"]
    assert (facts["same"], facts["differing"], facts["named"]) == (audit.same, 0, [])


def test_a_flipped_bit_is_found_named_and_waits_for_a_steward(given_back, differs):
    assert (differs.state, differs.differing) == ("differs", 1)
    [row] = differs.rows.filter(outcome="differs")
    assert row.decision_id == given_back.pk
    assert given_back.evidence[0]["sha256"] in row.finding
    sealed = last_decision("audit", differs.public_id)
    assert sealed.type == "audit.differs"
    assert json.loads(bytes(sealed.seal.entry))["decision"]["named"] == [given_back.public_id]
    kept = {it["name"]: evidence_of(it["sha256"]) for it in sealed.evidence}
    assert kept["findings"] == [{"decision": given_back.public_id, "finding": row.finding}]


def test_a_steward_answers_with_a_reason_and_alone(differs, steward):
    with pytest.raises(Refused, match="what came of it"):
        auditing.answer(differs, by=by(steward), at=END, reason="  ")
    auditing.answer(differs, by=by(steward), at=END, reason="A disk failed; the row was restored from the backup.")
    assert differs.state == "answered"
    sealed = last_decision("audit", differs.public_id)
    assert (sealed.type, sealed.actor_kind) == ("audit.answered", "human")


@pytest.mark.parametrize("actor", [Actor.system("atlas"), Actor.provider("your-org"), Actor("human", "urn:uuid:1")])
def test_nobody_else_answers(differs, actor):
    with pytest.raises(Forbidden):
        auditing.answer(differs, by=actor, at=END, reason="Nothing to see.")


def test_a_clean_audit_asks_for_no_answer(steward):
    with pytest.raises(Refused):
        auditing.answer(held(), by=by(steward), at=END, reason="Thank you.")


def test_all_about_critical_companions_is_looked_at_and_of_the_rest_a_sample(steward, monkeypatch):
    critical = risen("GRAVE_001", at=NOW, tier="critical")
    was = risen("WAS_001", at=NOW, tier="critical")
    standings.demote(was, by=by(steward), at=NOW, reason="It asked for less.")
    active("PLAIN_001", at=NOW)
    incident = incidents.open_incident(
        critical.companion, kind="report", severity="low", summary="A slip.", by=by(steward), at=NOW
    )
    _lots(monkeypatch, 0)
    audit = held(NOW + MONTH)
    looked_at = set(audit.rows.values_list("decision__subject_ref", flat=True))
    assert looked_at == {"GRAVE_001", "WAS_001", incident.public_id}
    assert set(audit.rows.values_list("drawn", flat=True)) == {"critical"}
    about = Decision.objects.filter(subject_ref__in=looked_at, seal__idx__lt=audit.end_index)
    assert audit.rows.count() == about.count()


def _lots(monkeypatch, count):
    """As many lots as a story needs, whatever the law says."""
    drawn = rules.drawn
    monkeypatch.setattr(rules, "drawn", lambda ids, **more: drawn(ids, **{**more, "count": count}))


def test_as_many_are_drawn_as_the_law_says(monkeypatch):
    for number in range(3):
        an_application(ApplicationState.RETURNED, at=NOW, modelName=f"Model {number}")
    _lots(monkeypatch, 5)
    audit = held(NOW + MONTH)
    assert (audit.replayed, audit.rows.filter(drawn="drawn").count()) == (5, 5)
    assert audit.decisions > 5


def test_lots_are_the_same_again_and_others_for_another_audit_or_key():
    ids = [f"{number:032x}" for number in range(1000)]
    first = rules.drawn(ids, key=KEY, audit="AUD-00001", count=20)
    assert first == rules.drawn(reversed(ids), key=KEY, audit="AUD-00001", count=20)
    assert len(set(first)) == 20
    assert first != rules.drawn(ids, key=KEY, audit="AUD-00002", count=20)
    assert first != rules.drawn(ids, key=b"other" * 8, audit="AUD-00001", count=20)


def test_every_decision_is_as_likely_to_be_drawn_as_any_other():
    ids = [f"{number:032x}" for number in range(200)]
    counts = dict.fromkeys(ids, 0)
    for number in range(500):
        for lot in rules.drawn(ids, key=KEY, audit=f"AUD-{number:05d}", count=20):
            counts[lot] += 1
    assert min(counts.values()) >= 20  # 50 each on average; 20 or 90 is more than four deviations away
    assert max(counts.values()) <= 90


def test_more_lots_than_decisions_draw_all():
    assert rules.drawn(["b", "a"], key=KEY, audit="AUD-00001", count=200) in (["a", "b"], ["b", "a"])


def test_a_slice_that_ends_early_is_gone_on_with_and_nothing_is_derived_twice(monkeypatch):
    for number in range(5):
        an_application(ApplicationState.RETURNED, at=BEGINNING, modelName=f"Model {number}")
    monkeypatch.setattr(auditing, "AT_ONCE", 4)
    seen = []
    monkeypatch.setattr(auditing, "replays", lambda rows: seen.extend(rows) or deriving.replays(rows))
    audit = auditing.begin_due(at=END)
    auditing.work_on(audit, at=END, seconds=0.0)
    assert (audit.state, len(seen)) == ("running", 4)
    for _ in range(20):
        auditing.work_on(Audit.objects.get(), at=END, seconds=0.0)
    assert Audit.objects.get().state == "clean"
    assert len(seen) == len({row.pk for row in seen}) == audit.rows.count()


def test_a_worker_that_was_killed_before_the_end_leaves_only_the_end_to_be_made(monkeypatch):
    audit = auditing.begin_due(at=END)
    with monkeypatch.context() as patched:
        patched.setattr(auditing, "_end", lambda *_args, **_more: None)
        auditing.work_on(audit, at=END)
    assert not audit.rows.filter(outcome="").exists()
    assert auditing.work_on(Audit.objects.get(), at=END + SECOND).state == "clean"


def test_two_workers_come_to_one_end():
    audit, other = auditing.begin_due(at=END), Audit.objects.get()
    auditing.work_on(audit, at=END)
    assert auditing.work_on(other, at=END).state == "clean"
    assert Decision.objects.filter(subject_kind="audit", type="audit.clean").count() == 1


def test_the_sweep_begins_and_works_and_then_rests(time_machine):
    time_machine.move_to(END + SECOND)
    for _ in range(3):
        sweep_audits()
    assert Audit.objects.get().state == "clean"


def test_an_audit_s_own_decisions_come_out_the_same(differs):
    for sealed in Decision.objects.filter(subject_kind="audit").select_related("seal"):
        assert replay(sealed).outcome == "same", replay(sealed).findings


@pytest.mark.parametrize("change", [{"outcomes": [["dec_1", "same"]]}, {"decisions": 7}])
def test_an_audit_that_tells_otherwise_than_it_found_differs(change):
    law = version_at(NOW).law
    outcomes = [("dec_1", "differs"), ("dec_2", "same")]
    basis = rules.end_basis(outcomes, decisions=2)
    told = rules.replay(basis, law=law, at=NOW)
    assert (told.move, told.facts["named"]) == ("find_differences", ["dec_1"])
    assert rules.replay({**basis, **change}, law=law, at=NOW) != told


def test_an_entry_names_no_more_than_it_can_hold(given_back):
    outcomes = [(f"dec_{number:032x}", "differs") for number in range(5000)]
    facts = rules.counted(outcomes, decisions=5000)
    assert (facts["differing"], len(facts["named"])) == (5000, rules.NAMED)


def test_laying_out_and_working_ask_a_constant_number_of_queries(django_assert_max_num_queries):
    for number in range(6):
        in_shadow(f"MODEL_{number:03d}", at=BEGINNING)
    with django_assert_max_num_queries(40):
        audit = auditing.begin_due(at=END)
    rows = audit.rows.count()
    assert rows > 12
    with django_assert_max_num_queries(rows + 30):
        auditing.work_on(audit, at=END)


@pytest.mark.parametrize("name", ["AUD-1", "AUD-", "INC-00001", "AUD-99999", "AUD-٣", "AUD-" + "9" * 30, "aud-00001"])
def test_what_is_no_audit_is_not_found(client, name):
    held()
    if name != "AUD-1":
        with pytest.raises(Audit.DoesNotExist):
            audit_called(name)
    assert client.get(f"/audits/{name}").status_code == 404


def test_everybody_reads_counts_and_ids(client, given_back, differs):
    page = client.get("/audits").content.decode()
    assert "/audits/AUD-00001" in page
    page = client.get("/audits/AUD-00001").content.decode()
    assert f"/decisions/{given_back.public_id}" in page
    assert differs.rows.get(outcome="differs").finding not in page
    assert 'href="/audits"' in client.get("/decisions").content.decode()


def test_before_the_first_the_page_says_what_will_come(client):
    assert "No audit was made yet" in client.get("/audits").content.decode()


def test_audits_come_in_pages(client, monkeypatch):
    monkeypatch.setattr("tiers.pages.audits.PAGE", 1)
    held()
    held(END + MONTH)
    newest = client.get("/audits").content.decode()
    assert "AUD-00002" in newest
    assert "AUD-00001" not in newest
    assert "AUD-00001" in client.get("/audits?before=2").content.decode()
    assert client.get("/audits?before=-1").status_code == 404


def test_a_steward_reads_what_differs_and_answers_on_its_page(client, steward, given_back, differs):
    client.force_login(steward)
    session = client.session  # a decision asks for a fresh sign-in
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(steward.pk)
    session.save()
    address = reverse("admin:tiers_audit_change", args=[differs.pk])
    page = client.get(address).content.decode()
    assert "is not what was kept" in page
    assert reverse("admin:ledger_decision_change", args=[given_back.pk]) in page
    act = reverse("admin:tiers_audit_decide", args=[differs.pk, "answer"])
    assert act in page
    shown = client.get(act).content.decode()
    assert "leaves the queue" in shown
    answered = client.post(act, {"reason": "A disk failed.", "version": differs.version}, follow=True)
    assert Audit.objects.get().state == "answered", answered.content.decode()[:2000]
    assert "A disk failed." in client.get("/audits/AUD-00001").content.decode()


def test_a_running_audit_shows_how_far_it_is(client, steward):
    audit = auditing.begin_due(at=END)
    client.force_login(steward)
    for address in (f"/audits/{audit.public_id}", reverse("admin:tiers_audit_change", args=[audit.pk])):
        assert f"0 of {audit.rows.count()} decisions" in client.get(address).content.decode()


def test_rows_are_one_to_a_decision():
    audit = auditing.begin_due(at=END)
    row = audit.rows.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditedDecision.objects.create(audit=audit, decision=row.decision, drawn="drawn")
