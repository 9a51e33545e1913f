import hashlib
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shadow.prompts import by_id, grade
from shadow.prompts.closed import EVERY_FAMILY, FAMILIES, MULTI_STEP, closed_form
from shadow.prompts.closed.household import clues_of, houses_of
from shadow.prompts.closed.puzzles import Clue

SEEDS = st.binary(min_size=8, max_size=8)
FAMILY = st.sampled_from(sorted(EVERY_FAMILY))


def test_there_are_ten_families_at_least():
    assert len(FAMILIES) >= 10


@settings(deadline=None)
@given(FAMILY, SEEDS)
def test_a_question_is_short_tells_how_to_answer_and_comes_back_by_its_id(family, seed):
    prompt = closed_form(family, seed)
    assert "Answer with the" in prompt.text
    assert "alone" in prompt.text
    assert len(prompt.text) <= 1500
    assert prompt.text.isprintable()
    assert by_id(prompt.id) == prompt


@settings(deadline=None)
@given(FAMILY, SEEDS)
def test_the_canonical_answer_is_right_in_every_dress(family, seed):
    expected = closed_form(family, seed).expected
    for dress in ("{}", "{}.", "**{}**", "`{}`", "The answer is {}.", "Answer: {}", "Let me see.\n\n{}\n", "  {}  "):
        assert grade(dress.format(expected), expected), dress


@settings(deadline=None)
@given(FAMILY, SEEDS, SEEDS)
def test_another_answer_and_a_list_of_guesses_are_wrong(family, seed, other):
    expected, guess = closed_form(family, seed).expected, closed_form(family, other).expected
    if guess.casefold() == expected.casefold():
        return
    assert not grade(guess, expected)
    for guesses in ("{} or {}", "{1} or {0}", "maybe {0} or {1}", "It is not {1}"):
        assert not grade(guesses.format(guess, expected), expected)


@settings(deadline=None)
@given(FAMILY)
def test_an_empty_answer_and_a_refusal_are_wrong(family):
    expected = closed_form(family, b"\x00" * 8).expected
    for answer in ("", "\n \n", "I cannot answer that.", "I do not know", "?"):
        assert not grade(answer, expected)


@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        ("42", "42", True),
        ("42.0", "42", True),
        ("1,234", "1234", True),
        ("12 + 30 = 42", "42", True),
        ("42 books", "42", True),
        ("12 * 3 = 36\n36 + 6 = 42\n42", "42", True),
        ("12 * 3 = 36\n36 + 6 = 42", "42", True),
        ("**Solution**\n\n42", "42", True),
        ("-4", "-4", True),
        ("4", "-4", False),
        ("421", "42", False),
        ("4.2", "42", False),
        ("41, 42", "42", False),
        ("41,42", "42", False),
        ("41-42", "42", False),
        ("41\n42", "42", False),
        ("- 41\n- 42", "42", False),
        ("1. 41\n2. 42", "42", False),
        ("42\n43", "42", False),
        ("between 41 and 42", "42", False),
        ("10101", "10101", True),
        ("Thursday", "Thursday", True),
        ("it is a thursday", "Thursday", False),
        ("It falls on Thursday.", "Thursday", True),
        ("Wednesday\nThursday", "Thursday", False),
        ("Wednesday, Thursday", "Thursday", False),
        ("mcmxc", "MCMXC", True),
        ("9:05", "09:05", True),
        ("It ends at 09:05.", "09:05", True),
        ("09:05 and 10:05", "09:05", False),
        ("09:00\n09:05", "09:05", False),
        ("2031-03-04", "2031-03-04", True),
        ("2031-3-4", "2031-03-04", True),
        ("2031-04-03", "2031-03-04", False),
        ("a, b, c", "a, b, c", True),
        ("a,b, c.", "a, b, c", True),
        ("Sorted: a, b, c", "a, b, c", True),
        ("a, c, b", "a, b, c", False),
        ("a, b", "a, b, c", False),
        ("b, a, c\na, b, c", "a, b, c", False),
    ],
)
def test_an_answer_is_graded_by_its_last_line(answer, expected, right):
    assert grade(answer, expected) is right


@pytest.mark.parametrize(
    ("families", "digest"),
    [
        (FAMILIES, "c999ba8a9a1940d9fc0842802fc1d41a8551569f56bd8626bead6c37348c8234"),
        (MULTI_STEP, "f7a6dccd3187d3ec0b296006c0b97c17277dd8117a9448ef11f8c759cd68630a"),
    ],
)
def test_questions_are_pinned_so_that_ids_of_old_samples_still_say_what_was_asked(families, digest):
    prompts = [closed_form(family, bytes([number]) * 8) for family in families for number in range(20)]
    asked = "".join(f"{prompt.id}|{prompt.text}|{prompt.expected}" for prompt in prompts)
    assert hashlib.sha256(asked.encode()).hexdigest() == digest


@settings(deadline=None)
@given(SEEDS)
def test_the_clues_of_a_seating_leave_one_person_for_the_seat(seed):
    prompt = closed_form("seating", seed)
    people = prompt.text.split("left to right: ")[1].split(".")[0].split(", ")
    told = prompt.text.split(". ")[1:-1]
    possible = [
        order
        for order in permutations(people)
        if set(told) <= {clue.told().rstrip(".") for clue in every_clue(people) if clue.holds(order)}
    ]
    assert len(possible) == 1
    assert prompt.expected in people


def every_clue(people):
    for first in people:
        yield from (Clue(first, "sits in seat", seat) for seat in range(5))
        for says in ("sits immediately to the right of", "sits somewhere to the left of", "does not sit next to"):
            yield from (Clue(first, says, second) for second in people if second != first)


@settings(deadline=None)
@given(SEEDS)
def test_dates_are_written_in_iso_form_and_exist(seed):
    expected = closed_form("date", seed).expected
    assert expected.isdecimal() or date.fromisoformat(expected).year > 1999


def test_questions_of_several_steps_are_never_asked_by_the_clock():
    assert not set(MULTI_STEP) & set(FAMILIES)
    assert set(EVERY_FAMILY) == set(MULTI_STEP) | set(FAMILIES)


@settings(deadline=None)
@given(SEEDS)
def test_the_sentences_of_a_household_leave_one_house_and_none_tells_the_answer_outright(seed):
    prompt = closed_form("household", seed)
    people, animals = (
        prompt.text.split(after)[1].split(".")[0].split(", ") for after in ("floors 1 to 4: ", "keeps one animal: ")
    )
    sentences = [f"{it}." for it in prompt.text.split("animal: ")[1].split(". ")[1:-1]]
    told = {clue.told: clue for clue in clues_of(people, animals)}
    left = [house for house in houses_of(people, animals) if all(told[it].holds(house) for it in sentences)]
    assert len(left) == 1
    assert prompt.expected in {*people, *animals, "1", "2", "3", "4"}
    assert not [it for it in sentences if "does not" not in it and " keeps the " in it]


@settings(deadline=None)
@given(SEEDS)
def test_a_journey_and_a_repair_end_on_the_day_on_which_they_begin(seed):
    for family in ("connections", "project"):
        expected = closed_form(family, seed).expected
        assert expected.isdecimal() or "06:00" <= expected <= "23:59"
