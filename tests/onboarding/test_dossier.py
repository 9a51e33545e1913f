"""What is kept of an application reads back as it was given."""

import json

import pytest

from faces import strict_json
from onboarding import dossier
from onboarding.intake.body import parse_application
from registry.egress.policy import Policy
from tests.factories.onboarding import ALL_THAT_IS_ASKED, SEED, a_document, submitted

WHOLE = a_document(
    protocol="openai-chat",
    upstreamModel="your-model-2",
    auth={
        "type": "oauth2_client_credentials",
        "tokenUrl": "https://id.yourmodel.ai/t",
        "clientId": "c",
        "clientSecret": "s",
    },
    legalEntity="Your Organization Ltd",
    technicalContact={"name": "Tech", "email": "tech@yourorg.ai", "organization": "Your Organization"},
    safetyBenchmarks=[
        {"name": "exact", "score": 0.1},
        {"name": "whole", "score": 3},
        {"name": "long", "score": 0.12345678901234567},
        {"name": "large", "score": 1e300, "url": "https://bench.ai/large"},
    ],
    modelCardSections={"limitations": "It cannot count."},
    webhookUrl="https://hooks.yourorg.ai/k",
    improvements="It was retrained.",
    **ALL_THAT_IS_ASKED,
)


def parsed(document):
    return parse_application(strict_json.loads(json.dumps(document).encode()), policy=Policy())


@pytest.mark.parametrize("document", [SEED, WHOLE])
def test_what_is_kept_reads_back_as_the_same_application(db, document):
    body = parsed(document)
    application = submitted(**document).application
    application.refresh_from_db()
    again = parse_application(dossier.whole_document(application), policy=Policy())
    same = {name: getattr(again, name) for name in body.__slots__ if name != "auth"}
    assert same == {name: getattr(body, name) for name in body.__slots__ if name != "auth"}
    assert dossier.auth_kind(again.auth) == dossier.auth_kind(body.auth)
    assert dossier.secrets_of(again.auth) == dossier.secrets_of(body.auth)


def test_the_record_holds_no_person_and_no_secret():
    text = json.dumps(dossier.record_of(parsed(WHOLE)))
    for private in ("Wilhelmina", "wilhelmina@yourorg.ai", "tech@yourorg.ai", 'Tech"', "clientSecret", "tokenUrl"):
        assert private not in text


@pytest.mark.parametrize(
    ("protocol", "given", "kept"),
    [
        ("masl", None, ""),
        ("masl", "m-1", "m-1"),
        ("openai-chat", None, "YourModel"),
        ("openai-chat", "m-1", "m-1"),
    ],
)
def test_an_endpoint_that_must_name_its_model_falls_back_to_the_models_name(protocol, given, kept):
    more = {"upstreamModel": given} if given else {}
    assert dossier.upstream_model_of(parsed(a_document(protocol=protocol, **more))) == kept


def test_values_longer_than_their_columns_are_cut_and_never_rounded_up():
    facts = {"pricing": {"inputPer1kTokens": "0.1234569"}, "commitments": {"uptime": 99.4999}}
    named = dossier.companion_facts(dossier.later_facts(facts))
    assert (str(named["price_input_per_1k"]), str(named["uptime_committed"])) == ("0.123456", "99.499")
