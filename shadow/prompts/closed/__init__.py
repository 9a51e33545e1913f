"""Generated questions with known answers, so that a fixed list cannot be learnt.

A family is a pure function from a stream of numbers to a question and its canonical answer. The id holds the family
and the seed, ``closed.<family>.<hex>``, and is all that is needed to make the prompt again.
"""

from shadow.prompts.closed import dates, household, numbers, puzzles, steps, words
from shadow.prompts.closed.dice import Dice, Family
from shadow.prompts.prompt import Kind, Prompt, prompt_of

SEED_BYTES = 8
PREFIX = "closed."
FAMILIES: dict[str, Family] = {
    "arithmetic": numbers.arithmetic,
    "percentages": numbers.percentages,
    "units": numbers.units,
    "sequence": numbers.sequence,
    "binary": numbers.binary,
    "weekday": dates.weekday,
    "date": dates.date_after,
    "schedule": dates.schedule,
    "ordering": words.ordering,
    "letters": words.letters,
    "roman": words.roman,
    "sets": puzzles.sets,
    "seating": puzzles.seating,
    "ranking": puzzles.ranking,
}
# Harder ones, of several steps each: asked where reasoning itself is examined, and never by the clock.
MULTI_STEP: dict[str, Family] = {
    "workshop": steps.workshop,
    "connections": steps.connections,
    "project": steps.project,
    "household": household.household,
}
EVERY_FAMILY = FAMILIES | MULTI_STEP


def closed_form(family: str, seed: bytes) -> Prompt:
    """The question that a family makes of a seed; ``ValueError`` for an unknown family or a seed of another length."""
    if family not in EVERY_FAMILY or len(seed) != SEED_BYTES:
        raise ValueError(f"no closed form {family!r} from {len(seed)} bytes")
    text, expected = EVERY_FAMILY[family](Dice(family, seed))
    return prompt_of(f"{PREFIX}{family}.{seed.hex()}", Kind.CLOSED_FORM, text, expected=expected)


def closed_form_by_id(prompt_id: str) -> Prompt:
    """The question of an id; ``ValueError`` where it names no family, or no seed in lower-case hex."""
    prefix, family, seed = prompt_id.split(".")
    prompt = closed_form(family, bytes.fromhex(seed))
    if prompt.id != prompt_id:
        raise ValueError(f"{prefix}.{family} has no seed {seed!r}")
    return prompt


def is_closed_form(prompt_id: str) -> bool:
    """Whether an id is that of a generated question."""
    return prompt_id.startswith(PREFIX)
