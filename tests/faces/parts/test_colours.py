"""Contrast of the tokens, computed from the stylesheet by WCAG 2.2's formula."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[3] / "faces/static/faces/kaizen.css").read_text()
ADMIN = (Path(__file__).resolve().parents[3] / "faces/static/faces/admin.css").read_text()
LIGHT = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS[: CSS.index("@media")]))
_DARK = CSS[CSS.index("@media (prefers-color-scheme: dark)") :]
DARK = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", _DARK[: _DARK.index("/* The page */")]))
GROUNDS = ("paper", "raised", "sunk")
TEXT = [
    *((ink, ground, 7) for ink in ("ink",) for ground in (*GROUNDS, "words")),
    *((ink, ground, 4.5) for ink in ("quiet", "accent", "accent-strong", "fail") for ground in GROUNDS),
    *((tone, f"{tone}-tint", 4.5) for tone in ("pass", "warn", "fail", "unknown", "frozen")),
    *(("ink", f"{tone}-tint", 7) for tone in ("pass", "warn", "fail", "unknown", "frozen")),
    ("unknown", "paper", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    ("paper", "fail", 4.5),
    ("paper", "ink", 4.5),
]
DRAWN = [
    *((line, ground, 3) for line in ("edge", "gold") for ground in ("paper", "raised")),
    *((tone, ground, 3) for tone in ("pass", "warn", "fail", "unknown", "frozen") for ground in GROUNDS),
    *((f"gi-{number}", "sunk", 3) for number in range(1, 6)),
]


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_gives_the_known_extremes():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_themes_name_the_same_colours():
    assert LIGHT.keys() == DARK.keys()
    assert len(LIGHT) > 20


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), [*TEXT, *DRAWN])
def test_colours_stand_out_from_what_they_are_on(theme, front, back, least):
    assert contrast(theme[front], theme[back]) >= least


def test_the_sheets_load_nothing_and_name_no_colour_outside_the_tokens():
    for sheet in (CSS, ADMIN):
        assert "url(" not in sheet
        assert "@import" not in sheet
    body = CSS[CSS.index("/* The page */") : CSS.index("@media print")]
    assert re.findall(r"#[0-9a-f]{3,6}\b(?=[; ])", body) == []
    assert re.findall(r"#[0-9a-f]{3,6}\b(?=[; ])", ADMIN) == []


def test_every_token_used_is_defined():
    defined = set(re.findall(r"(--[\w-]+):", CSS + ADMIN))
    assert set(re.findall(r"var\((--[\w-]+)\)", CSS + ADMIN)) <= defined
