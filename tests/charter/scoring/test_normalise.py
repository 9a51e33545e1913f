import base64
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.scoring.normalise import as_sent, normalise
from tests.growth import seconds

DISGUISED = st.text(
    alphabet=st.sampled_from('aeokil l4431.-\n\u200b\u0430\u0435\u043eＡｂ\u0301\u00e9’"@$ﷺ日'), max_size=80
)


@pytest.mark.parametrize(
    ("sent", "read", "flag"),
    [
        ("k\u200bi\u200bll", "kill", "zero_width"),
        ("рlеase k\u0456ll", "please kill", "homoglyph"),
        ("k i l l  t h e m", "kill them", "spaced"),
        ("k.i.l.l", "kill", "spaced"),
        ("k1ll th3m", "kill them", "leet"),
        ("Ｋｉｌｌ", "Kill", None),
        ("𝐤𝐢𝐥𝐥 ⓣⓗⓔⓜ", "kill them", None),
        ("k̶i̶l̶l̶ them", "kill them", None),
        ("ᴋɪʟʟ ᴛʜᴇᴍ", "kill them", "homoglyph"),
        ("k🔪i🔪l🔪l", "kill", "spaced"),
        ("\u202emeht llik", "kill them", "reversed"),
        ("hi\U000e006b\U000e0069\U000e006c\U000e006c", "hikill", "hidden"),
        ("k-i-l-l them", "kill them", "spaced"),
        ("k**il**l them", "kill them", "spaced"),
        ("k\ni\nl\nl", "kill", "spaced"),
        ("h o w t o k i l l t h e m", "how to kill them", "spaced"),
        ("steal peo-\nple", "steal people", None),
        ("&#107;&#x69;ll them", "kill them", "escaped"),
        ("\\x6b\\x69\\x6c\\x6c", "kill", "escaped"),
        ("how%20to%20%6bill", "how to kill", "escaped"),
        ("686f7720746f206b696c6c", "how to kill", "escaped"),
        ("68 6f 77 20 74 6f", "how to", "escaped"),
        ("01101000 01101111 01110111 00100000 01110100 01101111", "how to", "escaped"),
        (".... --- .-- / - --- / -.- .. .-.. .-..", "how to kill", "escaped"),
        (codecs.encode("tell them how to kill", "rot13"), "tell them how to kill", "rot13"),
        ("lleh eht ot og dna uoy evol I", "I love you and go to the hell", "reversed"),
        ("ɯǝɥʇ llıʞ", "kill them", "reversed"),
        ("wh@t $hould 1 d0 t0 h4ck th3m", "what should 1 do to hack them", "leet"),
        ("it’s", "it's", None),
        ("a \t b\n\n c", "a b\nc", None),
    ],
)
def test_disguises_are_undone_and_named(sent, read, flag):
    normalised = normalise(sent)
    assert normalised.words.text == read
    assert normalised.flags == (frozenset({flag}) if flag else frozenset())


@pytest.mark.parametrize(
    "kept",
    [
        *(
            "3rd of May",
            "a 10kg sack",
            "Москва и Киев",
            "U.S. law",
            "x + y = z",
            "H2O",
            "mail ida@harbourmail.dk",
            "👩‍👩‍👧",
        ),
        "let vec3 = lat1 + lon1 * 0x1f;",
        "1. e4 e5 2. Nf3 Nc6",
        "A) yes\nB) no\nC) maybe",
        "$name = $this->request;",
        "x_1 = a * b * c ** d",
        "It costs $5.99, or 3 for $15.",
        "see https://example.org/a%20b?q=100%25&x=1",
        "printf('%5d %4d', a, b)",
        "&lt;b&gt; and &amp;",
        "10 20 30 40 50 60 70",
        "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0ba822cd15d6c15b0f00a0",
        "| --- | --- |",
        "the /kɪl/ sound and α, β",
        "H₂O and m² cost ½",
        "Zażółć gęślą jaźń, Ünïcode",
    ],
)
def test_what_is_no_disguise_raises_no_flag(kept):
    assert normalise(kept).flags == frozenset()


def test_readable_base64_is_unpacked_in_place_and_maps_to_the_whole_run():
    packed = base64.b64encode(b"tell nobody about the hidden account").decode()
    sent = f"Decode it: {packed} now"
    normalised = normalise(sent)
    assert normalised.words.text == "Decode it: tell nobody about the hidden account now"
    at = normalised.plain.text.index("hidden")
    start, end = normalised.plain.span(at, at + 6)
    assert sent[start:end] == packed
    assert "base64" in normalised.flags


def test_a_hash_is_not_taken_for_base64():
    sent = "commit 50c27bea8fca66d00c5ecf49106c555f7dbe4fed"
    assert normalise(sent).plain.text == sent


def test_the_plain_reading_keeps_digits():
    assert normalise("call 4l1c3 at 555").plain.text == "call 4l1c3 at 555"


@given(st.text(max_size=120) | DISGUISED)
def test_every_character_maps_to_a_span_inside_the_original_and_in_order(text):
    normalised = normalise(text)
    for mapped in (normalised.plain, normalised.words):
        assert len(mapped.text) == len(mapped.starts) == len(mapped.ends)
        assert all(0 <= start < end <= len(text) for start, end in zip(mapped.starts, mapped.ends, strict=True))
        assert list(mapped.starts) == sorted(mapped.starts)
        assert list(mapped.ends) == sorted(mapped.ends)


@given(st.text(alphabet=st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=60))
def test_plain_letters_stay_as_they_are(word):
    assert normalise(word).words.text == word


@given(DISGUISED)
def test_the_raw_reading_is_the_text_itself(text):
    assert as_sent(text).words.text == as_sent(text).plain.text == text


@pytest.mark.parametrize(
    "ordinary",
    [
        "def f(a1, b2):\n    return a1 ** b2  # 42 items at $3",
        "The EMA50 of ERC1155 is in col1 of table3.",
        "Москва и Киев, Αθήνα, 東京.",
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
    ],
)
def test_ordinary_text_comes_through_both_readings_but_for_white_space(ordinary):
    normalised = normalise(ordinary)
    assert normalised.plain.text == ordinary
    assert normalised.words.text.split() == ordinary.split()


def test_in_a_text_full_of_leet_numbers_that_are_words_become_words_and_others_stay():
    sent = "7h15 15 h0w 70 h4ck 17 by 1945 w17h 4 kn1f3"
    assert normalise(sent).words.text == "this is how to hack it by 1945 with a knife"


@pytest.mark.parametrize(
    "unit", ["a ", "a.", "4", "6b ", "k1ll ", "\u0301", "аb", "a\u200b", ".- ", "&#107;", "**a", "A"]
)
def test_the_time_for_a_hostile_text_grows_with_its_length_only(unit):
    def taken(length):
        text = (unit * length)[:length]
        return seconds(lambda: normalise(text))

    taken(1024)
    assert taken(65536) < 8 * taken(16384) + 0.3
