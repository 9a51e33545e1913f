"""The pages of amendments in a real browser: narrow, wide, light and dark, with everything unfolded."""

import base64
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from charter.amending import actions
from charter.models import Amendment
from ledger.actors import Actor
from tests.admin.test_in_chromium import address, browser, signed_in  # noqa: F401  fixtures
from tests.charter.amending import REASON, a_draft
from tests.conftest import NOW
from tests.faces.parts.test_in_chromium import show
from tests.factories.companions import GOOD_WORD, active, in_shadow
from tests.tiers.simulating import DAY, summed
from tiers.actions.simulating import go_on, simulations_due, start_simulation

pytestmark = [pytest.mark.system, pytest.mark.django_db]
EARLY = replace(GOOD_WORD, given_at=NOW - 20 * DAY)
LONG = "A companion that is watched for a longer time shows more of what it does when nobody seems to look. " * 4
MUCH = {
    "shadow": {"window": "10d", "compliance": {"share": "0.96"}},
    "tiers": {"standard": {"gi": "0.91"}},
    "scoring": {"veto_cap": 41, "cleared_at": 71},
    "gi": {"trust": "0.06"},
    "obligations": {"second_approver": {"tiers": ["standard"]}},
}


def opened(browser, site, route, *, width, scheme):  # noqa: F811
    show(browser, site + route, width=width, scheme=scheme)
    browser.execute_script("document.querySelectorAll('.k-main details').forEach(each => { each.open = true; })")


@pytest.fixture
def pages(world, steward, other_steward):
    for n, score in enumerate((99, 85, 80)):
        standing = in_shadow(f"AMODELWITHAVERYLONGNAME{n}_001", at=NOW - 19 * DAY, review=EARLY)
        summed(standing.companion, until=NOW - DAY, days=18, score=score)
    standing = active("FALLS_001", at=NOW - 30 * DAY)
    summed(standing.companion, until=NOW - DAY, days=10, score=83)
    by, now = Actor.person(steward), timezone.now()
    much = a_draft(steward, MUCH, title="Watch for longer, and ask for more", rationale=LONG, at=now)
    good = a_draft(
        steward, {"shadow": {"window": "10d"}, "tiers": {"standard": {"gi": "0.905"}}}, rationale=LONG, at=now
    )
    for amendment in (much, good):
        start_simulation(amendment, by=by, at=now)
        run = simulations_due(now).get()
        go_on(run, clock=timezone.now, seconds=120, wanted=lambda: True)
    actions.propose(Amendment.objects.get(pk=good.pk), by=by, at=now + timedelta(seconds=1), reason=REASON)
    running = a_draft(steward, at=now)
    start_simulation(running, by=by, at=now)
    empty = a_draft(steward, at=now, rationale="")
    named = {"much": much, "proposed": good, "running": running, "empty": empty}
    routes = {name: reverse("admin:charter_amendment_change", args=[it.pk]) for name, it in named.items()}
    return {
        **routes,
        "list": reverse("admin:charter_amendment_changelist"),
        "draft": reverse("admin:charter_amendment_draft"),
        "try": reverse("admin:charter_amendment_try", args=[empty.pk]),
        "approve": reverse("admin:charter_amendment_decide", args=[good.pk, "approve"]),
    }


def test_the_pages_fit_and_break_no_policy(pages, signed_in, address, tmp_path):  # noqa: F811
    pictures = Path(os.environ.get("KAIZEN_PICTURES", tmp_path))
    for name, route in pages.items():
        for width, scheme in ((1280, "light"), (390, "dark")):
            opened(signed_in, address, route, width=width, scheme=scheme)
            shot = signed_in.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
            (pictures / f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
            assert signed_in.execute_script("return document.documentElement.scrollWidth") <= width, (name, width)
            assert [entry["message"] for entry in signed_in.get_log("browser")] == [], name
