"""Amendments on the desk: written, checked, tried, proposed, approved by another, and binding from their time on."""

import json
import time
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from charter.amending import actions
from charter.models import Amendment, LawVersion
from charter.queries import law_at
from kaizen.finding import address_of
from ledger.actors import Actor
from registry.models import Person
from tests.charter.amending import REASON, WHY, a_draft
from tests.factories.companions import in_shadow
from tests.tiers.rising import NOW
from tests.tiers.simulating import DAY, HOUR, summed
from tiers.actions.assessing import judge_exit
from tiers.actions.simulating import go_on
from tiers.models import SimulationRun, Standing

pytestmark = pytest.mark.django_db
TOML = '[shadow]\nwindow = "10d"\n'
LONGER = {"shadow": {"window": "10d"}}


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def desk(clock):
    def open_desk(person, *, age=0):
        client = Client()
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time() - age}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        return client

    return open_desk


@pytest.fixture
def companion():
    standing = in_shadow(at=NOW - 20 * DAY)
    summed(standing.companion, until=NOW, days=20)
    return standing


def address(name, amendment=None, *more):
    args = [amendment.pk, *more] if amendment else []
    return reverse(f"admin:charter_amendment_{name}", args=args)


def page_of(client, amendment):
    return client.get(address("change", amendment)).content.decode()


def decide(client, amendment, slug, **given):
    amendment.refresh_from_db()
    given = {"reason": REASON, "version": amendment.version, **given}
    return client.post(address("decide", amendment, slug), given)


def tried(amendment, person):
    amendment = Amendment.objects.select_related("base").get(pk=amendment.pk)
    run = SimulationRun.objects.filter(amendment=amendment, ended_at=None).first()
    assert run is not None
    go_on(run, clock=lambda: NOW, seconds=60, wanted=lambda: True)
    return Amendment.objects.get(pk=amendment.pk)


def test_the_whole_way_on_the_desk(companion, desk, clock, steward, other_steward):
    author, second = desk(steward), desk(other_steward)
    assert address("draft") in author.get(reverse("admin:charter_amendment_changelist")).content.decode()
    given = {"title": "Longer windows", "rationale": WHY, "changes": TOML, "version": 0}
    amendment = None
    done = author.post(address("draft"), given)
    amendment = Amendment.objects.get()
    assert done["Location"] == address("change", amendment)
    page = page_of(author, amendment)
    for words in ("The way out opens after 7 days", "The way out opens after 10 days", "It was not tried yet", WHY):
        assert words in page
    assert decide(author, amendment, "propose").status_code == 409
    assert author.post(address("try", amendment), {"days": 30, "every": 24}).status_code == 302
    waiting = author.get(address("change", amendment))
    assert (waiting["Refresh"], "It is being tried: 0 of" in waiting.content.decode()) == ("5", True)
    amendment = tried(amendment, steward)
    settled = author.get(address("change", amendment))
    assert "Refresh" not in settled
    for words in ("1 companion would stand otherwise: 1 held.", "YOURMODEL_001", "held, not standard"):
        assert words in settled.content.decode()
    assert decide(author, amendment, "propose").status_code == 302
    assert "You drafted it: another steward approves or rejects it." in page_of(author, amendment)
    assert decide(author, amendment, "approve").status_code in {403, 409}
    form = second.get(address("decide", amendment, "approve")).content.decode()
    assert "It binds from the time that you name on." in form
    assert decide(second, amendment, "approve").status_code == 302
    amendment.refresh_from_db()
    assert (amendment.state, amendment.effective_from) == ("enacted", NOW + DAY)
    assert "takes effect" in page_of(second, amendment)
    assert law_at(NOW).version == "1.0.0"
    assert law_at(NOW + DAY).shadow.window == 10 * DAY


