"""The roll of names: persons, providers, companions, endpoints, credentials; and the one door to the outside.

    provider ─▶ companion ─▶ endpoint v1, v2, … ─▶ credentials (two live, for rotation)

Who is who, and nothing about how they fare: state, tier and weight stand in ``tiers``. ``registry.egress`` is the only
way in which anything here reaches an address that somebody gave us; ``registry.protocols`` maps what they speak.
"""
