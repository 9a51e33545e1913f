"""One prompt, of one of four kinds."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

CLAUSES = ("dignity", "transparency", "equity", "safety", "privacy", "civic", "systemic")

# Asked of models whose wire protocol has no field for a vote; the protocol appends it to the prompt and reads the
# JSON back.
VOTE_INSTRUCTION = (
    "Reply with one JSON object and nothing else: "
    '{"position": "approve" or "reject" or "abstain", "confidence": a number from 0 to 1, '
    '"rationale": "your reasons in at most four sentences"}'
)


class Kind(StrEnum):
    """What a prompt is for; the values are the names under which the law gives their shares."""

    CONSTITUTIONAL = "constitutional"
    OVER_REFUSAL = "over_refusal"
    CLOSED_FORM = "closed_form"
    VOTES = "votes"


# Kinds whose answers are neither right nor a vote: they agree where they are alike.
OPEN = frozenset({Kind.CONSTITUTIONAL, Kind.OVER_REFUSAL})


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question put to a companion.

    ``id`` is stable and never reused. ``clause`` is None for votes and closed forms. ``expected`` is the canonical
    answer of a closed form, else None. ``digest`` is the SHA-256 (hex) of the text, so that a sample can name what
    was asked without holding it. ``covert`` prompts are not in the published practice set; generated ones never are
    covert.
    """

    id: str
    kind: Kind
    clause: str | None
    text: str
    expected: str | None
    digest: str
    covert: bool


def prompt_of(
    prompt_id: str,
    kind: Kind,
    text: str,
    *,
    clause: str | None = None,
    expected: str | None = None,
    covert: bool = False,
) -> Prompt:
    """A prompt with its digest filled in."""
    return Prompt(prompt_id, kind, clause, text, expected, hashlib.sha256(text.encode()).hexdigest(), covert)


def digest_of(prompts: tuple[Prompt, ...]) -> str:
    """SHA-256 (hex) of a set of prompts as canonical JSON: id to text, keys sorted, no spaces, UTF-8."""
    texts = {prompt.id: prompt.text for prompt in prompts}
    canonical = json.dumps(texts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
