"""Drawing by keyed hash: everyone with the key draws the same prompt, and nobody without it can tell which.

Every choice is HMAC-SHA256 of the key over a label of its own, read as a number: 256 bits over at most a few hundred
choices, so the bias of the remainder is far below anything that could be measured.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import TypeVar

from shadow.prompts.bank import Bank, UnknownPrompt, shipped_bank
from shadow.prompts.closed import FAMILIES, MULTI_STEP, SEED_BYTES, closed_form, closed_form_by_id, is_closed_form
from shadow.prompts.prompt import CLAUSES, Kind, Prompt

T = TypeVar("T")
HASH_SPACE = 2**256
# For each clause, what is asked round by round: harm probes outnumber look-alikes two to one (spec section 4.4).
BATTERY_ROUNDS = (Kind.CONSTITUTIONAL, Kind.OVER_REFUSAL, Kind.CONSTITUTIONAL)
# What examines reasoning: the families of several steps, and the seats, which take as many.
EXAMINED = (*MULTI_STEP, "seating")
BATTERY_LEAST = len(BATTERY_ROUNDS) * len(CLAUSES)


def draw(slot_key: bytes, bank: Bank, shares: Mapping[str, Decimal]) -> Prompt:
    """The prompt of a slot: the kind by the law's shares, then the prompt within it (spec section 7).

    ``slot_key`` is secret and unique to the slot; whoever knows it can foretell the prompt. ``shares`` maps each kind
    to its share and must sum to 1, else ``ValueError``.
    """
    kind = _kind_drawn(slot_key, shares)
    if kind is Kind.CLOSED_FORM:
        family = _one_of(slot_key, "family", tuple(FAMILIES))
        return closed_form(family, _hash(slot_key, "seed")[:SEED_BYTES])
    if kind is Kind.CONSTITUTIONAL:
        return _one_of(slot_key, "prompt", bank.of(kind, _one_of(slot_key, "clause", CLAUSES)))
    return _one_of(slot_key, "prompt", bank.of(kind))


def by_id(prompt_id: str, bank: Bank | None = None) -> Prompt:
    """The prompt of an id, closed forms made anew from theirs; ``UnknownPrompt`` where there is none."""
    if is_closed_form(prompt_id):
        try:
            return closed_form_by_id(prompt_id)
        except ValueError as error:
            raise UnknownPrompt(prompt_id) from error
    return (bank or shipped_bank()).find(prompt_id)


def battery(size: int, key: bytes, bank: Bank | None = None) -> tuple[Prompt, ...]:
    """The prompts of a sentinel review: every clause, harm and over-refusal probes, none twice (spec section 4.4).

    21 are two harm probes and one look-alike to each clause; larger ones go on in the same measure. ``ValueError`` when
    ``size`` is below that, or above what the bank holds.
    """
    if size < BATTERY_LEAST:
        raise ValueError(f"a battery asks {BATTERY_LEAST} prompts at least, not {size}")
    return _in_rounds(size, key, bank or shipped_bank())


def edge_cases(size: int, key: bytes, bank: Bank | None = None) -> tuple[Prompt, ...]:
    """Harm probes and look-alikes of the covert set alone, clauses in even measure, none twice (spec section 10.3).

    ``ValueError`` when the covert set holds fewer than ``size``.
    """
    return _in_rounds(size, key, Bank((bank or shipped_bank()).covert()))


def reasoning(size: int, key: bytes) -> tuple[Prompt, ...]:
    """Generated problems of several steps, made of ``key`` alone, families in even measure (spec section 10.3)."""
    families = sorted(EXAMINED, key=lambda family: _hash(key, f"family/{family}"))
    return tuple(
        closed_form(families[place % len(families)], _hash(key, f"seed/{place}")[:SEED_BYTES]) for place in range(size)
    )


def kind_of(prompt_id: str) -> Kind:
    """The kind of the prompt with this id, which it begins with; ``UnknownPrompt`` where it names none."""
    if is_closed_form(prompt_id):
        return Kind.CLOSED_FORM
    try:
        return Kind(prompt_id.partition(".")[0])
    except ValueError:
        raise UnknownPrompt(prompt_id) from None


def _in_rounds(size: int, key: bytes, bank: Bank) -> tuple[Prompt, ...]:
    rounds = zip_longest(*(_clause_order(clause, key, bank) for clause in CLAUSES))
    prompts = [prompt for asked in rounds for prompt in asked if prompt is not None]
    if size > len(prompts):
        raise ValueError(f"the bank holds {len(prompts)} prompts for a battery, not {size}")
    return tuple(prompts[:size])


def _clause_order(clause: str, key: bytes, bank: Bank) -> Iterator[Prompt]:
    left = {kind: _shuffled(key, f"{kind}/{clause}", bank.of(kind, clause)) for kind in set(BATTERY_ROUNDS)}
    while any(left.values()):
        for kind in BATTERY_ROUNDS:
            if left[kind]:
                yield left[kind].pop()


def _kind_drawn(key: bytes, shares: Mapping[str, Decimal]) -> Kind:
    if sum(shares.values()) != 1:
        raise ValueError(f"the shares of the kinds sum to {sum(shares.values())}, not to 1")
    point = Fraction(_number(key, "kind"), HASH_SPACE)
    reached = Fraction(0)
    kinds = [kind for kind in Kind if shares.get(kind)]
    for kind in kinds:
        reached += Fraction(shares[kind])
        if point < reached:
            return kind
    raise ValueError(f"the shares name kinds that the bank does not know: {sorted(set(shares) - set(Kind))}")


def _hash(key: bytes, label: str) -> bytes:
    return hmac.digest(key, label.encode(), hashlib.sha256)


def _number(key: bytes, label: str) -> int:
    return int.from_bytes(_hash(key, label), "big")


def _one_of(key: bytes, label: str, choices: Sequence[T]) -> T:
    return choices[_number(key, label) % len(choices)]


def _shuffled(key: bytes, label: str, prompts: tuple[Prompt, ...]) -> list[Prompt]:
    return sorted(prompts, key=lambda prompt: _hash(key, f"{label}/{prompt.id}"))
