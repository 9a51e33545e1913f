"""openai-completions: ``/v1/completions``, the older form that goes on with a text."""

from typing import Any

from registry.protocols.contract import Deliberation, Question
from registry.protocols.emulated import NOTHING_OF_THESE, deliberation, first_choice
from registry.protocols.positions import asked_in_words
from registry.protocols.reasons import Unfit
from registry.protocols.wire import Wire, with_model

# Servers of this protocol stop after 16 tokens unless they are told otherwise.
MOST_TOKENS = 1024


def body(question: Question, model: str) -> dict[str, Any]:
    """The prompt as it stands."""
    return with_model({"prompt": asked_in_words(question), "max_tokens": MOST_TOKENS, "stream": False}, model)


def read(answer: dict[str, Any], question: Question) -> Deliberation:
    """The first choice's text."""
    choice = first_choice(answer)
    if "text" not in choice:
        raise Unfit("field_missing", "choices[0].text")
    return deliberation(
        answer,
        question,
        response=choice["text"],
        at="choices[0].text",
        usage_names=("prompt_tokens", "completion_tokens"),
    )


WIRE = Wire(
    name="openai-completions",
    tail="/v1/completions",
    offers=NOTHING_OF_THESE,
    body=body,
    read=read,
)
