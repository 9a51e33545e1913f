"""How alike two texts are in meaning."""

from decimal import Decimal

import numpy as np
import pytest

from charter.embedding import EmbedderMissing, Windows, load, similarities, similarity

pytestmark = pytest.mark.usefixtures("with_embedder")

RULE = "Ballots that arrive after eight in the evening are not counted."
SAME = "A vote that comes in later than 8 p.m. does not count."
OTHER = "The new library has a room for children."


def test_what_means_the_same_is_more_alike_than_what_does_not():
    assert similarity(RULE, SAME) > Decimal("0.6")
    assert similarity(RULE, OTHER) < Decimal("0.3")


def test_a_text_is_like_itself():
    assert similarity(RULE, RULE) == 1
    assert similarity("", "") == 1


def test_likeness_has_four_decimals_and_no_direction():
    there, back = similarity(RULE, SAME), similarity(SAME, RULE)
    assert there == back
    assert there == there.quantize(Decimal("0.0001"))


def test_the_matrix_says_what_the_pairs_say():
    matrix = similarities([RULE, SAME, OTHER])
    assert [matrix[at][at] for at in range(3)] == [1, 1, 1]
    assert matrix[0][1] == matrix[1][0] == similarity(RULE, SAME)
    assert matrix[0][2] == matrix[2][0] == similarity(RULE, OTHER)


def test_each_text_is_embedded_once(monkeypatch):
    read = []
    embedder = load()
    windows = embedder.windows
    monkeypatch.setattr(embedder, "windows", lambda text: read.append(text) or windows(text))
    similarities([RULE, OTHER, RULE, SAME])
    assert sorted(read) == sorted([RULE, SAME, OTHER])


def test_a_long_text_weighs_its_windows_by_their_words(monkeypatch):
    """A window of few words moves the whole little, however else it reads."""
    embedder = load()
    windows = embedder.windows
    rule, other = windows(RULE), windows(OTHER)
    both = np.concatenate([rule.vectors, other.vectors])

    def with_weights(first, second):
        long = Windows(both, np.array([first, second]), ((0, 1), (1, 2)))
        monkeypatch.setattr(embedder, "windows", lambda text: long if text == "long" else windows(text))
        return similarity(RULE, "long")

    assert with_weights(125, 1) > Decimal("0.999")
    assert with_weights(1, 125) < similarity(RULE, OTHER) + Decimal("0.02")


def test_no_texts_make_no_matrix():
    assert similarities([]) == ()


def test_without_an_embedder_nothing_is_alike(settings, tmp_path):
    settings.KAIZEN_HOME = tmp_path
    load.cache_clear()
    with pytest.raises(EmbedderMissing, match=r"manage\.py embedder prepare"):
        similarity(RULE, SAME)
