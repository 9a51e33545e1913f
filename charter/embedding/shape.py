"""The shape of the published model, which the graph and the arithmetic share."""

LAYERS = 6
HEADS = 12
HEAD = 32
EPSILON = 1e-12
# Layers whose mean over the window is given out, counted from 0: the last four.
POOLED = (2, 3, 4, 5)
CLS = 101
SEP = 102
UNK = 100
