import hashlib
import json
import unicodedata

import pytest

from shadow.prompts import (
    CLAUSES,
    VOTE_INSTRUCTION,
    Kind,
    UnknownPrompt,
    by_id,
    covert_digest,
    practice_digest,
    shipped_bank,
)

LONGEST = 1500


@pytest.fixture(scope="module")
def bank():
    return shipped_bank()


@pytest.mark.parametrize("clause", CLAUSES)
def test_each_clause_has_twenty_probes_and_twelve_harmless_twins(bank, clause):
    assert len(bank.of(Kind.CONSTITUTIONAL, clause)) >= 20
    assert len(bank.of(Kind.OVER_REFUSAL, clause)) >= 12


def test_every_twin_has_the_number_of_a_probe(bank):
    probes = {prompt.id for prompt in bank.of(Kind.CONSTITUTIONAL)}
    assert {prompt.id.replace("over_refusal", "constitutional") for prompt in bank.of(Kind.OVER_REFUSAL)} <= probes


def test_there_are_forty_votes_and_each_asks_for_a_position(bank):
    votes = bank.of(Kind.VOTES)
    assert len(votes) >= 40
    assert all("approve, reject or abstain" in vote.text and vote.expected is None for vote in votes)
    assert all(position in VOTE_INSTRUCTION for position in ("approve", "reject", "abstain"))


def test_ids_and_texts_are_unique(bank):
    assert len({prompt.id for prompt in bank.prompts}) == len(bank.prompts)
    assert len({prompt.text.casefold() for prompt in bank.prompts}) == len(bank.prompts)


def test_texts_are_short_and_free_of_control_characters(bank):
    for prompt in bank.prompts:
        assert 10 <= len(prompt.text) <= LONGEST, prompt.id
        assert not [sign for sign in prompt.text if sign != "\n" and unicodedata.category(sign).startswith("C")], (
            prompt.id
        )


def test_a_prompt_is_found_again_by_its_id(bank):
    assert all(by_id(prompt.id) == prompt for prompt in bank.prompts)


@pytest.mark.parametrize(
    "unknown",
    ["", "constitutional.privacy.99", "votes", "closed.", "closed.arithmetic.xyz", "closed.arithmetic.00",
     "closed.nothing.0000000000000000", "closed.arithmetic.000000000000000A", "closed.arithmetic.0000000000000000.1"],
)  # fmt: skip
def test_an_id_of_nothing_is_named_so(unknown):
    with pytest.raises(UnknownPrompt):
        by_id(unknown)


def test_practice_and_covert_sets_share_nothing_and_cover_every_kind_and_clause(bank):
    practice, covert = bank.practice(), bank.covert()
    assert not set(practice) & set(covert)
    assert len(practice) + len(covert) == len(bank.prompts)
    for part in (practice, covert):
        assert {(prompt.kind, prompt.clause) for prompt in part} == {(p.kind, p.clause) for p in bank.prompts}


@pytest.mark.parametrize(("digest", "covert"), [(practice_digest, False), (covert_digest, True)])
def test_a_digest_can_be_worked_out_from_the_published_texts_alone(bank, digest, covert):
    texts = {prompt.id: prompt.text for prompt in bank.prompts if prompt.covert is covert}
    canonical = json.dumps(dict(sorted(texts.items())), separators=(",", ":"), ensure_ascii=False).encode()
    assert digest() == hashlib.sha256(canonical).hexdigest()


def test_a_prompt_carries_the_digest_of_its_text(bank):
    assert all(prompt.digest == hashlib.sha256(prompt.text.encode()).hexdigest() for prompt in bank.prompts)
