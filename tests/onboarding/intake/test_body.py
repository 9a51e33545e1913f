"""What an application may say, field by field, by the words of security A4 and A5."""

import copy
from decimal import Decimal

import pytest

from faces.problems import Problem
from faces.schema import Invalid
from onboarding.intake.body import parse_application
from onboarding.intake.contents import ApiKey, ClientCredentials, NoAuth
from registry.egress.policy import Policy

SEED = {
    "modelName": "YourModel",
    "provider": "your-org",
    "endpoint": "https://api.yourmodel.ai/v1/completions",
    "contact": {"name": "Your Name", "email": "you@yourorg.ai", "organization": "Your Organization"},
    "capabilities": ["text-generation", "reasoning", "code-generation"],
    "proposedTier": "standard",
    "modelCard": "https://yourmodel.ai/model-card.pdf",
}
CLIENT = {
    "type": "oauth2_client_credentials",
    "tokenUrl": "https://id.model.ai/token",
    "clientId": "me",
    "clientSecret": "s",
}
ABSENT = object()


def seed_with(path, value):
    """The seed's example with one place changed; ``ABSENT`` takes the place away."""
    data = copy.deepcopy(SEED)
    *way, last = path.split(".")
    place = data
    for step in way:
        place = place[step]
    if value is ABSENT:
        del place[last]
    else:
        place[last] = value
    return data


def parse(data):
    return parse_application(data, policy=Policy())


def faults(data):
    with pytest.raises(Invalid) as caught:
        parse(data)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def test_the_seeds_own_example_is_accepted_as_it_stands():
    body = parse(SEED)
    assert body.model_name == "YourModel"
    assert body.capabilities == ("text-generation", "reasoning", "code-generation")
    assert body.spoken_protocol == "openai-completions"
    assert body.endpoint.base == "https://api.yourmodel.ai"
    assert body.auth is None


@pytest.mark.parametrize("name", SEED)
def test_each_field_of_the_seed_is_required(name):
    assert faults(seed_with(name, ABSENT)) == [(f"/{name}", "required")]


@pytest.mark.parametrize("name", ["name", "email", "organization"])
def test_each_field_of_the_contact_is_required(name):
    assert faults(seed_with(f"contact.{name}", ABSENT)) == [(f"/contact/{name}", "required")]


@pytest.mark.parametrize("path", ["extra", "contact.phone", "__proto__", "ModelName", "model_name", ""])
def test_unknown_fields_are_refused(path):
    data = seed_with(path, 1)
    assert faults(data) == [("/" + path.replace(".", "/"), "unknown_field")]


@pytest.mark.parametrize("wrong", [None, 0, True, 1.5, [], {}, ["a"]])
@pytest.mark.parametrize(
    "path", ["modelName", "provider", "endpoint", "contact.name", "contact.email", "proposedTier", "modelCard"]
)
def test_nothing_is_converted_to_text(path, wrong):
    assert faults(seed_with(path, wrong)) == [("/" + path.replace(".", "/"), "wrong_type")]


