"""The published schemas and the reader agree on what conforms."""

import json

import pytest
from jsonschema import Draft202012Validator

from registry.egress.strict import strict_json
from registry.protocols import contract_schemas, masl
from registry.protocols.reasons import Unfit
from tests.registry.protocols.conftest import a_question

READERS = {
    "deliberate.response": lambda answer: masl.WIRE.read(answer, a_question()),
    "health.response": masl.read_health,
    "validate.response": masl.read_validation,
}
FINE = {
    "deliberate.response": {"response": "x"},
    "health.response": {"status": "healthy", "latency": 1},
    "validate.response": {"score": 91, "violations": []},
}
VALUES = [
    None, True, False, 0, 1, -1, 0.5, 1.5, 12.0, 100, 100.5, 10**9, 10**9 + 1, "", " ", "x", "approve", "abstain",
    "x" * 64, "x" * 65, "x" * 512, "x" * 513, "x" * 65_536, "x" * 65_537, [], {}, ["x"], {"inputTokens": 1},
    {"inputTokens": 1.5}, {"inputTokens": -1}, {"inputTokens": True}, {"outputTokens": None}, {"outputTokens": "1"},
]  # fmt: skip


def test_every_schema_is_a_valid_one_with_a_title():
    for schema in contract_schemas().values():
        Draft202012Validator.check_schema(schema)
        assert schema["title"]
    assert set(contract_schemas()) == {
        "deliberate.request",
        "deliberate.response",
        "health.response",
        "validate.request",
        "validate.response",
    }


@pytest.mark.parametrize("name", list(READERS))
def test_schema_and_reader_agree_on_every_field_missing_or_filled_with_anything(name):
    schema = contract_schemas()[name]
    judge = Draft202012Validator(schema)
    answers = [FINE[name] | {field: value} for field in (*schema["properties"], "unknown") for value in VALUES]
    answers += [{k: v for k, v in FINE[name].items() if k != field} for field in FINE[name]]
    verdicts = {True: 0, False: 0}
    for answer in answers:
        conforms = judge.is_valid(answer)
        verdicts[conforms] += 1
        assert reads(name, answer) == conforms, answer
    assert min(verdicts.values()) > 10


def reads(name, answer):
    try:
        READERS[name](strict_json(json.dumps(answer).encode()))
    except Unfit:
        return False
    return True


def test_what_we_send_conforms_to_what_we_publish():
    schemas = contract_schemas()
    Draft202012Validator(schemas["deliberate.request"]).validate(masl.WIRE.body(a_question(), ""))
    Draft202012Validator(schemas["validate.request"]).validate(masl.validation_body("Four.", "high"))
