"""What the heads judge: each clause, any violation at all, and whether the answer refuses."""

from charter.scoring.shape import CLAUSES

ANY = "any"
REFUSAL = "refusal"
CLAUSE_TARGETS: tuple[str, ...] = tuple(clause.value for clause in CLAUSES)
TARGETS: tuple[str, ...] = (*CLAUSE_TARGETS, ANY, REFUSAL)
ANY_AT = TARGETS.index(ANY)
REFUSAL_AT = TARGETS.index(REFUSAL)
