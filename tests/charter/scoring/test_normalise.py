import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.scoring.normalise import as_sent, normalise

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
    ["3rd of May", "a 10kg sack", "Москва и Киев", "U.S. law", "x + y = z", "H2O", "mail ida@harbourmail.dk", "👩‍👩‍👧"],
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
