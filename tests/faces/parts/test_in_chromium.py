"""The gallery in a real browser: nothing scrolls sideways, nothing is blocked, the keyboard works."""

import http.server
import threading
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from faces.gallery import samples

pytestmark = pytest.mark.system
STATIC = Path(__file__).resolve().parents[3] / "faces"
POLICY = "default-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def address():
    page = render_to_string("parts/gallery.html", samples()).encode()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args, **more):
            super().__init__(*args, directory=str(STATIC), **more)

        def do_GET(self):
            if self.path != "/":
                return super().do_GET()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(page)
            return None

        def log_message(self, *_args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


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


def show(browser, address, *, width=1280, scheme="light", media=""):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    browser.get(address)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 960, 1280])
def test_nothing_scrolls_sideways_even_with_all_details_open(browser, address, width, scheme):
    show(browser, address, width=width, scheme=scheme)
    browser.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_the_browser_blocks_nothing_and_complains_of_nothing(browser, address):
    browser.get_log("browser")
    show(browser, address)
    assert [entry["message"] for entry in browser.get_log("browser") if "favicon.ico" not in entry["message"]] == []


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(250, 247, 240)"), ("dark", "rgb(24, 22, 17)")])
def test_light_and_dark_follow_the_reader(browser, address, scheme, ground):
    show(browser, address, scheme=scheme)
    assert browser.execute_script("return getComputedStyle(document.body).backgroundColor") == ground


def test_buttons_links_of_the_head_and_acts_are_large_enough_to_touch(browser, address):
    show(browser, address, width=390)
    small = browser.execute_script(
        "return [...document.querySelectorAll('.k-button, .k-nav a, .k-sign a, .k-act, .k-form input:not([type=hidden]):"
        "not([type=radio]):not([type=checkbox]), summary')].filter(each => each.getBoundingClientRect().height < 43.9)"
        ".map(each => each.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_the_queue_is_worked_through_by_keyboard(browser, address):
    show(browser, address)
    # The event is sent to the body, as a key pressed with nothing in focus would be.
    press = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true}))"
    where = "return [...document.querySelectorAll('.k-act')].indexOf(document.activeElement)"
    browser.execute_script("document.activeElement.blur()")
    seen = []
    for key in "jjjkx":
        browser.execute_script(press, key)
        seen.append(browser.execute_script(where))
    assert seen == [0, 1, 2, 1, 1]


def test_a_form_that_came_back_puts_what_is_wrong_in_focus(browser, address):
    show(browser, address)
    assert browser.execute_script("return document.activeElement.className") == "k-problem"


def test_focusing_a_digest_shows_and_selects_the_whole(browser, address):
    show(browser, address, width=390)
    whole = browser.execute_script(
        "const field = document.querySelector('.k-digest-whole'); field.focus();"
        "return [field.value.slice(field.selectionStart, field.selectionEnd), getComputedStyle(field).opacity,"
        " getComputedStyle(field.parentElement.querySelector('.k-digest-cut')).display]"
    )
    assert whole == [samples()["digests"][0], "1", "none"]
