"""The strict reader gives a value or Malformed, and what it gives is what the standard library gives."""

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faces.strict_json import Malformed, loads

DEPTH_990 = b"[" * 990 + b"]" * 990


def nested(depth, opening=b"[", closing=b"]"):
    return opening * depth + closing * depth


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"{}", {}),
        (b" \t\r\n[1] \n", [1]),
        (b'"\\u00e9"', "é"),
        (b'"\\ud83d\\ude00"', "😀"),
        ('"😀"'.encode(), "😀"),
        (b'"\\\\u0000"', "\\u0000"),
        (b"0.10", Decimal("0.10")),
        (b"1e3", Decimal(1000)),
        (b"-0", 0),
        (b"0e999999999", Decimal(0)),
        (b"1" * 100, int("1" * 100)),
        (b"0." + b"1" * 99, Decimal("0." + "1" * 99)),
        (b"null", None),
        (b'{"a":{"A":1},"b":{"A":2}}', {"a": {"A": 1}, "b": {"A": 2}}),
        (b'"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["', "[" * 38),
        (b'"\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["', '"' + "[" * 38),
    ],
)
def test_a_sound_document_is_read_exactly(raw, value):
    read = loads(raw)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty_body"),
        (b" \n", "empty_body"),
        (b"\xef\xbb\xbf{}", "byte_order_mark"),
        (b'"\xff"', "not_utf8"),
        (b'"\xc0\x80"', "not_utf8"),
        (b'"\xed\xa0\x80"', "not_utf8"),
        ("{}".encode("utf-16-le"), "nul_character"),
        ("{}".encode("utf-16"), "not_utf8"),
        (b"{", "not_json"),
        (b"{'a':1}", "not_json"),
        (b'{"a":1,}', "not_json"),
        (b"[1] 2", "not_json"),
        (b"01", "not_json"),
        (b"+1", "not_json"),
        (b".5", "not_json"),
        (b"1.", "not_json"),
        ("١".encode(), "not_json"),
        (b'"\n"', "not_json"),
        (b'"\\x41"', "not_json"),
        (b"\xc2\xa0{}", "not_json"),
        (b"// a\n1", "not_json"),
        (b"NaN", "not_a_number"),
        (b"[Infinity]", "not_a_number"),
        (b"-Infinity", "not_a_number"),
        (b"1e999", "number_out_of_range"),
        (b"-1e999", "number_out_of_range"),
        (b"1e-999999999", "number_out_of_range"),
        (b"1" * 101, "number_too_long"),
        (b"-0." + b"1" * 100, "number_too_long"),
        (b"1e" + b"0" * 100, "number_too_long"),
        (b"1" * 60_000, "number_too_long"),
        (b'{"a":1,"a":1}', "duplicate_key"),
        (b'{"a":1,"\\u0061":1}', "duplicate_key"),
        (b'[{"x":{"a":1,"b":2,"a":3}}]', "duplicate_key"),
        (b'"\\ud800"', "lone_surrogate"),
        (b'"\\ude00\\ud83d"', "lone_surrogate"),
        (b'{"\\udfff":1}', "lone_surrogate"),
        (b'"\\u0000"', "nul_character"),
        (b'{"\\u0000":1}', "nul_character"),
        (b'[["\\u0000"]]', "nul_character"),
        (b'"\x00"', "nul_character"),
        (b"\x00", "nul_character"),
        (DEPTH_990, "too_deep"),
        (b"[" * 65_536, "too_deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "too_deep"),
    ],
)
def test_an_unsound_document_is_malformed(raw, code):
    with pytest.raises(Malformed) as caught:
        loads(raw)
    assert caught.value.code == code


@pytest.mark.parametrize(("depth", "passes"), [(31, True), (32, True), (33, False)])
def test_thirty_two_levels_pass_and_one_more_does_not(depth, passes):
    if passes:
        assert json.dumps(loads(nested(depth))) == nested(depth).decode()
    else:
        with pytest.raises(Malformed, match="too_deep"):
            loads(nested(depth))


def test_siblings_are_not_depth():
    assert len(loads(b"[" + b"[]," * 500 + b"[]]")) == 501


def test_no_part_of_the_input_is_told_back():
    with pytest.raises(Malformed) as caught:
        loads(b'{"password": hunter2}')
    assert "hunter2" not in f"{caught.value.detail}{caught.value}"


@pytest.mark.parametrize(
    "raw",
    [
        b'"' + b'\\"' * 524_288,
        b"[]," * 349_525,
        b'{"a":"' * 160_000,
        b'"\\u0061' * 140_000,
        b"[]," * 40 + b'"' + b'\\"' * 500_000,
        b'"' * 1_048_576,
    ],
    ids=["escaped quotes", "siblings", "open objects", "escapes", "escaped quotes behind brackets", "quotes"],
)
def test_hostile_megabytes_are_judged_in_linear_time(raw):
    started = time.process_time()
    with pytest.raises(Malformed):
        loads(raw)
    assert time.process_time() - started < 2


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('abcé"\\', max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(values, st.booleans())
def test_sound_documents_read_as_the_standard_library_reads_them(value, in_ascii):
    raw = json.dumps(value, ensure_ascii=in_ascii).encode()
    assert loads(raw, max_depth=100) == json.loads(raw) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_survives_exactly(number):
    read = loads(json.dumps(number).encode())
    assert float(read) == number


@settings(max_examples=300)
@given(
    st.binary(max_size=60)
    | st.text('{}[]",:0e1-+.\\u d8nultrefas\x00\ud800', max_size=60).map(
        lambda text: text.encode(errors="surrogatepass")
    )
)
def test_anything_ends_in_a_value_or_in_malformed(raw):
    try:
        value = loads(raw)
    except Malformed:
        return
    assert value == json.loads(raw, parse_float=Decimal)
