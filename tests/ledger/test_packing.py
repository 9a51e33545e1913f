"""Evidence takes little room, and what unpacks to more than it may is refused."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import packing
from ledger.packing import MARK, MOST, Unpackable, pack, unpack


@given(st.binary(max_size=5000) | st.text(max_size=2000).map(str.encode))
def test_whatever_is_packed_comes_back(content):
    assert unpack(pack(content)) == content


@given(st.binary(max_size=200))
def test_content_that_looks_packed_comes_back_too(content):
    assert unpack(pack(MARK + content)) == MARK + content


def test_sums_take_a_fraction_of_their_room():
    content = b'{"counted":{"compliant":1234,"scored":1250}}' * 100
    assert len(pack(content)) < len(content) / 10


@pytest.mark.parametrize("content", [b"", b'{"a":1}', b"null"])
def test_what_would_only_grow_stays_as_it_is(content):
    assert pack(content) == content


def test_what_earlier_releases_kept_is_read_as_it_stands():
    body = b'{"findings":[]}' * 50
    assert unpack(body) == body


@pytest.mark.parametrize("size", [MOST - 1, MOST, MOST + 1])
def test_no_more_is_kept_than_can_be_read_again(size):
    content = b"0" * size
    if size <= MOST:
        assert len(unpack(pack(content))) == size
    else:
        with pytest.raises(Unpackable, match="at most"):
            pack(content)


def test_a_body_that_unpacks_without_end_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(packing, "MOST", 1000)
    bomb = MARK + zlib.compress(b"0" * 10_000_000, 9)
    with pytest.raises(Unpackable, match="more than 1000 bytes"):
        unpack(bomb)


@pytest.mark.parametrize(
    "spoil", [lambda body: body[:-1], lambda body: body + b"x", lambda body: body[:9] + b"\xff" * 9]
)
def test_a_broken_body_is_not_read(spoil):
    with pytest.raises(Unpackable, match="broken"):
        unpack(spoil(pack(b'{"scores":[70,70,70]}' * 20)))
