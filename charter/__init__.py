"""The text of the law, and scoring by it.

    law.toml ─▶ Law (frozen, typed) ─▶ LawVersion (a sealed row with its digest) ─▶ law_at(at)
    answer ─▶ scorer ─▶ Score (stored by the scorer's digest)

Every number or text that decides about a companion or a person stands in the law. This room knows nobody: it judges
texts, never companions, and it never touches a lifecycle but its own.
"""