def test_a_companion_in_shadow_mode_leaves_by_the_law_that_its_window_began_under(desk, clock, steward, other_steward):
    old = in_shadow("OLD_001", at=NOW - HOUR)
    amendment = a_draft(steward, LONGER, at=NOW)
    desk(steward).post(address("try", amendment), {"days": 1, "every": 24})
    amendment = tried(amendment, steward)
    actions.propose(amendment, by=Actor.person(steward), at=NOW, reason=REASON)
    actions.approve(amendment, by=Actor.person(other_steward), at=NOW, reason=REASON)
    binds = NOW + DAY
    new = in_shadow("NEW_001", at=binds)
    assert (old.law.version, new.law.version) == ("1.0.0", "1.0.1")
    for standing in (old, new):
        summed(standing.companion, until=binds + 11 * DAY, days=12)
    at = binds + 8 * DAY
    rows = {it.companion.ref: it for it in Standing.objects.filter(pk__in=[old.pk, new.pk])}
    assert [judge_exit(rows[ref], at=at) for ref in ("OLD_001", "NEW_001")] == ["standard", None]
    assert judge_exit(Standing.objects.get(pk=new.pk), at=binds + 10 * DAY) == "standard"


def test_a_form_that_is_no_law_names_the_field_and_keeps_what_was_written(desk, steward):
    client = desk(steward)
    text = '[shadow]\nwindow = "ten days"  # my words\n'
    answer = client.post(address("draft"), {"title": "Longer", "rationale": WHY, "changes": text, "version": 0})
    page = answer.content.decode()
    assert answer.status_code == 400
    for words in ("law.shadow.window asks for a span", "# my words", WHY, "The draft is no law yet"):
        assert words in page
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("text", ["", "[", "\x00", '[shadow]\nwindow = "7d"\n', "a = " + "[" * 9000, "x" * 70_000])
def test_nothing_that_is_written_there_breaks_the_page(desk, steward, text):
    answer = desk(steward).post(address("draft"), {"title": "T", "rationale": "", "changes": text, "version": 0})
    assert answer.status_code == 400


def test_it_can_be_checked_before_it_is_saved(desk, steward):
    text = '[gi]\ntrust = "0.06"\n[scoring]\nveto_cap = 41\n'
    given = {"title": "T", "rationale": "", "changes": text, "version": 0, "check": "Check it"}
    page = desk(steward).post(address("draft"), given).content.decode()
    for words in (
        "The trust of people weighs 6%",
        "scoring.veto_cap is constitutional: it needs a vote, and votes do not exist yet in this release.",
        "The weights sum to 1.01, not to 1.",
        "It would be law 1.0.1.",
    ):
        assert words in page
    assert not Amendment.objects.exists()


def test_the_whole_law_stands_beside_the_form(desk, steward):
    page = desk(steward).get(address("draft")).content.decode()
    for words in ("rising.critical.compliance", "amendments.notice", "The way out opens after 7 days"):
        assert words in page


def test_its_author_changes_a_draft_and_nobody_else(desk, steward, other_steward):
    amendment = a_draft(steward, LONGER, at=NOW)
    client = desk(steward)
    form = client.get(address("edit", amendment)).content.decode()
    assert "shadow.window = &quot;10d&quot;" in form
    given = {"title": "Nine", "rationale": WHY, "changes": '[shadow]\nwindow = "9d"\n', "version": amendment.version}
    assert desk(other_steward).post(address("edit", amendment), given).status_code == 403
    assert client.post(address("edit", amendment), given).status_code == 302
    amendment.refresh_from_db()
    assert (amendment.title, amendment.document["shadow"]["window"], amendment.version) == ("Nine", "9d", 1)
    assert client.post(address("edit", amendment), given).status_code == 409


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_does_not_decide_reads_and_writes_nothing(companion, desk, steward, role):
    amendment = a_draft(steward, LONGER, at=NOW)
    person = Person.objects.create_user(f"{role}@example.org", "correct horse battery", is_staff=True, roles=[role])
    client = desk(person)
    assert "Longer" not in page_of(client, amendment)
    assert client.get(address("change", amendment)).status_code == 200
    for name in ("edit", "try", "stop"):
        assert client.get(address(name, amendment)).status_code == 403
        assert client.post(address(name, amendment), {"days": 1, "every": 24}).status_code == 403
    assert client.get(address("draft")).status_code == 403
    assert not SimulationRun.objects.exists()
    assert "Try it on history" not in page_of(client, amendment)


