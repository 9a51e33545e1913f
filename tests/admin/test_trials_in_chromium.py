"""The pages of scorers on trial, and an appeal read by two scorers, in a real browser: narrow, wide, light and dark."""

import base64
import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse

from charter.queries import law_at
from ledger.actors import Actor
from shadow.actions import promoting
from shadow.actions.rescoring import read_more, start_trial
from shadow.actions.scoring import score_answers
from shadow.models import ScorerTrial
from tests.admin.test_in_chromium import address, browser, signed_in  # noqa: F401  fixtures
from tests.conftest import NOW
from tests.faces.parts.test_in_chromium import show
from tests.shadow.making import probed, said, watched
from tests.shadow.scripted import Scripted, enact_law, keep

pytestmark = [pytest.mark.system, pytest.mark.django_db]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def tried(steward, name, number):
    trial = start_trial(name, number, by=Actor.person(steward), at=NOW + MINUTE, reason="It finds more.", last=200)
    while read_more(at=NOW + MINUTE):
        pass
    return ScorerTrial.objects.get(pk=trial.pk)


@pytest.fixture
def pages(monkeypatch, world, steward, chief):
    """An open trial, a finished one of two companions of which one moves, and the law after a promotion."""
    new = Scripted(
        "learned-with-a-long-name", "12", says={f"answer {n}": 20 + n for n in range(6)}, vetoes={"answer 3"}
    )
    keep(monkeypatch, old := Scripted("old", "1"), new, Scripted("third", "1"), Scripted("fourth", "1"))
    enact_law(old, at=NOW, rescored=4)
    with time_machine.travel(NOW):
        moves, stays = watched(at=NOW), watched(at=NOW)
        for n in range(20):
            probed(moves, said(f"answer {n}"), at=NOW + n * SECOND)
            probed(stays, said("Yes."), at=NOW + n * SECOND)
        score_answers(law=law_at(NOW), at=NOW)
        finished = tried(steward, new.name, new.version)
        dropped = promoting.drop(
            tried(steward, "fourth", "1"), by=Actor.person(chief), reason="No better.", at=NOW + MINUTE
        )
        begun = start_trial("third", "1", by=Actor.person(steward), at=NOW + MINUTE)
    return {
        "trial": reverse("admin:shadow_scorertrial_change", args=[finished.pk]),
        "trial-open": reverse("admin:shadow_scorertrial_change", args=[begun.pk]),
        "trial-dropped": reverse("admin:shadow_scorertrial_change", args=[dropped.pk]),
        "trials": reverse("admin:shadow_scorertrial_changelist"),
        "trial-start": reverse("admin:shadow_scorertrial_start"),
        "trial-promote": reverse("admin:shadow_scorertrial_decide", args=[finished.pk, "promote"]),
    }


def test_the_pages_fit_and_break_no_policy(pages, signed_in, address, tmp_path):  # noqa: F811
    pictures = Path(os.environ.get("KAIZEN_PICTURES", tmp_path))
    for name, route in pages.items():
        for width, scheme in ((1280, "light"), (390, "dark")):
            show(signed_in, address + route, width=width, scheme=scheme)
            shot = signed_in.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
            (pictures / f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
            assert signed_in.execute_script("return document.documentElement.scrollWidth") <= width, (name, width)
            assert [entry["message"] for entry in signed_in.get_log("browser")] == [], name
