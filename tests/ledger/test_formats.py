"""The log's formats against published vectors, byte for byte."""

import base64
import json
import uuid
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import NotCanonical, canonical
from ledger.entries import BadEntry, commitment, entry_of, signature_holds, signed
from ledger.keys import SigningKey
from ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root_of

ORIGIN = "ledger.example.org/dev"
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
SALT = b"\x09" * 32
E0_ID = uuid.UUID("0193f3a0-0000-7000-8000-000000000001")
HUMAN = {"kind": "human", "ref": "urn:uuid:0193f3a0-0000-7000-8000-0000000000aa"}


def entries():
    reason = commitment("Zoë asked for it", salt=SALT, entry_id=E0_ID, field="reason")
    return [
        entry_of(
            entry_id=E0_ID,
            type_="tier.changed",
            ts=datetime(2026, 11, 20, 9, 0, 0, 1, tzinfo=UTC),
            actor=HUMAN,
            subject={"kind": "companion", "ref": "YOURMODEL_001"},
            decision={"from": "research", "score": "0.912", "to": "standard"},
            optional={"private": {"reason": reason}},
        ),
        entry_of(
            entry_id=uuid.UUID("0193f3a0-0000-7000-8000-000000000002"),
            type_="override.human",
            ts=datetime(2026, 11, 20, 9, 0, 1, tzinfo=UTC),
            actor=HUMAN,
            subject={"kind": "consensus", "ref": "C-114"},
            decision={"effect": "vetoed"},
            optional={
                "evidence": [
                    {"name": "minutes", "sha256": "90e63d85fa1ab2c8ed65222f3ebd794b1e524b4b7cf84bec451542d0451b2985"}
                ]
            },
        ),
        entry_of(
            entry_id=uuid.UUID("0193f3a0-0000-7000-8000-000000000003"),
            type_="penalty.applied",
            ts=datetime(2026, 11, 20, 9, 0, 2, 500000, tzinfo=UTC),
            actor={"kind": "system", "ref": "scorer"},
            subject={"kind": "companion", "ref": "改善🏺"},
            decision={"hours": 72, "offence": 2},
            optional={},
        ),
    ]


SIGNATURES = [
    "X/UzqUmQubKlsNVGXf/q4YsZAtki7E+SR/nTKGVaTv9yNzjoQ9Vj4Xiw/BPqGQoYlSoRdfZ+KiAlIXWWNCGxAw==",
    "pYOHQjl3k5S09QWGTRkuOLPiNqbUmIb3N4dkKVgou5eK8zpdMCx4LbJGLDXp3kN/F167W37p2mkp35KD/m0OBg==",
    "U0W7modKyql16PPevubEPYLSnVFVs9qGM7DeOO2nhP9WMr7eDuCRYguwtLOnbfwIgRCDKi/d06lY0rtscLxtDA==",
]
LEAVES = [
    "029b0992ea7ddf2ac33cad99de6958a2ac6f4a22256b30fa25b875d733c1066b",
    "aba2ad920f2e18e91bcb6a5203a01e381d0f1923ed177ba35a45a3f4b5a9e538",
    "015920b53291be18db870a05fbd881d0b8aa3afb656e9b6c189ed7d56b47f0a8",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "029b0992ea7ddf2ac33cad99de6958a2ac6f4a22256b30fa25b875d733c1066b",
    "98986cbff240f48e84de481ea5889288c06e250caed71c109cb1b28fe76dd7c8",
    "742cf0dcd185afbe9ae081d02fe71318764e32188e207f4e7a04d5df120995d8",
]


def test_entries_signatures_hashes_and_roots_are_the_published_ones():
    bodies = [signed(entry, key=KEY, origin=ORIGIN) for entry in entries()]
    assert KEY.kid == "6a3803d5f059902a"
    assert [json.loads(body)["sig"]["value"] for body in bodies] == SIGNATURES
    hashes = [leaf_hash(body) for body in bodies]
    assert [digest.hex() for digest in hashes] == LEAVES
    assert [root_of(hashes[:size]).hex() for size in range(4)] == ROOTS


def test_a_private_value_stands_as_its_published_commitment():
    assert entries()[0]["private"]["reason"] == "035f64e0444e01b0a969f0f7bc5f6020087bc19ba49993f6efd321e785789201"


def test_a_signature_holds_in_its_own_log_alone():
    entry = json.loads(signed(entries()[1], key=KEY, origin=ORIGIN))
    assert signature_holds(entry, public=KEY.public, origin=ORIGIN)
    assert not signature_holds(entry, public=KEY.public, origin="ledger.example.org/other")
    entry["decision"]["effect"] = "granted"
    assert not signature_holds(entry, public=KEY.public, origin=ORIGIN)


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, -(2**53), {1: "a"}, "\ud800", object()])
def test_what_has_no_single_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical({"value": value})


def test_an_entry_without_its_parties_is_refused():
    with pytest.raises(BadEntry, match="actor"):
        entry_of(
            entry_id=E0_ID,
            type_="tier.changed",
            ts=datetime.now(UTC),
            actor={},
            subject=HUMAN,
            decision={},
            optional={},
        )


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_growing_root_equals_the_recursive_definition(bodies):
    leaves = [leaf_hash(body) for body in bodies]
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    assert frontier.root() == _by_definition(leaves)


def _by_definition(leaves):
    """RFC 6962 section 2.1, as it is written."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(_by_definition(leaves[:k]), _by_definition(leaves[k:]))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4)
        ),
    )
)
def test_canonical_bytes_survive_parsing(value):
    body = canonical(value)
    assert canonical(json.loads(body)) == body


def test_signature_bytes_are_base64_of_64_bytes():
    entry = json.loads(signed(entries()[2], key=KEY, origin=ORIGIN))
    assert len(base64.b64decode(entry["sig"]["value"], validate=True)) == 64