ACCEPTED = [
    ("modelName", "a"),
    ("modelName", "a" * 64),
    ("modelName", "Qwen 2.5_x-y+z (beta)"),
    ("modelName", "模型 ٣"),
    ("modelName", "e\u0301"),
    ("modelName", "7B"),
    ("provider", "ab"),
    ("provider", "a" * 63),
    ("provider", "0-9"),
    ("provider", "a--b"),
    ("contact.name", "👩\u200d🔬 ❤\ufe0f"),
    ("contact.name", "می\u200cخواهم"),
    ("contact.name", "<script>alert(1)</script>"),
    ("contact.organization", "O" * 200),
    ("contact.email", "a.b+c@mail.example.com"),
    ("contact.email", "x" * 64 + "@yourorg.ai"),
    ("contact.email", "you@xn--bcher-kva.com"),
    ("capabilities", ["a"]),
    ("capabilities", ["never-heard-of-it"] * 32),
    ("capabilities", ["a" * 64]),
    ("proposedTier", "research"),
    ("endpoint", "https://api.yourmodel.ai:8443/v1/messages?x=1"),
    ("endpoint", "https://bücher.de/v1/deliberate"),
    ("modelCard", "https://yourmodel.ai"),
    ("protocol", "masl"),
    ("upstreamModel", "m" * 128),
    ("auth", {"type": "none"}),
    ("auth", {"type": "api_key", "key": "k" * 4096}),
    ("auth", {"type": "api_key", "key": "k", "header": "X-Api-Key"}),
    ("auth", {**CLIENT, "scope": "read write"}),
    ("pricing", {"inputPer1kTokens": 0, "outputPer1kTokens": "1000", "currency": "USD"}),
    ("pricing", {"inputPer1kTokens": Decimal("0.0000001")}),
    ("limits", {"requestsPerMinute": 1, "tokensPerMinute": 10**9}),
    ("legalEntity", "L" * 200),
    ("technicalContact", SEED["contact"]),
    ("safetyBenchmarks", []),
    ("safetyBenchmarks", [{"name": "n" * 100, "score": -3}] * 32),
    ("safetyBenchmarks", [{"name": "a", "score": Decimal("0.5"), "url": "https://bench.org/x"}]),
    ("commitments", {"charter": True, "consensus": False, "tiersUnderstood": True, "uptime": Decimal("99.5")}),
    ("commitments", {"uptime": 100}),
    ("modelCardSections", {"capabilities": "c" * 20_000, "limitations": "l", "trainingData": "t"}),
    ("webhookUrl", "https://hooks.yourorg.ai/kaizen"),
]


@pytest.mark.parametrize(("path", "value"), ACCEPTED)
def test_what_the_words_allow_is_accepted(path, value):
    assert parse(seed_with(path, value)).provider


