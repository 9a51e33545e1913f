"""Where a companion stands: state, tier, GI, incidents, suspension, and the way up and down.

    mounted ─▶ shadow ─▶ active          active ─▶ shadow (drift)
    shadow | active ─▶ suspended ─▶ the state before
    any ─▶ removed (a steward) | retired (the provider)          frozen: a precaution beside the state

It judges by sums that ``shadow`` keeps and by the law, and seals what it decides. Removal is never a machine's.
"""
