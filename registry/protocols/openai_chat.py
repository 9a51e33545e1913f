"""openai-chat: ``/v1/chat/completions``, as OpenAI, vLLM, llama.cpp, Ollama and many gateways serve it.

Neither a system message (some templates refuse one) nor a temperature nor a bound on tokens (their names differ between
models) is sent: what every such server understands is the model and one message.
"""

from typing import Any

from registry.protocols.contract import Deliberation, Question
from registry.protocols.emulated import NOTHING_OF_THESE, deliberation, first_choice, text_of_parts
from registry.protocols.positions import asked_in_words
from registry.protocols.reading import an_object
from registry.protocols.reasons import Unfit
from registry.protocols.wire import Wire, with_model

CONTENT = "choices[0].message.content"


def body(question: Question, model: str) -> dict[str, Any]:
    """One message of a user."""
    message = {"role": "user", "content": asked_in_words(question)}
    return with_model({"messages": [message], "stream": False}, model)


def read(answer: dict[str, Any], question: Question) -> Deliberation:
    """The first choice's message; a refusal in a field of its own is an answer too."""
    choice = first_choice(answer)
    if "message" not in choice:
        raise Unfit("field_missing", "choices[0].message")
    message = an_object(choice["message"], "choices[0].message")
    return deliberation(
        answer, question, response=_said(message), at=CONTENT, usage_names=("prompt_tokens", "completion_tokens")
    )


def _said(message: dict[str, Any]) -> Any:
    content = message.get("content")
    if isinstance(content, list):
        content = text_of_parts(content, CONTENT)
    if content is None or content == "":
        content = message.get("refusal")
    return "" if content is None else content


WIRE = Wire(
    name="openai-chat",
    tail="/v1/chat/completions",
    offers=NOTHING_OF_THESE,
    body=body,
    read=read,
)
