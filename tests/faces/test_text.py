"""Which text passes, character by character."""

import unicodedata

import pytest

from faces.schema import Rejected
from faces.text import free_text, refused_at

LISTED = [
    *"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u2800\u3164\ufeff\uffa0",
    *map(
        chr,
        [
            *range(0x180B, 0x1810),
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202F),
            *range(0x2060, 0x2070),
            *range(0xFE00, 0xFE10),
        ],
    ),
    *map(chr, [0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x1FFFF, 0x10FFFE, 0x10FFFF]),
    *map(chr, [0xE0001, 0xE0061, 0xE0100, 0xE0FFF, 0x1D173, 0xFFF0]),
    *"\x00\x01\t\n\r\x1b\x1f\x7f\x80\x85\x9f\u2028\u2029\ud800\udfff",
]


def code_of(leaf, value):
    with pytest.raises(Rejected) as caught:
        leaf.check(value)
    return caught.value.code


@pytest.mark.parametrize("char", LISTED, ids=lambda char: f"U+{ord(char):04X}")
def test_a_character_that_shows_nothing_or_controls_is_refused(char):
    assert code_of(free_text(1, 9), f"a{char}b") == "refused_character"


def test_every_control_surrogate_and_separator_of_unicode_is_refused():
    bad = {"Cc", "Cs", "Zl", "Zp"}
    passed = [
        code for code in range(0x110000) if unicodedata.category(chr(code)) in bad and refused_at(chr(code)) is None
    ]
    assert passed == []


@pytest.mark.parametrize(
    "text",
    [
        "Your Name",
        "山田　太郎",
        "Zoë",
        "نام",
        "a\u00a0b",
        "e\u0301",
        "😀",
        "<b>=1+1</b>",
        "\u200eX"[1:],
        "नमस्ते",
        "\ue000",
    ],
)
def test_text_of_any_language_is_kept_as_received(text):
    assert free_text(1, 200).check(text) == text


@pytest.mark.parametrize("text", ["👩\u200d🔬", "❤\ufe0f", "می\u200cخواهم"])
def test_joiners_and_emoji_pass_only_where_allowed(text):
    assert free_text(1, 200, emoji_ok=True).check(text) == text
    assert code_of(free_text(1, 200), text) == "refused_character"


@pytest.mark.parametrize("text", ["\u200d", "\ufe0f\u200c"])
def test_a_name_of_nothing_visible_is_refused_even_where_joiners_pass(text):
    assert code_of(free_text(1, 200, emoji_ok=True), text) == "refused_character"


@pytest.mark.parametrize("text", [" a", "a ", "\u00a0a", "a\u3000", " ", "\ta", "a\n"])
def test_outer_blanks_are_an_error_and_never_trimmed(text):
    assert code_of(free_text(1, 9, lines=True), text) == "outer_blank"


@pytest.mark.parametrize(("length", "passes"), [(0, False), (1, True), (200, True), (201, False)])
def test_length_counts_code_points(length, passes):
    text = "😀" * length
    if passes:
        assert free_text(1, 200).check(text) == text
    else:
        assert code_of(free_text(1, 200), text) == "wrong_length"


def test_line_breaks_pass_only_in_prose_and_carriage_returns_nowhere():
    assert free_text(1, 9, lines=True).check("a\n\tb") == "a\n\tb"
    assert code_of(free_text(1, 9, lines=True), "a\r\nb") == "refused_character"
    assert code_of(free_text(1, 9), "a\nb") == "refused_character"


@pytest.mark.parametrize("value", [None, 1, True, ["a"], {"a": 1}])
def test_only_a_string_is_text(value):
    assert code_of(free_text(1, 9), value) == "wrong_type"
