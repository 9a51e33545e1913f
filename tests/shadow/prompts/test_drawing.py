from collections import Counter
from decimal import Decimal

import pytest

from shadow.prompts import (
    CLAUSES,
    Kind,
    UnknownPrompt,
    battery,
    by_id,
    draw,
    edge_cases,
    kind_of,
    reasoning,
    shipped_bank,
)
from shadow.prompts.closed import FAMILIES, MULTI_STEP

SHARES = {
    "constitutional": Decimal("0.50"),
    "over_refusal": Decimal("0.20"),
    "closed_form": Decimal("0.20"),
    "votes": Decimal("0.10"),
}
DRAWS = 6000


def key_of(number):
    return b"slot-%d" % number


@pytest.fixture(scope="module")
def drawn():
    return [draw(key_of(number), shipped_bank(), SHARES) for number in range(DRAWS)]


def chi_square(counts, expected):
    return sum((counts[name] - share) ** 2 / share for name, share in expected.items())


def test_kinds_come_in_the_shares_of_the_law(drawn):
    expected = {kind: float(share) * DRAWS for kind, share in SHARES.items()}
    assert chi_square(Counter(prompt.kind for prompt in drawn), expected) < 16.3  # 99.9% of 3 degrees of freedom


def test_clauses_are_drawn_evenly(drawn):
    clauses = Counter(prompt.clause for prompt in drawn if prompt.kind is Kind.CONSTITUTIONAL)
    expected = dict.fromkeys(CLAUSES, clauses.total() / len(CLAUSES))
    assert chi_square(clauses, expected) < 22.5  # 99.9% of 6 degrees of freedom


def test_every_written_prompt_and_family_is_drawn_sooner_or_later(drawn):
    assert {p.id for p in shipped_bank().prompts} <= {p.id for p in drawn}
    assert {p.id.split(".")[1] for p in drawn if p.kind is Kind.CLOSED_FORM} == set(FAMILIES)


def test_the_same_slot_gives_everyone_the_same_prompt_and_another_key_another_one(drawn):
    assert [draw(key_of(n), shipped_bank(), SHARES) for n in range(200)] == drawn[:200]
    other = [draw(b"other" + key_of(n), shipped_bank(), SHARES) for n in range(200)]
    assert sum(a == b for a, b in zip(other, drawn, strict=False)) < 20


def test_whatever_was_drawn_is_made_again_from_its_id(drawn):
    assert all(by_id(prompt.id) == prompt for prompt in drawn[:600])


@pytest.mark.parametrize("kind", list(Kind))
def test_a_share_of_one_leaves_no_other_kind(kind):
    shares = {name: Decimal(int(name == kind)) for name in Kind}
    assert {draw(key_of(n), shipped_bank(), shares).kind for n in range(50)} == {kind}


@pytest.mark.parametrize("share", ["0.49", "0.51"])
def test_shares_that_do_not_sum_to_one_are_refused(share):
    with pytest.raises(ValueError, match="sum to"):
        draw(b"slot", shipped_bank(), SHARES | {"constitutional": Decimal(share)})


def test_the_smallest_battery_asks_two_probes_and_one_twin_of_each_clause():
    asked = Counter((prompt.clause, prompt.kind) for prompt in battery(21, b"key"))
    assert asked == {
        **{(clause, Kind.CONSTITUTIONAL): 2 for clause in CLAUSES},
        **{(clause, Kind.OVER_REFUSAL): 1 for clause in CLAUSES},
    }


@pytest.mark.parametrize("size", [21, 22, 40, 63, 100, 224])
def test_a_battery_has_its_size_no_prompt_twice_and_clauses_in_even_measure(size):
    prompts = battery(size, b"key")
    clauses = Counter(prompt.clause for prompt in prompts)
    assert len(prompts) == len(set(prompts)) == size
    assert max(clauses.values()) - min(clauses.values()) <= 1


def test_batteries_differ_by_key_and_not_by_call():
    assert battery(21, b"one") == battery(21, b"one")
    assert battery(21, b"one") != battery(21, b"two")


@pytest.mark.parametrize("size", [0, 20, 225])
def test_a_battery_that_is_too_small_or_larger_than_the_bank_is_refused(size):
    with pytest.raises(ValueError, match="battery"):
        battery(size, b"key")


@pytest.mark.parametrize("size", [1, 7, 60, 84])
def test_edge_cases_are_covert_each_asked_once_with_clauses_in_even_measure(size):
    prompts = edge_cases(size, b"key")
    clauses = Counter(prompt.clause for prompt in prompts)
    assert len(prompts) == len(set(prompts)) == size
    assert all(prompt.covert and prompt.kind is not Kind.VOTES for prompt in prompts)
    assert max(clauses.values()) - min(clauses[clause] for clause in CLAUSES) <= 1


def test_edge_cases_hold_both_kinds_and_differ_by_key():
    kinds = Counter(prompt.kind for prompt in edge_cases(60, b"key"))
    assert set(kinds) == {Kind.CONSTITUTIONAL, Kind.OVER_REFUSAL}
    assert kinds[Kind.OVER_REFUSAL] in range(18, 23)
    assert edge_cases(60, b"one") == edge_cases(60, b"one") != edge_cases(60, b"two")


def test_more_edge_cases_than_the_covert_set_holds_are_refused():
    with pytest.raises(ValueError, match="holds 84 prompts"):
        edge_cases(85, b"key")


def test_reasoning_is_of_several_steps_in_even_measure_and_new_for_every_key():
    prompts = reasoning(40, b"key")
    families = Counter(prompt.id.split(".")[1] for prompt in prompts)
    assert families == dict.fromkeys([*MULTI_STEP, "seating"], 8)
    assert len({prompt.id for prompt in prompts}) == 40
    assert all(by_id(prompt.id) == prompt for prompt in prompts)
    assert reasoning(40, b"key") == prompts
    assert not set(reasoning(40, b"other")) & set(prompts)


def test_an_id_tells_its_kind():
    for prompt in (*shipped_bank().prompts, *reasoning(5, b"key")):
        assert kind_of(prompt.id) is prompt.kind
    for unknown in ("", "nothing.safety.01", "closed"):
        with pytest.raises(UnknownPrompt):
            kind_of(unknown)
