"""What each protocol's answers become, and which of them are refused."""

import json
from decimal import Decimal

import pytest

from registry.egress import Outcome
from registry.egress.strict import strict_json
from registry.protocols import anthropic_messages, masl, openai_chat, openai_completions
from registry.protocols.reasons import Unfit
from tests.registry.protocols.conftest import a_question

LONGEST = "x" * 65_536
LONGEST_WIDE = "é" * 32_768


def said(module, answer, **question):
    return module.WIRE.read(strict_json(json.dumps(answer).encode()), a_question(**question))


def refused(read, answer):
    with pytest.raises(Unfit) as caught:
        read(strict_json(answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()))
    assert caught.value.outcome is Outcome.SCHEMA_VIOLATION
    return caught.value.reason, caught.value.detail


def test_every_field_of_the_contract_is_read():
    answer = said(
        masl,
        {
            "response": "Yes.",
            "position": "approve",
            "confidence": 0.25,
            "rationale": "It is sound.",
            "usage": {"inputTokens": 7, "outputTokens": 2.0},
            "model": "m-7",
            "unknown": {"is": "fine"},
        },
    )
    assert (answer.response, answer.position, answer.rationale, answer.model) == (
        "Yes.",
        "approve",
        "It is sound.",
        "m-7",
    )
    assert answer.confidence == Decimal("0.25")
    assert (answer.input_tokens, answer.output_tokens, answer.tokens_estimated) == (7, 2, False)
    assert isinstance(answer.output_tokens, int)


def test_null_in_an_optional_field_is_its_absence():
    names = ("position", "confidence", "rationale", "usage", "model")
    answer = said(masl, {"response": "Yes.", **dict.fromkeys(names)})
    assert [getattr(answer, name) for name in ("position", "confidence", "rationale", "model")] == [None] * 4
    assert answer.tokens_estimated


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({}, (4, 2, True)),
        (None, (4, 2, True)),
        ({"inputTokens": 9}, (9, 2, True)),
        ({"outputTokens": 9}, (4, 9, True)),
        ({"inputTokens": 0, "outputTokens": 0}, (0, 0, False)),
    ],
)
def test_missing_usage_is_estimated_as_characters_by_four_rounded_up(usage, tokens):
    # 14 characters asked, 5 answered.
    answer = said(masl, {"response": "Four.", "usage": usage})
    assert (answer.input_tokens, answer.output_tokens, answer.tokens_estimated) == tokens


@pytest.mark.parametrize("response", ["x", LONGEST, LONGEST_WIDE, " 0 "])
def test_a_response_of_up_to_64_kib_passes(response):
    assert said(masl, {"response": response}).response == response


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"response": LONGEST + "x"}, "text_too_long", "response"),
        ({"response": LONGEST_WIDE + "x"}, "text_too_long", "response"),
        ({"response": ""}, "response_empty", "response"),
        ({"response": " \n\u00a0"}, "response_empty", "response"),
        ({"response": None}, "field_wrong_type", "response"),
        ({"response": 4}, "field_wrong_type", "response"),
        ({"response": ["4"]}, "field_wrong_type", "response"),
        ({"position": "Approve"}, "position_unknown", "position"),
        ({"position": "yes"}, "position_unknown", "position"),
        ({"position": ""}, "position_unknown", "position"),
        ({"position": True}, "field_wrong_type", "position"),
        ({"confidence": 1.01}, "field_out_of_range", "confidence"),
        ({"confidence": -0.01}, "field_out_of_range", "confidence"),
        ({"confidence": True}, "field_wrong_type", "confidence"),
        ({"confidence": "0.5"}, "field_wrong_type", "confidence"),
        ({"rationale": 1}, "field_wrong_type", "rationale"),
        ({"rationale": LONGEST + "x"}, "text_too_long", "rationale"),
        ({"usage": []}, "field_wrong_type", "usage"),
        ({"usage": {"inputTokens": -1}}, "field_out_of_range", "inputTokens"),
        ({"usage": {"inputTokens": 1.5}}, "field_wrong_type", "inputTokens"),
        ({"usage": {"outputTokens": True}}, "field_wrong_type", "outputTokens"),
        ({"usage": {"outputTokens": 10**9 + 1}}, "field_out_of_range", "outputTokens"),
        ({"model": 7}, "field_wrong_type", "model"),
        ({"model": "m" * 513}, "text_too_long", "model"),
    ],
)
def test_a_wrong_type_anywhere_is_a_violation_that_names_the_field(change, reason, field):
    read = lambda answer: masl.WIRE.read(answer, a_question())  # noqa: E731
    assert refused(read, {"response": "Four."} | change) == (reason, field)


