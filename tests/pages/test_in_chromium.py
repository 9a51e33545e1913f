"""The pages in a real browser: nothing scrolls sideways, the policy blocks nothing, the form works without scripts."""

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from registry.models import Person
from tests.pages.conftest import a_companion, measured, some_criteria
from tests.pages.test_applying import FORM

pytestmark = pytest.mark.system
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SUBMIT = (By.CSS_SELECTOR, ".k-form button")
PUBLIC = (
    "/",
    "/companions",
    "/decisions",
    "/charter",
    "/charter/law",
    "/onboard",
    "/onboard/apply",
    "/questions",
    "/api/docs",
)


def a_browser(folder, *, scripts=True):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={folder}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    driver = a_browser(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def without_scripts(tmp_path_factory):
    driver = a_browser(tmp_path_factory.mktemp("chromium-plain"), scripts=False)
    yield driver
    driver.quit()


@pytest.fixture
def site(live_server_in_a_savepoint):
    return live_server_in_a_savepoint


def show(browser, address, *, width, scheme="light"):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.get(address)


def follow(browser, *found):
    """Click, and wait until another page stands there: a browser may answer before it has sent the form."""
    before = browser.find_element(By.TAG_NAME, "html").id
    browser.find_element(*found).click()
    # While one page gives way to the next, any question about either may fail.
    WebDriverWait(browser, 30, ignored_exceptions=[WebDriverException]).until(
        lambda it: it.find_element(By.TAG_NAME, "html").id != before
    )


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_public_page_scrolls_sideways_or_breaks_the_policy(browser, site, width, scheme):
    companion = a_companion(modelName="Long Name With Many Words In It And More Of Them Still 12345678")
    measured(companion, criteria=some_criteria())
    browser.get_log("browser")
    for path in (*PUBLIC, f"/companions/{companion.ref}"):
        show(browser, site + path, width=width, scheme=scheme)
        browser.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width, path
    blocked = [each["message"] for each in browser.get_log("browser") if "Security Policy" in each["message"]]
    assert blocked == []


def test_an_application_is_made_and_followed_without_scripts(without_scripts, site):
    without_scripts.get(f"{site}/onboard/apply")
    for name, value in FORM.items():
        field = without_scripts.find_elements(By.NAME, name)
        if value == "on":
            field[0].click()
        elif field[0].get_attribute("type") != "radio":
            field[0].send_keys(value)
    follow(without_scripts, *SUBMIT)
    assert without_scripts.find_element(By.ID, "token").get_attribute("value").startswith("kz_onb_")
    follow(without_scripts, By.LINK_TEXT, "Follow the application")
    assert "Plain Model" in without_scripts.find_element(By.TAG_NAME, "h1").text


def test_a_form_that_came_back_puts_what_is_wrong_in_focus_and_its_links_reach_the_fields(browser, site):
    show(browser, f"{site}/onboard/apply", width=1280)
    follow(browser, *SUBMIT)
    WebDriverWait(browser, 10).until(lambda it: it.find_elements(By.CSS_SELECTOR, ".k-problem"))
    focused = "return document.readyState === 'complete' && document.activeElement.className"
    WebDriverWait(browser, 10).until(lambda it: it.execute_script(focused) == "k-problem")
    browser.find_element(By.CSS_SELECTOR, '.k-problem a[href="#id_model_card"]').click()
    assert browser.execute_script("return document.activeElement.id") == "id_model_card"


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser, site):
    show(browser, f"{site}/companions", width=1280)
    browser.find_element(By.TAG_NAME, "body").send_keys("\t")
    assert browser.execute_script("return document.activeElement.className") == "k-skip"


def test_the_picture_for_the_authenticator_is_drawn_and_passkeys_load_their_scripts(browser, site):
    person = Person.objects.create_user("p@a.example.com", "correct horse battery")
    show(browser, f"{site}/accounts/login/", width=1280)
    browser.find_element(By.NAME, "login").send_keys(person.email)
    browser.find_element(By.NAME, "password").send_keys("correct horse battery")
    follow(browser, *SUBMIT)
    browser.get(f"{site}/accounts/2fa/totp/activate/")
    browser.find_element(By.NAME, "password").send_keys("correct horse battery")
    follow(browser, *SUBMIT)
    drawn = "const it = document.querySelector('main img'); return it && it.complete && it.naturalWidth > 0"
    WebDriverWait(browser, 30).until(lambda it: it.execute_script(drawn))
    browser.get(f"{site}/accounts/2fa/webauthn/add/")
    assert browser.execute_script("return typeof allauth.webauthn.forms.addForm") == "function"
