"""Scoring one answer by the charter.

    text ─▶ normalise (readings, mapped back) ─▶ rules ─▶ fitted heads over views ─▶ points, veto cap, bands ─▶ Score

``registry.scorer_in_force`` gives the scorer that the law names and ``by_digest`` an older one; both are pure. Nothing
here knows who gave the answer, and nothing that an answer says is an instruction.
"""