def test_writing_asks_for_a_fresh_sign_in(desk, steward):
    amendment = a_draft(steward, LONGER, at=NOW)
    stale = desk(steward, age=3600)
    for name, args in (("draft", ()), ("edit", (amendment,)), ("try", (amendment,)), ("stop", (amendment,))):
        answer = stale.post(address(name, *args), {})
        assert "reauthenticate" in answer["Location"]


def test_a_trial_is_stopped_on_the_desk(companion, desk, steward):
    amendment = a_draft(steward, LONGER, at=NOW)
    client = desk(steward)
    client.post(address("try", amendment), {"days": 30, "every": 24})
    assert "Stop trying it" in page_of(client, amendment)
    assert "being tried already" in client.post(address("try", amendment), {"days": 30, "every": 24}).content.decode()
    assert client.post(address("stop", amendment)).status_code == 302
    page = page_of(client, amendment)
    assert "A steward stopped it." in page
    assert "Try it on history" in page
    assert client.post(address("stop", amendment)).status_code == 302


@pytest.mark.parametrize("given", [{}, {"days": 0, "every": 24}, {"days": 99999, "every": 24}, {"days": 1, "every": 1}])
def test_how_it_is_tried_is_asked_within_bounds(desk, steward, given):
    amendment = a_draft(steward, LONGER, at=NOW)
    assert desk(steward).post(address("try", amendment), given).status_code == 400


@pytest.mark.parametrize(("when", "status"), [("2029-01-29T08:59", 409), ("2029-01-29T09:00", 302), ("soon", 400)])
@pytest.mark.usefixtures("companion")
def test_the_second_person_names_the_time_from_which_it_binds(desk, steward, other_steward, when, status):
    amendment = a_draft(steward, LONGER, at=NOW)
    client = desk(steward)
    client.post(address("try", amendment), {"days": 30, "every": 24})
    amendment = tried(amendment, steward)
    actions.propose(amendment, by=Actor.person(steward), at=NOW, reason=REASON)
    assert decide(desk(other_steward), amendment, "approve", effective_from=when).status_code == status
    assert LawVersion.objects.count() == (2 if status == 302 else 1)


def test_the_report_comes_as_a_file(companion, desk, steward):
    amendment = a_draft(steward, LONGER, at=NOW)
    client = desk(steward)
    assert client.get(address("report", amendment)).status_code == 404
    client.post(address("try", amendment), {"days": 30, "every": 24})
    amendment = tried(amendment, steward)
    answer = client.get(address("report", amendment))
    assert json.loads(answer.content) == amendment.simulation
    assert answer["Content-Disposition"] == 'attachment; filename="AMD-00001-simulation.json"'


def test_it_is_found_by_its_id(desk, steward):
    amendment = a_draft(steward, LONGER, at=NOW)
    assert address_of("amd-00001") == address("change", amendment)
    assert address_of("AMD-00009") is None


def test_hostile_texts_are_shown_as_texts(desk, steward):
    text = '[obligations.second_approver]\nasks = "<script>alert(1)</script>"\n'
    given = {"title": "<b>T</b>", "rationale": "<img src=x>", "changes": text, "version": 0}
    client = desk(steward)
    client.post(address("draft"), given)
    page = page_of(client, Amendment.objects.get())
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "<img src=x>" not in page


@pytest.mark.usefixtures("companion")
def test_everybody_reads_why_the_law_was_changed_and_when_it_binds(client, desk, clock, steward, other_steward):
    amendment = a_draft(steward, LONGER, at=NOW)
    desk(steward).post(address("try", amendment), {"days": 30, "every": 24})
    amendment = tried(amendment, steward)
    actions.propose(amendment, by=Actor.person(steward), at=NOW, reason=REASON)
    actions.approve(amendment, by=Actor.person(other_steward), at=NOW, reason=REASON)
    page = client.get("/charter/law/1.0.1").content.decode()
    for words in (WHY, "AMD-00001", "until then nothing is decided by it"):
        assert words in page
    assert "until then nothing is decided" not in client.get("/charter/law").content.decode()
    clock.move_to(NOW + DAY + timedelta(seconds=1))
    assert "until then nothing" not in client.get("/charter/law/1.0.1").content.decode()
    assert "In force" in client.get("/charter/law").content.decode()