REFUSED = [
    *[
        ("modelName", value)
        for value in [
            "",
            " a",
            "a ",
            "a" * 65,
            "-a",
            "(a)",
            ".a",
            "\u0301e",
            "a/b",
            "a\u00a0b",
            "a\u200db",
            "a\n",
            "½",
            "a²",
            "a\u3164",
            "<b>",
            "a😀",
        ]
    ],
    *[("provider", value) for value in ["a", "A-b", "-a", "a-", "a" * 64, "a_b", "ä-b", "a b", "ab\n"]],
    *[
        ("contact.name", value)
        for value in [
            "",
            " ",
            " a",
            "a ",
            "a\n",
            "a\tb",
            "a\u202eb",
            "a\u2066b",
            "\u2800",
            "\u3164",
            "\ufeffa",
            "a" * 201,
            "a\ue000\ufdd0",
            "\x7f",
            "a\u2028b",
            "\u200d",
        ]
    ],
    *[("contact.organization", value) for value in ["", "a" * 201, "a\u200bb", "a\u2060b"]],
    *[
        ("contact.email", value)
        for value in [
            "",
            "you",
            "@yourorg.ai",
            "you@",
            "you@localhost",
            "you@yourorg",
            "you@127.0.0.1",
            "you@[127.0.0.1]",
            "yöu@yourorg.ai",
            "you@bücher.de",
            "a b@yourorg.ai",
            "a@b@yourorg.ai",
            '"a b"@yourorg.ai',
            ".a@yourorg.ai",
            "a..b@yourorg.ai",
            "a.@yourorg.ai",
            "x" * 65 + "@yourorg.ai",
            "a@" + "d." * 126 + "ai",
            "you@yourorg.ai.",
            "you@yourorg.test",
            "you@-a.ai",
            "you@a..ai",
            "you@yourorg.ai\n",
            " you@yourorg.ai",
            "Name <you@yourorg.ai>",
            "you@a_b.ai",
            "you@yourorg.ai:443",
            "you@yourorg.ai/x",
            "you@xn--a.ai",
        ]
    ],
    *[
        ("capabilities", value)
        for value in [
            [],
            ["a"] * 33,
            "a",
            ["A"],
            ["a_b"],
            ["-a"],
            ["a-"],
            ["a--b"],
            [""],
            ["a" * 65],
            [1],
            [None],
            {"a": 1},
        ]
    ],
    *[("proposedTier", value) for value in ["", "Standard", "root", " standard", "HIGH"]],
    *[
        ("endpoint", value)
        for value in [
            "",
            "http://yourmodel.ai/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://u:p@yourmodel.ai/",
            "https://yourmodel.ai/#x",
            "https://yourmodel.ai:22/",
            "https://yourmodel.ai/ x",
            " https://yourmodel.ai/",
            "https://yourmodel.ai\\x",
            "//yourmodel.ai",
            "https://yourmodel.ai/" + "a" * 2048,
            "https://yourmodel.ai/é",
            "ftp://yourmodel.ai/",
        ]
    ],
    *[("modelCard", value) for value in ["http://yourmodel.ai/", "https://10.0.0.1/", "https://yourmodel.internal/"]],
    *[("webhookUrl", value) for value in ["http://yourmodel.ai/", None, ""]],
    *[("protocol", value) for value in ["openai", "", None, "MASL"]],
    *[("upstreamModel", value) for value in ["", "a b", "é", "m" * 129, "a\n", None]],
    *[
        ("auth", value)
        for value in [
            None,
            {},
            "none",
            {"type": "basic"},
            {"type": "none", "key": "k"},
            {"type": "api_key"},
            {"type": "api_key", "key": ""},
            {"type": "api_key", "key": "a b"},
            {"type": "api_key", "key": "é"},
            {"type": "api_key", "key": "k" * 4097},
            {"type": "api_key", "key": "k\r\nX: y"},
            {"type": "api_key", "key": 5},
            {"type": "api_key", "key": "k", "header": "Host"},
            {"type": "api_key", "key": "k", "header": "a b"},
            {**CLIENT, "tokenUrl": "http://id.model.ai/"},
            {**CLIENT, "clientId": ""},
            {**CLIENT, "clientSecret": 1},
            {**CLIENT, "scope": "a  b"},
            {**CLIENT, "key": "k"},
        ]
    ],
    *[
        ("pricing", value)
        for value in [
            None,
            [],
            {"inputPer1kTokens": -1},
            {"inputPer1kTokens": "1000.01"},
            {"inputPer1kTokens": True},
            {"inputPer1kTokens": ""},
            {"currency": "EUR"},
            {"currency": "usd"},
            {"inputPer1k": 1},
        ]
    ],
    *[
        ("limits", value)
        for value in [
            {"requestsPerMinute": 0},
            {"tokensPerMinute": 10**9 + 1},
            {"requestsPerMinute": "1"},
            {"requestsPerMinute": Decimal("1.0")},
            {"requestsPerMinute": True},
            {"perDay": 1},
        ]
    ],
    *[("legalEntity", value) for value in ["", "L" * 201, "a\u200db", 1, None]],
    *[
        ("technicalContact", value)
        for value in [None, {}, {**SEED["contact"], "email": "x"}, {**SEED["contact"], "phone": "1"}]
    ],
    *[
        ("safetyBenchmarks", value)
        for value in [
            None,
            {},
            [{"name": "a"}],
            [{"score": 1}],
            [{"name": "a", "score": "1"}],
            [{"name": "a", "score": True}],
            [{"name": "a" * 101, "score": 1}],
            [{"name": "a", "score": 1, "url": "http://x.org/"}],
            [{"name": "a", "score": 1, "x": 1}],
            [{"name": "a", "score": 1}] * 33,
        ]
    ],
    *[
        ("commitments", value)
        for value in [
            None,
            {"charter": 1},
            {"consensus": "true"},
            {"tiersUnderstood": None},
            {"uptime": Decimal("100.01")},
            {"uptime": -1},
            {"uptime": "99"},
            {"uptime": True},
            {"x": True},
        ]
    ],
    *[
        ("modelCardSections", value)
        for value in [
            None,
            {"capabilities": ""},
            {"limitations": "a" * 20_001},
            {"trainingData": 1},
            {"other": "a"},
            {"capabilities": "a\nb"},
            {"capabilities": "a\u200bb"},
        ]
    ],
]


