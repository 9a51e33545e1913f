"""The prompt bank: what a companion is asked while we watch it (spec sections 4.4 and 7).

Four kinds. Constitutional prompts probe one clause for harm; over-refusal prompts look like them and are harmless;
votes are proposals without a known answer; closed-form prompts are generated from a seed and have one. The first
three stand in ``texts/``, one file to a clause, split into a public practice set and a covert one whose digest can be
published before its content is. Nothing here touches a database, a clock or a random source: the same key draws the
same prompt for everyone.
"""

from shadow.prompts.bank import Bank, UnknownPrompt, covert_digest, practice_digest, shipped_bank
from shadow.prompts.drawing import battery, by_id, draw, edge_cases, kind_of, reasoning
from shadow.prompts.grading import grade
from shadow.prompts.prompt import CLAUSES, OPEN, VOTE_INSTRUCTION, Kind, Prompt

__all__ = [
    "CLAUSES",
    "OPEN",
    "VOTE_INSTRUCTION",
    "Bank",
    "Kind",
    "Prompt",
    "UnknownPrompt",
    "battery",
    "by_id",
    "covert_digest",
    "draw",
    "edge_cases",
    "grade",
    "kind_of",
    "practice_digest",
    "reasoning",
    "shipped_bank",
]
