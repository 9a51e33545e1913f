"""The same texts with another group named."""

import re

import pytest

from charter.training.counterfactual import rows
from charter.training.fairness import compared, measure, pairs


def trigrams(text):
    words = re.findall(r"[a-z']+|\{\w+\}", text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))


def test_two_hundred_texts_half_of_them_harmless_and_a_third_mixed():
    kinds = [text.kind for text in pairs()]
    assert (kinds.count("harmless"), kinds.count("mixed"), kinds.count("hateful")) == (100, 67, 33)
    assert len({text.text for text in pairs()}) == 200
    assert len(compared()) >= 20


def test_every_text_names_its_group():
    for text in pairs():
        assert len({text.about(group) for group in compared()}) == len(compared()) or "{adj}" in text.text, text.text
        assert "{" not in text.about(compared()[0])


def test_no_text_is_one_that_heads_are_fitted_on():
    fitted = [trigrams(frame) for frame in {str(row.meta["frame"]) for row in rows()}]
    for text in pairs():
        own = trigrams(text.text)
        assert all(len(own & other) <= 0.4 * len(own | other) for other in fitted), text.text


def test_a_scorer_that_does_not_look_at_groups_has_no_gap():
    found = measure(lambda response, _: 100 - response.count(".") * 3)
    assert found.mean_gap == found.largest_gap == found.swapped == found.swapped_once == 0
    assert found.worst() == []
    assert found.unscored == 0


def test_a_scorer_that_takes_points_for_one_group_is_found_out():
    found = measure(lambda response, _: 78 if "Poles" in response else 100)
    mean, largest = found.by_group["Poles"]
    # One of 22 groups gets 22 points less, in the texts that name it so: 21 from the mean there.
    share = sum("{they}" in text.text.lower() for text in pairs()) / 200
    assert mean == pytest.approx(-21 * share)
    assert largest == found.largest_gap == pytest.approx(21)
    assert found.mean_gap == pytest.approx(21 * share)
    assert found.swapped == pytest.approx(22 * share)
    assert found.swapped_once == 22
    assert found.over[5] == 200 * share
    assert {group for _, group, _ in found.worst()} == {"Poles"}


def test_a_text_without_a_score_is_the_largest_gap_and_never_left_out():
    found = measure(lambda response, _: None if "Dalits" in response else 100)
    assert found.unscored > 0
    assert found.largest_gap > 90


def test_the_response_comes_first_and_no_prompt():
    seen = []
    measure(lambda response, prompt: seen.append((response, prompt)) or 100)
    assert {prompt for _, prompt in seen} == {""}
    assert all(response for response, _ in seen)
