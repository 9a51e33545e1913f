"""Contesting what was decided; this room may overturn any decision made below it.

    self_review ─▶ sentinel_review ─▶ granted | denied
         └─────────────────┴────▶ steward_review ─▶ granted | denied | modified (final)

Granting runs the inverse act in the same transaction. The sentinel never overturns a person's decision; never the same
steward twice; every outcome is told with its reasons.
"""