def test_an_answer_without_its_one_required_field_says_so():
    assert refused(lambda answer: masl.WIRE.read(answer, a_question()), {"text": "Four."}) == (
        "field_missing",
        "response",
    )


@pytest.mark.parametrize("latency", ["0", "0.0", "234", "12.5", "1000000000"])
def test_health_is_a_word_and_a_latency(latency):
    health = masl.read_health(strict_json(f'{{"status": "healthy", "latency": {latency}}}'.encode()))
    assert health.is_healthy
    assert health.latency == Decimal(latency)


def test_another_word_for_its_state_is_read_and_is_not_healthy():
    assert not masl.read_health({"status": "degraded", "latency": 5}).is_healthy


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"latency": 1}, "field_missing"),
        ({"status": "healthy"}, "field_missing"),
        ({"status": True, "latency": 1}, "field_wrong_type"),
        ({"status": "healthy", "latency": -1}, "field_out_of_range"),
        ({"status": "healthy", "latency": True}, "field_wrong_type"),
        ({"status": "healthy", "latency": "12"}, "field_wrong_type"),
        ({"status": "healthy", "latency": None}, "field_wrong_type"),
        ({"status": "s" * 65, "latency": 1}, "text_too_long"),
    ],
)
def test_health_of_another_shape_is_refused(answer, reason):
    assert refused(masl.read_health, answer)[0] == reason


@pytest.mark.parametrize("score", ["0", "100", "91.5", "0.0"])
def test_a_self_validation_is_a_score_and_a_list(score):
    read = masl.read_validation(strict_json(f'{{"score": {score}, "violations": ["x", 1]}}'.encode()))
    assert (read.score, read.violations) == (Decimal(score), ["x", 1])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"score": True, "violations": []}, "field_wrong_type"),
        ({"score": "91", "violations": []}, "field_wrong_type"),
        ({"score": 100.01, "violations": []}, "field_out_of_range"),
        ({"score": -1, "violations": []}, "field_out_of_range"),
        ({"score": 91}, "field_missing"),
        ({"violations": []}, "field_missing"),
        ({"score": 91, "violations": {}}, "field_wrong_type"),
        ({"score": 91, "violations": None}, "field_wrong_type"),
    ],
)
def test_a_self_validation_of_another_shape_is_refused(answer, reason):
    assert refused(masl.read_validation, answer)[0] == reason


CHAT_CONTENTS = [
    ({"content": "Four."}, "Four."),
    ({"content": [{"type": "text", "text": "Fo"}, {"type": "text", "text": "ur."}]}, "Four."),
    ({"content": [{"type": "thinking", "thinking": []}, {"type": "text", "text": "Four."}]}, "Four."),
    ({"content": "Four.", "reasoning_content": "2 + 2", "tool_calls": []}, "Four."),
    ({"content": None, "refusal": "I won't."}, "I won't."),
    ({"content": "", "refusal": "I won't."}, "I won't."),
]


@pytest.mark.parametrize(("message", "response"), CHAT_CONTENTS)
def test_a_chat_message_is_read_in_all_its_forms(message, response):
    answer = said(openai_chat, {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "model": "m"})
    assert (answer.response, answer.model, answer.tokens_estimated) == (response, "m", True)


@pytest.mark.parametrize(
    ("answer", "reason", "field"),
    [
        ({}, "field_missing", "choices"),
        ({"choices": []}, "field_missing", "choices[0]"),
        ({"choices": None}, "field_wrong_type", "choices"),
        ({"choices": ["Four."]}, "field_wrong_type", "choices[0]"),
        ({"choices": [{"text": "Four."}]}, "field_missing", "choices[0].message"),
        ({"choices": [{"message": None}]}, "field_wrong_type", "choices[0].message"),
        ({"choices": [{"message": {"content": 4}}]}, "field_wrong_type", "choices[0].message.content"),
        ({"choices": [{"message": {"content": None}}]}, "response_empty", "choices[0].message.content"),
        ({"choices": [{"message": {"content": [4]}}]}, "field_wrong_type", "choices[0].message.content[0]"),
        (
            {"choices": [{"message": {"content": [{"type": "text"}]}}]},
            "field_wrong_type",
            "choices[0].message.content[0].text",
        ),
        ({"error": {"message": "no"}}, "error_in_answer", "error"),
        ({"choices": [], "error": {"code": 429}}, "error_in_answer", "error"),
        ({"choices": [{"message": {"content": "x"}}], "usage": {"prompt_tokens": "3"}}, "field_wrong_type", None),
    ],
)
def test_a_chat_answer_of_another_shape_is_refused(answer, reason, field):
    found = refused(lambda it: openai_chat.WIRE.read(it, a_question()), answer)
    assert found == (reason, field or "prompt_tokens")


