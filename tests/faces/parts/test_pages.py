import re
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string

from faces import gallery as sample
from tests.faces.parts.page import Page

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CLEAN = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a data or script address": re.compile(r"(?:src|href)\s*=\s*[\"']?\s*(?:data|javascript):", re.IGNORECASE),
    "a foreign source": re.compile(
        r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", re.IGNORECASE
    ),
    "escaping turned off": re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b"),
}
ERRORS = ["400", "403", "404", "429", "500", "503", "csrf"]


@pytest.mark.parametrize("what", CLEAN)
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_what_the_policy_forbids(path, what):
    source = re.sub(r"{%.*?%}|{{.*?}}", lambda tag: tag[0].replace(">", ""), path.read_text(), flags=re.DOTALL)
    assert CLEAN[what].search(source) is None


@pytest.mark.parametrize(
    ("what", "source"),
    [
        ("an inline style", '<p class="a" style="x">'),
        ("a style element", "<style>"),
        ("an inline script", "<script>x</script>"),
        ("a handler", '<a onclick="x">'),
        ("a data or script address", '<img src="data:x">'),
        ("a foreign source", '<script src="//cdn.example/x.js">'),
        ("escaping turned off", "{{ text|safe }}"),
    ],
)
def test_the_scan_finds_what_it_looks_for(what, source):
    assert CLEAN[what].search(source)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_renders_without_request_or_context_and_says_what_to_do(name):
    page = Page(get_template(f"errors/{name}.html").render({}))
    assert len(page.all("h1")) == 1
    assert ("403" if name == "csrf" else name) in page.text
    assert page.against_the_policy() == []
    assert len(page.text) > 120


def test_the_page_of_our_own_fault_asks_neither_database_nor_manifest(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    settings.DEBUG = False
    page = Page(get_template("errors/500.html").render())
    assert page.all("link", rel="stylesheet") == [{"rel": "stylesheet", "href": "/static/faces/kaizen.css"}]


def test_the_base_page_renders_with_nothing_and_names_its_entries():
    page = Page(render_to_string("base.html", {}))
    hrefs = [given["href"] for given in page.all("a")]
    assert hrefs[0] == "#main"
    assert {"/companions", "/onboard", "/charter", "/questions"} <= set(hrefs)
    assert page.all("main", id="main")
    assert "not known on this page" in page.text


def test_the_foot_shows_the_law_its_digest_the_ledger_and_the_version():
    text = Page(render_to_string("base.html", sample.samples())).text
    for words in ("charter 1.0.0", "sha256:9f86d081…884c7d65", "1042 sealed entries", "version 0.1.0"):
        assert words in text


@pytest.mark.parametrize(("section", "href"), [("companions", "/companions"), ("charter", "/charter")])
def test_the_entry_of_the_section_read_is_marked(section, href):
    page = Page(render_to_string("base.html", {"section": section}))
    assert [given["href"] for given in page.all("a", **{"aria-current": "true"})] == [href]


def test_the_index_of_the_admin_is_the_queue_and_has_the_records_below():
    context = {
        "queue": {"rows": sample._rows(2), "first": 0, "next_first": None, "total": 2},
        "counts": {"appeals": 3},
        "app_list": [],
        "title": "x",
        "has_permission": True,
    }
    page = Page(render_to_string("admin/index.html", context))
    assert page.against_the_policy() == []
    assert [given["href"] for given in page.all("a") if given["href"].startswith("/decide")] == [
        "/decide/1",
        "/decide/2",
    ]
    assert "appeals 3" in page.text
    sheets = [given["href"] for given in page.all("link", rel="stylesheet")]
    assert sheets[-3:] == ["/static/faces/kaizen.css", "/static/faces/admin.css", "/static/faces/desk.css"]


def test_the_admin_has_no_theme_of_its_own():
    source = render_to_string("admin/base_site.html", {"title": "x"})
    assert "dark_mode.css" not in source
    assert "theme.js" not in source


def test_the_index_of_one_app_shows_its_records_without_the_queue():
    context = {
        "queue": {"rows": sample._rows(2), "first": 0, "next_first": None, "total": 2},
        "app_list": [],
        "app_label": "ledger",
        "title": "Ledger",
        "has_permission": True,
    }
    page = Page(render_to_string("admin/app_index.html", context))
    assert "Ledger" in page.text
    assert page.classed("k-queue") == []
