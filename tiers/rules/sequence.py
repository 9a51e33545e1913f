"""Bounds of rates that hold at every look at once, for a gate that is asked every day. Pure.

The mathematics is in ``charter.intervals``, so that reading a law against itself knows it too. What it promises holds
for counts from **one start that was fixed beforehand** and grow from there: a stay in shadow mode, a tier's period.

The evidence is counted so: from the later of the stay in shadow mode and the tier's beginning (``Bundle.start``), over
whatever time it takes. The count does not begin anew at a confirmed critical answer, for each new beginning would have
the whole error to spend again. No window slides over it, for each bound would then speak of its own window alone and
every further look be one more chance (``bench/gates.py`` prints how much that loses). Everything else that the gate
asks is summed over the law's window.
"""

from charter.intervals import answers_for_sequence, sequence_high, sequence_low, sequence_proves

__all__ = ["answers_for_sequence", "sequence_high", "sequence_low", "sequence_proves"]
