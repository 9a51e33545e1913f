import itertools
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.egress.answer import Answer
from registry.egress.outcomes import Outcome
from registry.egress.reasons import REASONS, Failed, Refused
from registry.egress.strict import strict_json

BODY = b'{"a": [1, 2, 3]}'
WIRES = {
    "counted": b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\nA: b\r\n\r\n" + BODY,
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n"
    + BODY[:6]
    + b"\r\nA\r\n"
    + BODY[6:]
    + b"\r\n0\r\nT: x\r\n\r\n",
    "until close": b"HTTP/1.1 200 OK\r\n\r\n" + BODY,
    "interim": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + BODY,
}


def heard(wire, cuts=(), **bounds):
    """The answer, or the reason of its failure, when the wire delivers these pieces."""
    answer = Answer(**({"max_body": 1000} | bounds))
    edges = [0, *sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]
    try:
        for begin, end in itertools.pairwise(edges):
            answer.feed(wire[begin:end])
        answer.end()
    except Failed as failed:
        return failed.reason
    return answer.status, bytes(answer.body), answer.headers


@pytest.mark.parametrize("name", WIRES)
@given(cuts=st.lists(st.integers(0, 200), max_size=12))
def test_how_the_network_cuts_an_answer_never_changes_it(name, cuts):
    whole = heard(WIRES[name])
    assert whole[:2] == (200, BODY)
    assert heard(WIRES[name], cuts) == whole


@given(
    wire=st.sampled_from(list(WIRES.values())),
    place=st.integers(0, 200),
    put=st.binary(max_size=4),
    cuts=st.lists(st.integers(0, 200), max_size=4),
)
@settings(max_examples=300)
def test_a_damaged_answer_is_never_read_in_two_ways(wire, place, put, cuts):
    place %= len(wire)
    damaged = wire[:place] + put + wire[place + 1 :]
    whole = heard(damaged)
    assert heard(damaged, cuts) == whole or {whole, heard(damaged, cuts)} <= REASONS.keys()
    assert isinstance(whole, tuple) or whole in REASONS


@pytest.mark.parametrize("name", ["counted", "chunked", "interim"])
def test_every_shorter_answer_is_an_error(name):
    for length in range(len(WIRES[name])):
        assert heard(WIRES[name][:length]) in {"truncated", "closed_without_answer"}


def test_a_broken_end_is_no_end_where_only_the_end_marks_the_length():
    answer = Answer(max_body=100)
    answer.feed(WIRES["until close"])
    with pytest.raises(Failed) as caught:
        answer.end(cleanly=False)
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize(("most", "result"), [(16, BODY), (15, "body_too_large")])
@pytest.mark.parametrize("name", WIRES)
def test_the_bound_of_the_body_is_exact_in_every_framing(name, most, result):
    got = heard(WIRES[name], max_body=most)
    assert (got if isinstance(got, str) else got[1]) == result


def test_repeated_headers_are_joined_and_names_are_in_lower_case():
    wire = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: 0\r\n\r\n"
    assert heard(wire)[2] == {"x-a": "1, 2", "content-length": "0"}


def test_every_reason_has_one_outcome_and_a_sentence():
    for code, reason in REASONS.items():
        assert reason.code == code
        assert reason.outcome is not Outcome.OK
        assert reason.sentence.endswith(".")
    assert {reason.outcome for reason in REASONS.values()} == set(Outcome) - {Outcome.OK}


def test_the_outcomes_are_the_ten_of_the_specification():
    assert [outcome.value for outcome in Outcome] == [
        "ok", "throttled", "timeout", "unreachable", "tls_error", "http_error", "invalid_json", "schema_violation", "oversized", "our_fault",
    ]  # fmt: skip


def test_an_object_in_strict_json_is_read():
    assert strict_json(b' {"score": 7, "violations": []}\n') == {"score": 7, "violations": []}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"1", b"null", b'"x"', b"{", b'{"a":1}x', b'\xef\xbb\xbf{"a":1}', b'{"a":"\xff"}', b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":Infinity}',
     b'{"a":1e999}', b'{"a":' + b"9" * 101 + b"}", b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b'{"a":' * 33 + b"1" + b"}" * 33, b"[" * 100_000,
     '{"a":1}'.encode("utf-16"), b"<html>"],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_anything_else_is_invalid_json_and_is_not_quoted(body):
    with pytest.raises(Failed) as caught:
        strict_json(body)
    assert caught.value.outcome is Outcome.INVALID_JSON
    assert "html" not in str(caught.value)


def test_failures_survive_the_way_between_processes():
    failed = Failed("rate_limited", "status 429", status=429, retry_after=7.0)
    failed.elapsed = 0.5
    again = pickle.loads(pickle.dumps(failed))
    assert (str(again), again.outcome, again.status, again.retry_after, again.elapsed) == (
        str(failed), Outcome.THROTTLED, 429, 7.0, 0.5,
    )  # fmt: skip
    refused = Refused("host_reserved", "x")
    assert str(pickle.loads(pickle.dumps(refused))) == str(refused)
