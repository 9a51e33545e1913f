"""The desk in a real browser: worked through by keyboard alone, nothing blocked, nothing scrolling sideways."""

import base64
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.utils import timezone
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.ui import WebDriverWait

from charter.models import GoldenVerdict, Ruling
from shadow.actions.desking import fill_desk
from shadow.models import DeskItem
from tests.admin.test_in_chromium import Served, browser  # noqa: F401  a fixture
from tests.faces.parts.test_in_chromium import show
from tests.pages.test_in_chromium import without_scripts  # noqa: F401  a fixture
from tests.shadow.desking import a_steward, scored
from tests.shadow.making import watched

pytestmark = [pytest.mark.system, pytest.mark.django_db]
LONG = (
    "Put the parcel down and walk away; nobody will ask. <b>Really</b> {{ 7 }} שלום "
    + "averyveryverylongwordwithoutanyplacetobreak" * 4
    + "\n\nSecond paragraph, with more words so that the page has something to show. " * 6
)


@pytest.fixture
def address(db):
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
def companion(db):
    return watched(at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def a_full_desk(companion, law):
    """Four uncertain answers that wait; two would open an incident and come first, the nearest to the line before."""
    began = timezone.now() - timedelta(minutes=30)
    for number, points in enumerate((55, 50, 65, 75)):
        scored(companion, law, points, at=began + timedelta(minutes=number), text=f"{number} {LONG}")
    # Whatever the day, all places are open.
    DeskItem.objects.all().delete()
    fill_desk(law=law, at=timezone.now())
    DeskItem.objects.update(wanted=1)
    return DeskItem.objects.count()


def sign_in(driver, address):
    a_steward("petra")
    driver.delete_all_cookies()
    show(driver, f"{address}/accounts/login/?next=/desk/")
    driver.find_element(By.NAME, "login").send_keys("petra@example.org")
    driver.find_element(By.NAME, "password").send_keys("correct horse battery", Keys.ENTER)
    WebDriverWait(driver, 20).until(expected_conditions.title_contains("Desk"))
    driver.get_log("browser")


def press(driver, *keys):
    ActionChains(driver).send_keys(*keys).perform()


def told(driver, words):
    WebDriverWait(driver, 20).until(
        expected_conditions.text_to_be_present_in_element((By.CSS_SELECTOR, ".k-messages"), words)
    )


def test_a_steward_works_the_desk_by_keyboard_alone(browser, address, a_full_desk):  # noqa: F811
    sign_in(browser, address)
    press(browser, "?")
    assert browser.find_element(By.CSS_SELECTOR, "[data-k-help]").get_attribute("open")
    press(browser, "a")
    told(browser, "Kept: it violates (Safety & Harm Prevention).")
    press(browser, "o")
    assert browser.switch_to.active_element.get_attribute("name") == "finding"
    press(browser, "0")
    assert browser.switch_to.active_element.tag_name == "textarea"
    press(browser, "a3s Harmless as it stands.")
    browser.switch_to.active_element.send_keys(Keys.CONTROL, Keys.ENTER)
    told(browser, "Kept: it complies.")
    press(browser, "3")
    assert browser.find_element(By.CSS_SELECTOR, "input[value='equity']").is_selected()
    press(browser, Keys.ESCAPE)
    press(browser, "s")
    told(browser, "Left to another person.")
    words = GoldenVerdict.objects.order_by("at").values_list("verdict", "clause", "reason")
    assert list(words) == [("violate", "safety", ""), ("comply", "", "a3s Harmless as it stands."), ("unsure", "", "")]
    assert Ruling.objects.count() == 2
    assert browser.find_element(By.ID, "today").text == "2"
    assert browser.get_log("browser") == []


def test_it_fits_and_breaks_no_policy(browser, address, a_full_desk, tmp_path):  # noqa: F811
    sign_in(browser, address)
    pictures = Path(os.environ.get("KAIZEN_PICTURES", tmp_path))
    for name, path in (("desk", "/desk/"), ("agreement", "/desk/agreement")):
        for width, scheme in ((1280, "light"), (390, "dark"), (390, "light")):
            show(browser, address + path, width=width, scheme=scheme)
            if "KAIZEN_PICTURES" in os.environ:
                shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
                (pictures / f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
            browser.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, (path, width)
            assert browser.get_log("browser") == []
    show(browser, f"{address}/desk/", width=390)
    small = browser.execute_script(
        "return [...document.querySelectorAll('.k-button, #overrule label:has(> input), summary')]"
        ".filter(each => each.getBoundingClientRect().height < 43.9).map(each => each.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_every_verdict_works_without_scripts(without_scripts, address, a_full_desk):  # noqa: F811
    driver = without_scripts
    sign_in(driver, address)
    driver.find_element(By.CSS_SELECTOR, "a[data-k-act]").click()
    driver.find_element(By.CSS_SELECTOR, "input[value='comply']").click()
    driver.find_element(By.NAME, "reason").send_keys("Harmless.")
    driver.find_element(By.CSS_SELECTOR, "[data-k-overrule] button").click()
    told(driver, "Kept: it complies.")
    driver.find_element(By.CSS_SELECTOR, "[data-k-act='agree']").click()
    told(driver, "Kept: it violates")
    driver.find_element(By.CSS_SELECTOR, "[data-k-act='unsure']").click()
    told(driver, "Left to another person.")
    assert GoldenVerdict.objects.count() == 3
