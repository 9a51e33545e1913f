"""A whole life in a real browser: nothing scrolls sideways, nothing is blocked, every picture has a size.

``KAIZEN_PICTURES=docs/pictures`` keeps what the documentation shows of it.
"""

import os
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.pages.life import a_life
from tests.pages.test_in_chromium import browser, show

pytestmark = pytest.mark.system
__all__ = ["browser"]
PICTURES = {"ladder": ".k-ladder", "course": ".k-course", "story": ".k-story"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_of_a_whole_life_fits_every_width(browser, live_server_in_a_savepoint, width, scheme):
    companion = a_life()
    browser.get_log("browser")
    show(browser, f"{live_server_in_a_savepoint}/companions/{companion.ref}", width=width, scheme=scheme)
    browser.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert [each["message"] for each in browser.get_log("browser") if "favicon" not in each["message"]] == []
    flat = browser.execute_script(
        "return [...document.querySelectorAll('main svg')].filter(each => {"
        "const box = each.getBoundingClientRect(); return box.width < 20 || box.height < 8 })"
        ".map(each => each.outerHTML.slice(0, 80))"
    )
    assert flat == []


def test_the_pictures_of_the_documentation(browser, live_server_in_a_savepoint):
    companion = a_life()
    show(browser, f"{live_server_in_a_savepoint}/companions/{companion.ref}", width=1280)
    whole = {"width": 1280, "height": 12_000, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", whole)
    for name, part in PICTURES.items():
        taken = browser.find_element(By.CSS_SELECTOR, part).screenshot_as_png
        assert len(taken) > 1000
        if folder := os.environ.get("KAIZEN_PICTURES"):
            (Path(folder) / f"{name}.png").write_bytes(taken)
