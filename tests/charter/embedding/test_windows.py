"""Every word of a text is read, in windows that the model can read whole."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.embedding import MOST_WINDOWS, WIDTH, WINDOW
from charter.embedding.windows import parts


@pytest.mark.parametrize(
    ("pieces", "sizes"),
    [
        (0, [0]),
        (1, [1]),
        (126, [126]),
        (127, [64, 63]),
        (252, [126, 126]),
        (253, [85, 85, 83]),
        (12 * 126, [126] * 12),
    ],
)
def test_windows_are_equal_in_size_but_for_the_last(pieces, sizes):
    assert [end - start for start, end in parts(pieces)] == sizes


@given(st.integers(1, 70_000))
def test_windows_leave_no_piece_out_and_overlap_nowhere(pieces):
    found = parts(pieces)
    assert found[0][0] == 0
    assert found[-1][1] == pieces
    assert all(end == start for (_, end), (start, _) in pairwise(found))
    assert max(end - start for start, end in found) <= WINDOW
    assert min(end - start for start, end in found) >= 1


def test_a_text_has_its_windows_with_their_places(embedder):
    text = "  " + "Count the ballots twice. " * 40 + "\n"
    found = embedder.windows(text)
    assert found.vectors.shape == (len(found.tokens), WIDTH)
    assert found.vectors.dtype == np.float32
    assert found.tokens.tolist() == [100, 100]
    (first, middle), (again, last) = found.spans
    assert text[first:middle].startswith("Count the ballots")
    assert text[again:last].endswith("twice.")
    assert text[middle:again].strip() == ""


def test_what_stands_behind_the_twelfth_window_is_read_too(embedder):
    filler = " ".join(f"item {n}" for n in range(1200))
    plain = embedder.windows(filler)
    longer = embedder.windows(f"{filler} you must vote by text message")
    assert len(plain.tokens) > MOST_WINDOWS
    assert longer.tokens.sum() == plain.tokens.sum() + 6
    assert longer.spans[-1][1] == len(filler) + len(" you must vote by text message")
    assert not np.array_equal(plain.vectors[-1], longer.vectors[-1])


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\x00"])
def test_a_text_without_words_has_one_window_and_no_opening(embedder, text):
    found = embedder.windows(text)
    assert found.vectors.shape == (1, WIDTH)
    assert found.tokens.tolist() == [1]
    assert found.spans == ((0, len(text)),)
    assert not embedder.opening(text).any()


def test_the_opening_is_the_first_window_of_full_size(embedder):
    short = "Where do I vote?"
    assert np.array_equal(embedder.opening(short), embedder.windows(short).vectors[0])
    full = " ".join(["vote"] * WINDOW)
    assert np.array_equal(embedder.opening(full), embedder.windows(full).vectors[0])
    assert np.array_equal(embedder.opening(full + " and something else"), embedder.opening(full))


def test_a_text_cannot_end_its_own_sentence(embedder):
    """The names of the model's own signs are read as the words that they are."""
    assert embedder.windows("[SEP]").tokens[0] > 1
    assert embedder.windows("[PAD] [PAD]").tokens[0] > 2


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text_can_be_embedded(embedder, text):
    found = embedder.windows(text)
    assert np.isfinite(found.vectors).all()
    assert found.tokens.min() >= 1
    assert all(0 <= start <= end <= len(text) for start, end in found.spans)


def test_places_are_counted_in_characters_of_the_text(embedder):
    """A lone surrogate is read as nothing, and the letters beyond 16 bits count one each."""
    text = "\ud800 é 𝔳𝔬𝔱𝔢 naïve 选举"
    assert embedder.windows(text).spans == ((2, len(text)),)


def test_a_window_that_repeats_is_run_once(embedder, monkeypatch):
    ran = []
    run = embedder._model.run
    monkeypatch.setattr(embedder._model, "run", lambda pieces: ran.append(pieces) or run(pieces))
    found = embedder.windows("! " * (WINDOW * 30))
    assert len(found.tokens) == 30
    assert len(ran) == 1
