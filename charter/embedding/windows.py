"""How a text is cut into windows that the model can read whole."""

# Mean pools after layers 3, 4, 5 and 6 and the largest values of layer 6, in this order.
HIDDEN = 384
WIDTH = 5 * HIDDEN
# The model was trained on 128 word pieces, [CLS] and [SEP] among them.
WINDOW = 126
# The most windows of any text that the heads were fitted on; a longer text has more, and none of it is left out.
MOST_WINDOWS = 12


def parts(pieces: int) -> list[tuple[int, int]]:
    """The windows of a text of so many word pieces, as (start, end): equal in size but for the last, and no piece is
    left out. One empty window for a text of none.
    """
    if pieces == 0:
        return [(0, 0)]
    count = -(-pieces // WINDOW)
    size = -(-pieces // count)
    return [(start, min(start + size, pieces)) for start in range(0, pieces, size)]
