"""The pure parts of the scorer's bench script; nothing here is timed."""

import pytest

from bench.scored.figures import Spent, ratio_of, spread, verdict
from bench.scored.rows import Deck, first_words


@pytest.mark.parametrize("words", [25, 65, 150, 450])
def test_an_answer_has_exactly_the_words_asked_for(words):
    assert [len(answer.split()) for answer, _ in Deck().rows(words, 12)] == [words] * 12


def test_the_same_seed_draws_the_same_rows_and_one_deck_draws_no_row_twice():
    deck, again = Deck(seed=4), Deck(seed=4)
    rows = deck.rows(65, 40)
    assert rows == again.rows(65, 40)
    assert len({prompt for _, prompt in rows}) == len({answer for answer, _ in rows}) == 40
    assert Deck(seed=5).rows(65, 40) != rows


def test_white_space_between_the_first_words_stays():
    assert first_words("one\n\ntwo  three four", 3) == "one\n\ntwo  three"


def test_a_text_of_too_few_words_is_refused():
    with pytest.raises(ValueError, match="no 5 words"):
        first_words("only four words here", 5)


def test_a_ratio_is_the_median_of_each_rounds_own():
    assert ratio_of([[1.0, 1.0], [4.0], [1.0]], [[1.0], [4.0], [40.0]]) == 1.0


def test_the_spread_is_median_and_95th_percentile_in_milliseconds():
    assert spread([number / 1000 for number in range(100)]) == pytest.approx((50, 95))
    assert spread([0.002]) == pytest.approx((2, 2))


@pytest.mark.parametrize(
    ("value", "least", "told"),
    [
        (0.36, True, "goal reached"),
        (0.7, True, "both reached"),
        (0.26, True, "missed by 0.1"),
        (0.7, False, "goal reached"),
        (0.36, False, "both reached"),
        (0.8, False, "missed by 0.1"),
    ],
)
def test_a_verdict_names_what_was_reached(value, least, told):
    goals = (0.36, 0.7) if least else (0.7, 0.36)
    assert verdict(value, goals, least=least) == f"goal {goals[0]}, stretch {goals[1]}: {told}"


def test_what_a_stage_calls_another_for_is_counted_as_the_others(monkeypatch):
    clock = iter([0.0, 1.0, 4.0, 6.0])
    monkeypatch.setattr("bench.scored.figures.time.process_time", lambda: next(clock))
    spent = Spent()
    inner = spent.timed("inner", lambda: "done")
    assert spent.timed("outer", inner)() == "done"
    assert spent.by == {"inner": 3.0, "outer": 3.0}
    assert spent.shares() == {"inner": 0.5, "outer": 0.5}