@pytest.mark.parametrize(("path", "value"), REFUSED)
def test_what_the_words_forbid_is_refused_at_its_place(path, value):
    top = "/" + path.replace(".", "/")
    assert all(pointer.startswith(top) for pointer, _ in faults(seed_with(path, value)))


@pytest.mark.parametrize("tier", ["high", "critical"])
def test_a_tier_asked_too_high_is_422_and_says_why(tier):
    with pytest.raises(Problem) as caught:
        parse(seed_with("proposedTier", tier))
    assert (caught.value.status, caught.value.code) == (422, "tier_too_high")
    assert "research or standard" in caught.value.detail


def test_a_tier_asked_too_high_in_a_wrong_body_is_400_first():
    assert faults({**seed_with("proposedTier", "high"), "extra": 1}) == [("/extra", "unknown_field")]


def test_faults_of_all_fields_come_at_once():
    found = faults({"modelName": "", "provider": "X", "contact": {"email": "x"}, "extra": 1})
    assert {pointer for pointer, _ in found} >= {
        "/modelName",
        "/provider",
        "/contact/email",
        "/contact/name",
        "/endpoint",
        "/extra",
    }


@pytest.mark.parametrize(
    ("path", "base", "protocol"),
    [
        ("/v1/deliberate", "", "masl"),
        ("/v1/completions", "", "openai-completions"),
        ("/v1/chat/completions", "", "openai-chat"),
        ("/v1/messages", "", "anthropic-messages"),
        ("/api/v1/messages/", "/api", "anthropic-messages"),
        ("/v1/completions?beta=1", "", "openai-completions"),
        ("/v1/completions/x", "/v1/completions/x", "masl"),
        ("/av1/messages", "/av1/messages", "masl"),
        ("/serve/", "/serve", "masl"),
        ("", "", "masl"),
    ],
)
def test_a_known_tail_is_cut_and_tells_the_protocol(path, base, protocol):
    endpoint = parse(seed_with("endpoint", f"https://API.YourModel.ai:8443{path}")).endpoint
    assert endpoint.base == f"https://api.yourmodel.ai:8443{base}"
    assert endpoint.origin == "https://api.yourmodel.ai:8443"
    assert endpoint.protocol == protocol


def test_a_declared_protocol_wins_over_the_path():
    assert parse({**SEED, "protocol": "masl"}).spoken_protocol == "masl"


def test_hosts_are_kept_as_a_labels():
    body = parse({**seed_with("endpoint", "https://bücher.de/"), "webhookUrl": "https://Bücher.de/x"})
    assert body.endpoint.host == "xn--bcher-kva.de"
    assert body.webhook_url == "https://xn--bcher-kva.de/x"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"type": "none"}, NoAuth()),
        ({"type": "api_key", "key": "k3y"}, ApiKey(key="k3y")),
        ({"type": "api_key", "key": "k3y", "header": "X-Key"}, ApiKey(key="k3y", header="X-Key")),
        (CLIENT, ClientCredentials(token_url="https://id.model.ai/token", client_id="me", client_secret="s")),
    ],
)
def test_credentials_are_read_by_their_type(given, kept):
    assert parse({**SEED, "auth": given}).auth == kept


def test_secrets_and_personal_data_are_not_in_what_gets_printed():
    body = parse({**SEED, "auth": {"type": "api_key", "key": "hush-hush"}})
    printed = f"{body!r}{body.auth!r}{body.contact!r}"
    assert not any(secret in printed for secret in ("hush-hush", "you@yourorg.ai", "Your Name"))


def test_a_refused_value_is_not_repeated():
    with pytest.raises(Invalid) as caught:
        parse({**SEED, "auth": {"type": "api_key", "key": "hush hush"}, "provider": "SECRET ORG"})
    assert not any(word in fault.detail for fault in caught.value.faults for word in ("hush", "SECRET"))
