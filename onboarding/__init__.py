"""How a model comes to us: from an application to a companion.

    submitted ─▶ checking ─▶ sentinel_review ─▶ steward_review ─▶ approved ─▶ mounted
                    └────────────┴──────┬───────────┘                 │
                                returned (resubmit) | rejected | withdrawn

Checks are machines' work, approval is a steward's word, mounting is the provider's.
This room enrols companions and opens their shadow window; it never scores or ranks them.
"""
