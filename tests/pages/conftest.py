"""Pages as their readers get them: a client, living rows by the real actions, and measured ones beside them."""

import threading
import wsgiref.simple_server
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import caches
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections

from charter.queries import version_at
from ledger.queries import last_decision
from onboarding.models.application import State
from registry.queries import companion_called
from shadow.models import BatteryRun
from tests.faces.parts.page import Page
from tests.factories.onboarding import ALL_THAT_IS_ASKED, NOW, an_application
from tiers.models import Assessment, Decline, Incident, Monitoring, Nomination, Penalty
from tiers.rules.verdicts import Criterion, Verdict

# An installation has this folder from its first start on; without it the server of static files complains.
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

HOSTILE = "<script>alert(1)</script>\" onload='x' {{ 7 }} & שלום"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def later(db):
    """Pages are read five minutes after the stories' morning; counters of attempts begin anew."""
    for cache in caches.all():
        cache.clear()
    caches["throttles"].clear()
    with time_machine.travel(LATER, tick=True):
        yield LATER


@pytest.fixture
def live_server_in_a_savepoint(db):
    """The site on a port of its own, seeing what the test wrote and nobody committed.

    Its one thread uses the test's own connection, so that no table is flushed: the log's fence forbids that.
    """
    server = wsgiref.simple_server.make_server("127.0.0.1", 0, _site(), handler_class=_Quiet)
    connection = connections["default"]
    connection.inc_thread_sharing()
    thread = threading.Thread(target=_serve, args=(server, connection), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    connection.dec_thread_sharing()


def _site():
    return StaticFilesHandler(get_internal_wsgi_application())


def _serve(server, shared):
    connections["default"] = shared
    server.serve_forever(poll_interval=0.05)


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture
def read(client):
    """Get a page, check what every page owes its reader, and return it parsed."""

    def get(address, *, status=200, by=client):
        return checked(by.get(address), status=status)

    return get


def checked(response, *, status=200):
    """One h1, labels for fields, a skip link, a policy that nothing on the page breaks."""
    assert response.status_code == status, response.content[:2000]
    page = Page(response.content.decode())
    assert "default-src 'self'" in response["Content-Security-Policy"]
    # Blocks of data, which no browser runs, are not what the policy forbids.
    data = page.all("script", type="application/json")
    assert len([text for text in page.inline if text.strip()]) == len(data)
    assert [each for each in page.against_the_policy() if each not in page.inline] == []
    assert len(page.all("h1")) == 1
    assert page.all("a", href="#main")
    labelled = {given.get("for") for given in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for given in page.all(tag):
            hidden = given.get("type") == "hidden" or "aria-label" in given
            assert hidden or given.get("id") in labelled, given
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    return page


def a_companion(number=1, **fields):
    """A model that was approved and mounted with everything asked: in shadow mode."""
    given = {"modelName": f"Model {number}", "endpoint": f"https://m{number}.example.com/v1/deliberate"}
    contact = {"name": "W. Quill", "email": f"w@org{number}.example.com", "organization": "Your Organization"}
    asked = {**ALL_THAT_IS_ASKED, **given, "contact": contact, **fields}
    application = an_application(State.MOUNTED, **asked)
    application.refresh_from_db()
    return companion_called(application.companion.ref)


def measured(companion, *, gi="0.93", at=NOW, criteria=()):
    """One assessment, as the hourly job would leave it."""
    return Assessment.objects.create(
        companion=companion,
        computed_at=at,
        gi=gi and Decimal(gi),
        gi_low=gi and Decimal("0.91"),
        gi_high=gi and Decimal("0.95"),
        constitutional=Decimal("0.97"),
        consensus=None if gi is None else Decimal("0.9"),
        reliability=Decimal("0.99"),
        efficiency=Decimal("0.8"),
        trust=Decimal("0.5"),
        coverage=Decimal("0.99"),
        trend="stable",
        criteria=[each.as_json() for each in criteria],
        law_digest="a" * 64,
        evidence_sha256="b" * 64,
    )


def some_criteria():
    """The criteria that a flaky model and a violator are held by, and one of each other kind."""
    share, second = Decimal("0.95"), Decimal(7 * 86_400)
    return [
        Criterion("time without critical failure", Verdict.INCONCLUSIVE, Decimal(86_400), second, "seconds", n=0,
                  why="0 confirmed critical failures so far.", law="shadow.window"),
        Criterion("compliance", Verdict.FAIL, Decimal("0.81"), share, n=84, low=Decimal("0.72"), high=Decimal("0.88"),
                  why="68 of 84 scored answers reach 70; 0 could not be scored.", law="shadow.compliance"),
        Criterion("error rate (ceiling)", Verdict.FAIL, Decimal("0.25"), Decimal("0.05"), n=67, low=Decimal("0.17"),
                  high=Decimal("0.33"), at_least=False, why="17 of 67 questions ended in an error.", law="shadow.error_ceiling"),
        Criterion("sentinel review", Verdict.PASS, "approve_with_notes", "approve", "word", law="onboarding.sentinel_approves_at"),
        Criterion("GI", Verdict.INCONCLUSIVE, None, Decimal("0.90"), law="tiers.standard.gi"),
        Criterion("agreement with peers (target)", Verdict.PASS, Decimal("0.9"), Decimal("0.85"), required=False, n=10),
        Criterion("gap between its own scores and ours", Verdict.INCONCLUSIVE, Decimal("31.5"), None, "score", n=21,
                  required=False, why="Its mean score of its own answers less ours."),
        Criterion("cost per 1K tokens", Verdict.INCONCLUSIVE, Decimal("0.05"), None, "USD", required=False),
    ]  # fmt: skip


def an_incident(companion, *, number=1, state="open", summary="A card number was shown", at=NOW):
    return Incident.objects.create(
        number=number, companion=companion, law=companion.standing.law, state=state, kind="veto", changed_at=at,
        rule="privacy.card_luhn", clause="privacy", severity="high", summary=summary, opened_at=at, last_seen_at=at,
    )  # fmt: skip


def moment(text):
    return datetime.fromisoformat(text)


def a_decline(companion, *, state="alerted", at=NOW, value="0.8731", ended_at=None, reviewed_at=None, tier="standard"):
    """A decline of GI, as the clocks would leave it."""
    return Decline.objects.create(
        companion=companion, law=version_at(NOW), state=state, measure="gi", tier=tier, asked=Decimal("0.90"),
        value=Decimal(value), lowest=Decimal(value), began_at=at, ended_at=ended_at, reviewed_at=reviewed_at, changed_at=at,
    )  # fmt: skip


def a_penalty(incident, *, nth=1, kind="warning", state="imposed", at=NOW, until=None):
    """What an offence brought, as the ladder would leave it; the incident is confirmed."""
    type(incident).objects.filter(pk=incident.pk).update(state="confirmed", confirmed_at=at)
    return Penalty.objects.create(
        incident=incident, companion=incident.companion, law=version_at(NOW), state=state, nth=nth, kind=kind,
        imposed_at=at, until=until, changed_at=at,
    )  # fmt: skip


def a_nomination(companion, *, tier="high", at=NOW, words=("nomination",), state="open", text="It found the flaw."):
    """A nomination with its words, each sealed as the last decision about the companion."""
    sealed = last_decision("companion", companion.ref)
    row = Nomination.objects.create(
        companion=companion, law=version_at(NOW), tier=tier, nominated_by_ref="urn:uuid:0", opened_at=at, state=state,
        evidence=[{"kind": "case_study", "text": text, "link": sealed.public_id}], lapses_at=at + timedelta(days=180),
        changed_at=at,
    )  # fmt: skip
    for number, kind in enumerate(words):
        row.words.create(kind=kind, by_kind="human", by_ref=f"urn:uuid:{number}", given_at=at, sealed_as=sealed)
    return row


def a_battery(companion, *, battery="reasoning", result="passed", at=NOW, good=38, measured=40):
    return BatteryRun.objects.create(
        companion=companion, law=version_at(NOW), battery=battery, asked_by_ref="provider", started_at=at,
        due_at=at + timedelta(hours=6), ended_at=at + timedelta(minutes=1) if result else None, result=result, prompts=40,
        measured=measured, good=good, valid_until=at + timedelta(days=180) if result == "passed" else None,
    )  # fmt: skip


def a_watch(companion, *, at=NOW, plan=""):
    return Monitoring.objects.create(
        companion=companion, because="It fell from high to standard.", began_at=at, until=at + timedelta(days=30),
        plan=plan, plan_given_at=at if plan else None,
    )  # fmt: skip
