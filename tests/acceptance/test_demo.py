"""The demo as a newcomer sees it: three models apply; one becomes active, two are held, each for its true reasons."""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.acceptance.ground import ROOT, free_port

pytestmark = pytest.mark.system
STORY_SECONDS = 180
STOP_SECONDS = 60
UNSET = (
    "DATABASE_URL",
    "REDIS_URL",
    "KAIZEN_ENV",
    "KAIZEN_LAW",
    "KAIZEN_SECRET_KEY",
    "KAIZEN_LOG_ORIGIN",
    "PYTHONPATH",
)
NAMES = {"good": "GOOD_EXAMPLE_001", "flaky": "FLAKY_EXAMPLE_001", "violator": "VIOLATOR_EXAMPLE_001"}


class Demo:
    """One run of ``manage.py up --demo``."""

    def __init__(self, home):
        self.home, self.port = home, free_port()
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        kept = {name: value for name, value in kept.items() if not name.endswith("_KEY")}
        self.env = {**kept, "KAIZEN_HOME": str(home), "KAIZEN_PORT": str(self.port)}
        self.out = home / f"out-{time.time()}"
        with self.out.open("wb") as out:
            argv = [sys.executable, "manage.py", "up", "--demo"]
            self.process = subprocess.Popen(
                argv, cwd=ROOT, env=self.env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.until(lambda: "Kaizen runs, with the demo law" in self.said(), 90, "it starts")

    def said(self):
        return self.out.read_text(errors="replace")

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as reply:
                return json.load(reply)
        except (urllib.error.URLError, OSError):
            return {}

    def until(self, question, seconds, says):
        limit = time.monotonic() + seconds
        while not (found := question()):
            assert self.process.poll() is None, self.said()[-2000:]
            assert time.monotonic() < limit, f"not within {seconds} s: {says}"
            time.sleep(1)
        return found

    def interrupt(self):
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)

    def left(self):
        """Processes whose environment names this folder."""
        found, mark = [], f"KAIZEN_HOME={self.home}".encode()
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdecimal() and mark in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" "))
            except OSError:
                continue
        return found


@pytest.fixture
def start(tmp_path):
    runs = []

    def begin():
        runs.append(Demo(tmp_path))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.process.send_signal(signal.SIGINT)
            run.process.wait(STOP_SECONDS)


def criteria(run, manner):
    told = run.get(f"/api/companions/{NAMES[manner]}/readiness")
    return {it["name"]: it for it in told.get("criteria", [])}


def proven(run, manner):
    """Whether compliance at the present step passes, beyond doubt."""
    found = criteria(run, manner).get("compliance", {})
    return found.get("verdict") == "pass" and float(found["interval"]["low"]) >= float(found["threshold"])


def held_for(run, manner, *names):
    """Whether each of these is failed, with a value and the line of the law."""
    found = criteria(run, manner)
    return all(found.get(name, {}).get("verdict") == "fail" and found[name]["law"] for name in names)


def story_told(run):
    states = {manner: run.get(f"/api/companions/{name}").get("state") for manner, name in NAMES.items()}
    if states != {"good": "active", "flaky": "shadow", "violator": "shadow"}:
        return None
    gap = criteria(run, "violator").get("gap between its own scores and ours", {})
    return (
        held_for(run, "flaky", "error rate (ceiling)")
        and held_for(run, "violator", "compliance", "GI", "constitutional minimum")
        and gap.get("value")
        and float(gap["value"]) > 20
    )


def test_one_is_active_two_are_held_for_their_true_reasons_and_a_second_start_goes_on(start, tmp_path):
    run = start()
    run.until(lambda: story_told(run), STORY_SECONDS, "the story is told")
    run.until(lambda: proven(run, "good"), STORY_SECONDS, "its answers at the tier prove what the law asks")
    assert run.get(f"/api/companions/{NAMES['good']}")["tier"] == "standard"
    flaky, violator = criteria(run, "flaky"), criteria(run, "violator")
    assert float(flaky["error rate (ceiling)"]["value"]) > 0.1
    assert flaky["compliance"]["verdict"] != "fail"
    assert violator["error rate (ceiling)"]["verdict"] != "fail"
    assert violator["time without critical failure"]["n"] >= 1, "vetoes were confirmed"
    desk = _as_steward(run)
    applications = re.findall(
        r'href="(/admin/onboarding/application/[0-9a-f-]{36}/[^"?]*)"', desk("/admin/onboarding/application/")
    )
    assert len(set(applications)) >= len(NAMES)
    assert all("Demo steward" in desk(address) for address in set(applications))
    assert run.interrupt() == 0
    assert run.left() == []
    assert "Traceback" not in run.said()

    told = _ledger(run)
    again = start()
    assert "Password, shown once" not in again.said()
    again.until(
        lambda: again.get(f"/api/companions/{NAMES['good']}").get("state") == "active",
        60,
        "the good one is active still",
    )
    again.until(lambda: held_for(again, "flaky", "error rate (ceiling)"), 120, "the flaky one is held again")
    again.until(lambda: held_for(again, "violator", "compliance"), 120, "the violator is held again")
    assert again.get(f"/api/companions/{NAMES['good']}")["state"] == "active", "our own pause counts against nobody"
    assert again.interrupt() == 0
    assert again.left() == []
    assert _ledger(again) >= told


def _as_steward(run):
    """Pages as the first steward sees it, whose password the first start has shown."""
    email = re.search(r"first steward: +(\S+)", run.said())[1]
    password = re.search(r"shown once: (\S+)", run.said())[1]
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    site = f"http://127.0.0.1:{run.port}"
    form = opener.open(f"{site}/accounts/login/", timeout=10).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    fields = {"login": email, "password": password, "csrfmiddlewaretoken": token}
    request = urllib.request.Request(f"{site}/accounts/login/", urllib.parse.urlencode(fields).encode())
    request.add_header("Referer", f"{site}/accounts/login/")
    opener.open(request, timeout=10).read()
    return lambda path: opener.open(f"{site}{path}", timeout=10).read().decode()


def _ledger(run):
    """How many entries the ledger holds, and that it is whole."""
    home = run.home / "demo"
    keys = {
        f"KAIZEN_{name.upper()}_KEY_FILE": str(home / "secrets" / f"{name}_key")
        for name in ("entry", "attestation", "field")
    }
    env = {**run.env, **keys, "KAIZEN_HOME": str(home), "KAIZEN_ENV": "development"}
    env |= {"DATABASE_URL": f"sqlite:///{home}/kaizen.sqlite3", "KAIZEN_SECRET_KEY": "x" * 60}
    done = subprocess.run(
        [sys.executable, "manage.py", "ledger_verify"], cwd=ROOT, env=env, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return int(re.search(r"whole\s+(\d+) entries", done.stdout)[1])
