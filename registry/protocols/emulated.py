"""What the protocols share that were not made for deliberating: parts of a text, and the answer made of it. Pure."""

from typing import Any

from registry.protocols.contract import Deliberation, Offers, Question
from registry.protocols.positions import asked_in_words, vote_in
from registry.protocols.reading import LARGEST_NAME, an_object, checked_text, listed, name_if_any, optional_text, words
from registry.protocols.reasons import Unfit
from registry.protocols.usage import usage

# As servers of OpenAI's protocols call the make and set-up that answered.
FINGERPRINT = "system_fingerprint"
NOTHING_OF_THESE = Offers(health=False, validation=False, position=False)


def refuse_error(answer: dict[str, Any], *, expected: str) -> None:
    """Some gateways answer 200 with an ``error`` in the place of what is expected."""
    if answer.get("error") is not None and not answer.get(expected):
        raise Unfit("error_in_answer", "error")


def first_choice(answer: dict[str, Any]) -> dict[str, Any]:
    """The first of the choices that an OpenAI-compatible server gives."""
    refuse_error(answer, expected="choices")
    choices = listed(answer, "choices")
    if not choices:
        raise Unfit("field_missing", "choices[0]")
    return an_object(choices[0], "choices[0]")


def text_of_parts(parts: list[Any], name: str) -> str:
    """The text parts of a content, joined; thoughts, tool calls and other parts are not the answer."""
    texts = []
    for number, part in enumerate(parts):
        at = f"{name}[{number}]"
        if an_object(part, at).get("type") == "text":
            texts.append(checked_text(part.get("text"), f"{at}.text"))
    return "".join(texts)


def deliberation(
    answer: dict[str, Any], question: Question, *, response: Any, at: str, usage_names: tuple[str, str]
) -> Deliberation:
    """The answer in the contract's terms; ``at`` is where ``response`` stood. A position is read from the text."""
    said = words(response, at)
    vote = vote_in(said, question)
    used = usage(answer, usage_names, asked=asked_in_words(question), response=said)
    return Deliberation(
        response=said,
        position=vote.position,
        confidence=vote.confidence,
        rationale=vote.rationale,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        tokens_estimated=used.estimated,
        model=optional_text(answer, "model", most=LARGEST_NAME),
        fingerprint=name_if_any(answer, FINGERPRINT),
    )
