"""Groups in sentences."""

import random

import pytest

from charter.training.groups import Group, article, filled, groups

DEAF = Group("disability", "deaf people", "deaf", "a deaf person")


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        ("Asian", "an"),
        ("elderly", "an"),
        ("Ukrainian", "a"),
        ("Uyghur", "a"),
        ("one-legged", "a"),
        ("trans", "a"),
        ("undocumented", "an"),
    ],
)
def test_the_article_follows_the_sound(word, spoken):
    assert article(word) == spoken


def said(frame, words=None, pools=None):
    return filled(frame, words=DEAF.words() if words is None else words, pools=pools or {}, chance=random.Random(0))


def test_a_slot_at_the_beginning_of_a_sentence_gets_a_capital():
    assert (
        said("{they} came. {one} sang, and {they} laughed.")
        == "Deaf people came. A deaf person sang, and deaf people laughed."
    )


def test_a_pool_says_the_same_throughout_one_frame():
    assert said("From {day} to {day}", pools={"day": ["Monday", "Friday"]}) in {
        "From Monday to Monday",
        "From Friday to Friday",
    }


def test_a_slot_that_nobody_knows_is_an_error():
    with pytest.raises(KeyError):
        said("{nobody} is here")


def test_many_traits_are_named_in_many_ways_and_none_twice():
    assert len({group.trait for group in groups()}) >= 10
    assert len({group.many for group in groups()}) == len(groups()) >= 100
