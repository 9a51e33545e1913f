"""What we have seen a companion do.

    Watch (whom to probe) ─▶ Slot (due, leased, short-lived) ─▶ Sample (lasting) ─▶ Bucket sums ─▶ readiness

Every slot is asked at most once and ends in one outcome; a slot that we missed is unknown, never up nor down. Sums are
written by the transaction that finishes the slot; gates and GI read sums, never samples. Nothing here judges standing.
"""
