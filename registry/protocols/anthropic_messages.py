"""anthropic-messages: ``/v1/messages``, whose answer is a list of blocks."""

from typing import Any

from registry.protocols.contract import Deliberation, Question
from registry.protocols.emulated import NOTHING_OF_THESE, deliberation, refuse_error, text_of_parts
from registry.protocols.positions import asked_in_words
from registry.protocols.reading import listed
from registry.protocols.wire import Wire, with_model

VERSION_HEADER = {"anthropic-version": "2023-06-01"}
# This protocol asks for a bound; the longest answer that is read, 64 KiB, has about four times as many characters.
MOST_TOKENS = 4096


def body(question: Question, model: str) -> dict[str, Any]:
    """One message of a user."""
    message = {"role": "user", "content": asked_in_words(question)}
    return with_model({"max_tokens": MOST_TOKENS, "messages": [message]}, model)


def read(answer: dict[str, Any], question: Question) -> Deliberation:
    """The text blocks of the message, joined."""
    refuse_error(answer, expected="content")
    said = text_of_parts(listed(answer, "content"), "content")
    return deliberation(answer, question, response=said, at="content", usage_names=("input_tokens", "output_tokens"))


def key(api_key: str) -> dict[str, str]:
    """A key in the header that this protocol has for it."""
    return {"x-api-key": api_key}


WIRE = Wire(
    name="anthropic-messages",
    tail="/v1/messages",
    offers=NOTHING_OF_THESE,
    body=body,
    read=read,
    key=key,
    headers=VERSION_HEADER,
)