def test_a_server_that_says_error_null_beside_its_choices_is_understood():
    assert said(openai_chat, {"error": None, "choices": [{"message": {"content": "Four."}}]}).response == "Four."


def test_usage_is_read_under_each_protocol_s_own_names():
    openai = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}
    anthropic = {"input_tokens": 11, "output_tokens": 3, "cache_read_input_tokens": None}
    answers = [
        said(openai_chat, {"choices": [{"message": {"content": "4"}}], "usage": openai}),
        said(openai_completions, {"choices": [{"text": "4"}], "usage": openai}),
        said(anthropic_messages, {"content": [{"type": "text", "text": "4"}], "usage": anthropic}),
    ]
    assert {(it.input_tokens, it.output_tokens, it.tokens_estimated) for it in answers} == {(11, 3, False)}


def test_a_completion_s_text_is_read_and_its_absence_refused():
    assert said(openai_completions, {"choices": [{"text": "\n\nFour."}]}).response == "\n\nFour."
    read = lambda answer: openai_completions.WIRE.read(answer, a_question())  # noqa: E731
    assert refused(read, {"choices": [{"message": {"content": "x"}}]}) == ("field_missing", "choices[0].text")
    assert refused(read, {"choices": [{"text": ""}]}) == ("response_empty", "choices[0].text")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({}, "field_missing"),
        ({"content": "Four."}, "field_wrong_type"),
        ({"content": [], "stop_reason": "refusal"}, "response_empty"),
        ({"content": [{"type": "tool_use", "id": "1"}]}, "response_empty"),
        ({"content": [{"type": "text", "text": None}]}, "field_wrong_type"),
        ({"type": "error", "error": {"type": "overloaded_error"}}, "error_in_answer"),
    ],
)
def test_a_message_of_another_shape_is_refused(answer, reason):
    assert refused(lambda it: anthropic_messages.WIRE.read(it, a_question()), answer)[0] == reason


def test_the_text_blocks_of_a_message_are_joined_without_its_thoughts():
    blocks = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Fo"}, {"type": "text", "text": "ur."}]
    assert said(anthropic_messages, {"content": blocks, "model": "m-7"}).response == "Four."


VOTE = '{"position": "reject", "confidence": 0.8, "rationale": "It hides."}'


@pytest.mark.parametrize("text", [VOTE, f"\n {VOTE} \n", f"```json\n{VOTE}\n```", f"```\n{VOTE}\n```"])
def test_a_vote_in_json_is_read_from_the_whole_answer(text):
    answer = said(openai_completions, {"choices": [{"text": text}]}, wants_position=True)
    assert (answer.response, answer.position, answer.rationale) == (text, "reject", "It hides.")
    assert answer.confidence == Decimal("0.8")


@pytest.mark.parametrize(
    "text",
    [
        "I reject this.",
        f"Here is my vote: {VOTE}",
        f"{VOTE} {VOTE}",
        '{"position": "REJECT"}',
        '{"position": "reject", "confidence": 7}',
        '{"position": "reject", "confidence": true}',
        '{"position": "reject", "position": "approve"}',
        '{"position": ["reject"]}',
        '{"vote": "reject"}',
        '["reject"]',
        '"reject"',
        '{"position": "reject"',
    ],
)
def test_anything_else_is_an_answer_without_a_vote(text):
    answer = said(openai_completions, {"choices": [{"text": text}]}, wants_position=True)
    assert (answer.response, answer.position, answer.confidence, answer.rationale) == (text, None, None, None)


def test_a_vote_that_nobody_asked_for_is_a_text_like_any_other():
    assert said(openai_completions, {"choices": [{"text": VOTE}]}).position is None


@pytest.mark.parametrize(
    ("told", "read"),
    [("fp_1", "fp_1"), (None, None), (7, None), ("", None), ("f" * 513, None), ({"a": 1}, None)],
)
def test_a_fingerprint_is_taken_where_it_is_one_and_refuses_no_answer(told, read):
    choice = {"index": 0, "message": {"role": "assistant", "content": "Four."}}
    answer = said(openai_chat, {"choices": [choice], "system_fingerprint": told})
    assert (answer.response, answer.fingerprint) == ("Four.", read)
