"""The README's pictures, taken from the demo by a headless Chromium.

    .venv/bin/python docs/pictures/take.py           start a demo of its own, take all pictures, stop it
    .venv/bin/python docs/pictures/take.py --site http://127.0.0.1:8000
                                                     from a demo that runs; STEWARD_PASSWORD signs in

Chromium and its driver are Debian's packages chromium and chromium-driver.
"""
# ruff: noqa: INP001 - a script, not a package

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from png import smaller
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STEWARD = "steward@kaizen.localhost"
WIDTH = 1280
LARGEST_BYTES = 200 * 1024
WAITED_SECONDS = 240.0
PASSWORD = re.compile(r"Password, shown once: (\S+)")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-prefers-reduced-motion",
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """The upper ``height`` pixels of one page."""

    name: str
    path: str
    height: int


PICTURES = (
    Picture("register", "/companions", 860),
    Picture("companion", "/companions/VIOLATOR_EXAMPLE_001", 1200),
    Picture("apply", "/onboard/apply", 900),
    Picture("queue", "/admin/", 560),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", help="a demo that runs; without it one is started")
    parser.add_argument("--into", type=Path, default=HERE, help="the folder for the pictures")
    options = parser.parse_args()
    if options.site:
        take_all(options.site.rstrip("/"), os.environ.get("STEWARD_PASSWORD", ""), options.into)
        return
    with a_demo() as (site, password):
        take_all(site, password, options.into)


@contextmanager
def a_demo() -> Iterator[tuple[str, str]]:
    """A demo in a folder that is thrown away: its address and its first steward's password."""
    port = 8190
    with tempfile.TemporaryDirectory(prefix="kaizen-pictures-") as home:
        settings = os.environ | {"KAIZEN_HOME": home, "KAIZEN_PORT": str(port), "NO_COLOR": "1"}
        command = [sys.executable, str(ROOT / "manage.py"), "up", "--demo"]
        with (
            (Path(home) / "out").open("w+") as out,
            subprocess.Popen(command, env=settings, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT) as demo,  # noqa: S603
        ):
            try:
                text = Path(home) / "out"
                wait_for("the demo", lambda: "Kaizen runs" in text.read_text() and PASSWORD.search(text.read_text()))
                found = PASSWORD.search(text.read_text())
                yield f"http://127.0.0.1:{port}", found[1] if found else ""
            finally:
                demo.send_signal(signal.SIGINT)
                demo.wait(timeout=60)


def take_all(site: str, password: str, into: Path) -> None:
    """Wait until the demo has something to show, then take every picture."""
    wait_for("the demo's three models in shadow mode or beyond", lambda: demo_is_under_way(site))
    with chromium() as browser:
        for picture in PICTURES:
            if picture.path.startswith("/admin/"):
                if not password:
                    sys.stdout.write(f"{picture.name}: left out, because STEWARD_PASSWORD is not set\n")
                    continue
                sign_in(browser, site, password)
            take(browser, site, picture, into)


def demo_is_under_way(site: str) -> bool:
    """Whether the good model is active and the violator was found out."""
    good, violator = (readiness(site, f"{name}_EXAMPLE_001") for name in ("GOOD", "VIOLATOR"))
    return good["state"] == "active" and "compliance" in violator["missing"]


def readiness(site: str, companion: str) -> dict[str, Any]:
    """What the API says of a companion's way; a state without a name where it is not there yet."""
    url = f"{site}/api/companions/{companion}/readiness"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback
            found: dict[str, Any] = json.load(answer)
            return found
    except OSError:
        return {"state": "", "missing": []}


@contextmanager
def chromium() -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = shutil.which("chromium") or "chromium"
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        browser = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
        try:
            yield browser
        finally:
            browser.quit()


def sign_in(browser: webdriver.Chrome, site: str, password: str) -> None:
    browser.get(f"{site}/accounts/login/?next=/admin/")
    browser.find_element(By.NAME, "login").send_keys(STEWARD)
    browser.find_element(By.NAME, "password").send_keys(password)
    browser.find_element(By.CSS_SELECTOR, "main form button[type=submit], form button[type=submit]").click()
    wait_for("the desk", lambda: "/admin/" in browser.current_url)


def take(browser: webdriver.Chrome, site: str, picture: Picture, into: Path) -> None:
    size = {"width": WIDTH, "height": picture.height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(f"{site}{picture.path}")
    path = into / f"{picture.name}.png"
    path.write_bytes(smaller(browser.get_screenshot_as_png()))
    took = path.stat().st_size
    told = "" if took <= LARGEST_BYTES else f", more than {LARGEST_BYTES}: cut it lower"
    sys.stdout.write(f"{path.name}: {took} bytes{told}\n")


def wait_for(what: str, ask_whether: Callable[[], object]) -> None:
    until = time.monotonic() + WAITED_SECONDS
    while not ask_whether():
        if time.monotonic() > until:
            sys.exit(f"{what}: not there after {WAITED_SECONDS:.0f} seconds")
        time.sleep(0.5)


if __name__ == "__main__":
    main()
