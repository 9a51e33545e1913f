"""The desk in a real browser: nothing is blocked, nothing scrolls sideways, a steward works through it by keyboard."""

import base64
import contextlib
import os
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from django.urls import reverse
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.ui import WebDriverWait

from tests.faces.parts.test_in_chromium import FLAGS, show

pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db,
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


class OneRequest(QuietWSGIRequestHandler):
    """One request a connection: what the browser keeps alive would outlive the test."""

    timeout = 1

    def handle(self):
        self.close_connection = True
        with contextlib.suppress(TimeoutError):
            self.handle_one_request()


class Joined(ThreadedWSGIServer):
    daemon_threads = False


class Served(LiveServerThread):
    def _create_server(self, connections_override=None):
        place = (self.host, self.port)
        return Joined(place, OneRequest, allow_reuse_address=False, connections_override=connections_override)


@pytest.fixture
def address(world, settings):
    """The whole product on this thread's database: what the test's own transaction holds is what is served."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    server = Served("127.0.0.1", StaticFilesHandler, connections_override={"default": connection})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    connection.dec_thread_sharing()


@pytest.fixture
def signed_in(browser, address, people):
    """The browser signed in as another steward, through the form."""
    browser.delete_all_cookies()
    show(browser, f"{address}/accounts/login/?next=/admin/")
    browser.find_element(By.NAME, "login").send_keys(people["steward"].email)
    browser.find_element(By.NAME, "password").send_keys("correct horse battery", Keys.ENTER)
    WebDriverWait(browser, 20).until(expected_conditions.title_contains("Queue"))
    browser.get_log("browser")
    return browser


def test_every_page_fits_and_breaks_no_policy(signed_in, address, world, tmp_path):
    pictures = Path(os.environ.get("KAIZEN_PICTURES", tmp_path))
    routes = {name: reverse(f"admin:{name}_change", args=[pk]) for name, pk in world.pages().items()}
    routes |= {
        "index": "/admin/",
        "egress": reverse("admin:registry_egress"),
        "list": reverse("admin:tiers_standing_changelist"),
        "approve": reverse("admin:onboarding_application_decide", args=[world.application.pk, "approve"]),
        "suspend": reverse("admin:tiers_standing_decide", args=[world.companion.pk, "suspend"]),
        "promote": reverse("admin:tiers_standing_decide", args=[world.companion.pk, "promote"]),
    }
    for name, route in routes.items():
        for width, scheme in ((1280, "light"), (390, "dark")):
            show(signed_in, address + route, width=width, scheme=scheme)
            signed_in.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            if "KAIZEN_PICTURES" in os.environ:
                shot = signed_in.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
                (pictures / f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
            assert signed_in.execute_script("return document.documentElement.scrollWidth") <= width, (name, width)
            assert [entry["message"] for entry in signed_in.get_log("browser")] == [], name


def test_a_steward_works_by_keyboard_alone(signed_in, address, world):
    show(signed_in, f"{address}/admin/")
    signed_in.execute_script("document.activeElement.blur()")
    for _ in range(3):
        ActionChains(signed_in).send_keys("j").perform()
    assert "Nova Prime" in signed_in.switch_to.active_element.text
    signed_in.switch_to.active_element.send_keys(Keys.ENTER)
    WebDriverWait(signed_in, 20).until(expected_conditions.title_contains("Nova Prime"))
    link = signed_in.find_element(By.LINK_TEXT, "Reject the model")
    link.send_keys(Keys.ENTER)
    WebDriverWait(signed_in, 20).until(expected_conditions.title_contains("Reject the model"))
    reason = signed_in.find_element(By.NAME, "reason")
    reason.send_keys("It gives card numbers away.", Keys.TAB)
    signed_in.switch_to.active_element.send_keys(Keys.ENTER)
    WebDriverWait(signed_in, 20).until(
        expected_conditions.presence_of_element_located((By.CSS_SELECTOR, ".messagelist"))
    )
    assert "decided and sealed" in signed_in.page_source
    world.application.refresh_from_db()
    assert world.application.state == "rejected"
