"""Bounds of rates that hold at every look at once, for a gate that is asked every day. Pure.

The mathematics is in ``charter.intervals``, so that reading a law against itself knows it too. What it promises holds
for counts from **one start that was fixed beforehand** and grow from there: a stay in shadow mode, a tier's period.

What the evidence gives today are sums since the stay began, but at most over the law's window. Until the window is
full that is the count from the start, and every promise holds. From then on the window slides and old answers leave
the count: each bound speaks of its own window alone, every further look is one more chance, and in the long run the
promise is lost (``bench/gates.py`` prints how much of it). Nor may the count begin anew at a confirmed critical answer:
each new beginning would have the whole error to spend again. A gate that is to keep the promise however long a stay
lasts must be handed the sums since ``shadow_since``, or since the tier began.
"""

from charter.intervals import answers_for_sequence, sequence_high, sequence_low, sequence_proves

__all__ = ["answers_for_sequence", "sequence_high", "sequence_low", "sequence_proves"]
