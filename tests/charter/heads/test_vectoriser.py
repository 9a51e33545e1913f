"""Texts as weighted n-grams, beside scikit-learn's own counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from charter.heads.vectoriser import fitted, joined, letters, pairs, words

TEXTS = [
    "The bridge is closed on Monday! Take the ferry, please.",
    "Take the bridge on Monday; the ferry isn't running.",
    "Is the ferry running? The ferry isn't, the bridge is.",
    "We can't tell you that, but the harbour office can.",
]


def test_words_and_pairs_weigh_what_scikit_learn_says():
    oracle = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\w[\w']*|[!?]", sublinear_tf=True, min_df=2)
    table = oracle.fit_transform(TEXTS).toarray()
    ours = fitted("word", TEXTS, least=2, most=1000, offset=0)
    assert list(oracle.get_feature_names_out()) == list(ours.vocabulary)
    for text, expected in zip(TEXTS, table, strict=True):
        dense = np.zeros(len(ours.vocabulary))
        read = ours.transform(words(text))
        dense[read.at] = read.value
        assert dense == pytest.approx(expected, abs=1e-6)


def test_letters_are_runs_within_a_word_and_its_edges():
    assert list(letters("ab")) == [" ab", "ab ", " ab "]
    assert " the" in letters("the")
    assert "the " in letters("the")
    assert not any(" " in gram[1:-1] for gram in letters("ferry"))


def test_a_word_without_end_costs_no_more_than_its_beginning():
    assert len(list(letters("x" * 100_000))) < 200


@pytest.mark.parametrize("text", ["", " ", "...", "\n\t", "漢字", "zzzqqq"])
def test_a_text_without_known_terms_is_an_empty_vector(text):
    read = fitted("word", TEXTS, least=1, most=100, offset=5).transform(words(text))
    assert len(read.at) == len(read.value) == 0


@given(st.text(max_size=300))
def test_every_vector_has_length_one_or_nothing(text):
    read = fitted("letter", TEXTS, least=1, most=10_000, offset=0).transform(words(text))
    assert not len(read.at) or float((read.value**2).sum()) == pytest.approx(1)
    assert list(read.at) == sorted(set(read.at))


def test_parts_stand_side_by_side():
    first = fitted("word", TEXTS, least=1, most=50, offset=0)
    second = fitted("letter", TEXTS, least=1, most=50, offset=len(first.vocabulary))
    both = joined([first.transform(words(TEXTS[0])), second.transform(words(TEXTS[0]))])
    assert both.at.max() >= len(first.vocabulary) > both.at.min()
    assert len(set(both.at)) == len(both.at)


def test_the_most_frequent_terms_are_kept_and_ties_go_by_the_alphabet():
    kept = fitted("word", ["b a", "b c", "b a c d"], least=1, most=3, offset=0).vocabulary
    assert list(kept) == ["a", "b", "b a"]


def test_pairs_follow_single_words():
    assert list(pairs(words("Stop it now!"))) == ["stop", "it", "now", "!", "stop it", "it now", "now !"]


def test_many_texts_at_once_weigh_what_each_weighs_alone():
    part = fitted("letter", TEXTS, least=1, most=10_000, offset=0)
    owner, at, value = part.weigh([words(text) for text in [*TEXTS, "", "zzz"]])
    for number, text in enumerate(TEXTS):
        alone = part.transform(words(text))
        assert list(at[owner == number]) == list(alone.at)
        assert value[owner == number] == pytest.approx(alone.value)


def test_made_up_words_fill_no_cache_without_end():
    part = fitted("letter", TEXTS, least=1, most=10_000, offset=0)
    part.transform([f"{number:018d}" for number in range(30_000)] + ["y" * 59])
    held = part._known.cache_info()
    assert held.currsize <= 20_000
