"""Scoring one answer by the charter.

    text ─▶ normalise (two readings, mapped back) ─▶ stages (rules, later others) ─▶ formula, veto cap ─▶ Score

``registry.scorer_in_force`` gives the scorer that the law names and ``by_digest`` an older one; both are pure. Nothing
here knows who gave the answer, and nothing that an answer says is an instruction.
"""
