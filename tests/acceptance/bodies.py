"""Request bodies for ``POST /api/onboard/apply`` and the status that rules A1 to A7 give each by their words.

A case is ``(says, body, headers, status)``; ``body`` is bytes. Every good body has a provider, a model and an email
domain of its own, so that only what it is about can refuse it.
"""

import copy
import itertools
import json

JSON = {"Content-Type": "application/json"}
OK, BAD, TOO_HIGH, TYPE, SIZE = 202, 400, 422, 415, 413
_numbers = itertools.count(1)


def fresh():
    """The guide's own example, as one provider of many would send it."""
    number = next(_numbers)
    return {
        "modelName": "YourModel",
        "provider": f"org-{number}",
        "endpoint": "https://api.yourmodel.ai/v1/completions",
        "contact": {"name": "Wilhelmina Quill", "email": f"w@org-{number}.ai", "organization": "Your Organization"},
        "capabilities": ["text-generation", "reasoning", "code-generation"],
        "proposedTier": "standard",
        "modelCard": "https://yourmodel.ai/model-card.pdf",
    }


def raw(document):
    return json.dumps(document, ensure_ascii=False).encode()


def laid(path, value):
    """A fresh document with ``value`` at a path such as ``contact.name``; ``...`` takes the field out."""
    document = fresh()
    *way, last = path.split(".")
    at = document
    for step in way:
        at = at.setdefault(step, {})
    if value is ...:
        del at[last]
    else:
        at[last] = copy.deepcopy(value)
    return document


def field(path, status, *values):
    return [(f"{path} = {_short(value)}", raw(laid(path, value)), JSON, status) for value in values]


def _short(value):
    text = repr(value)
    return text if len(text) < 60 else f"{text[:40]}… ({len(text)})"


def framed():
    """A1: type, coding and size."""
    good = {
        "application/json": OK, "application/json; charset=utf-8": OK, "application/json;charset=UTF-8": OK,
        'application/json; charset="utf-8"': OK, "Application/JSON": OK, "application/json;charset=utf-16": TYPE,
        "application/json; charset=latin-1": TYPE, "text/plain": TYPE, "text/json": TYPE, "application/xml": TYPE,
        "application/x-www-form-urlencoded": TYPE, "multipart/form-data; boundary=x": TYPE, "*/*": TYPE, "": TYPE,
        "application/problem+json": TYPE, "application/jsonp": TYPE, "application/json, text/plain": TYPE, "json": TYPE,
        "application/vnd.api+json": TYPE, "application/octet-stream": TYPE,
    }  # fmt: skip
    yield from ((f"type {kind!r}", raw(fresh()), {"Content-Type": kind}, status) for kind, status in good.items())
    for coding in ("gzip", "deflate", "br", "identity", "zstd", "x-gzip"):
        yield f"coding {coding}", raw(fresh()), {**JSON, "Content-Encoding": coding}, TYPE
    full = raw(fresh())
    yield "64 KiB to the byte", full + b" " * (65_536 - len(full)), JSON, OK
    yield "a byte more", full + b" " * (65_537 - len(full)), JSON, SIZE
    yield "a mebibyte", b" " * 2**20, JSON, SIZE
    yield "nothing", b"", JSON, BAD
    yield "blanks", b" \n ", JSON, BAD


def parsed():
    """A3: the parser."""
    good = raw(fresh())
    cut = good[:-1]
    yield "blanks around", b" \r\n\t" + raw(fresh()) + b"\n ", JSON, OK
    for name, extra in {
        "duplicate key": b', "provider": "other-org"}', "NaN": b', "limits": NaN}', "Infinity": b', "a": Infinity}',
        "-Infinity": b', "a": -Infinity}', "1e999": b', "commitments": {"uptime": 1e999}}',
        "-1e999": b', "commitments": {"uptime": -1e999}}', "lone surrogate": b', "legalEntity": "\\ud800"}',
        "low surrogate": b', "legalEntity": "\\udc00x"}', "surrogates turned": b', "legalEntity": "\\udc00\\ud800"}',
        "escaped NUL": b', "legalEntity": "a\\u0000b"}', "NUL": b', "legalEntity": "a\x00b"}',
        "NUL in a name": b', "a\\u0000": 1}', "surrogate in a name": b', "\\ud800": 1}',
        "101 digits": b', "limits": {"requestsPerMinute": ' + b"1" * 101 + b"}}",
        "5000 digits": b', "limits": {"requestsPerMinute": ' + b"9" * 5000 + b"}}",
        "a fraction of 5000 digits": b', "commitments": {"uptime": 0.' + b"1" * 5000 + b"}}",
        "trailing comma": b",}", "single quotes": b", 'a': 1}", "comment": b" /* hello */}", "unclosed": b"",
        "hexadecimal": b', "a": 0x10}', "leading zero": b', "a": 01}', "plus": b', "a": +1}', "dot": b', "a": .5}',
        "raw line feed": b', "legalEntity": "a\nb"}', "bad escape": b', "legalEntity": "\\x41"}',
        "two documents": b"} {}", "True": b', "a": True}', "undefined": b', "a": undefined}',
        "1e99999999999": b', "commitments": {"uptime": 1e99999999999}}',
        "1e-99999999999": b', "commitments": {"uptime": 1e-99999999999}}',
        "invalid UTF-8": b', "legalEntity": "\xff\xfe"}', "overlong": b', "legalEntity": "\xc0\xaf"}',
        "surrogate in UTF-8": b', "legalEntity": "\xed\xa0\x80"}', "latin-1": b', "legalEntity": "caf\xe9"}',
        "beyond Unicode": b', "legalEntity": "\xf4\x90\x80\x80"}', "cut UTF-8": b', "legalEntity": "\xe2\x82"}',
        "duplicate in contact": b', "technicalContact": {"name": "a", "name": "b", "email": "a@b.ai", "organization": "c"}}',
        "duplicate by escape": b', "\\u0070rovider": "other-org"}',
    }.items():  # fmt: skip
        yield name, cut + extra, JSON, BAD
    for depth in (32, 33, 990, 5000, 30_000):
        yield f"depth {depth} in a field", cut + b', "x": ' + b"[" * depth + b"]" * depth + b"}", JSON, BAD
        yield f"depth {depth}", b"[" * depth + b"]" * depth, JSON, BAD
        yield f"depth {depth} unclosed", b'{"a":' * min(depth, 10_000), JSON, BAD
    yield "a byte order mark", b"\xef\xbb\xbf" + raw(fresh()), JSON, BAD
    for coding in ("utf-16", "utf-16-le", "utf-32"):
        yield coding, json.dumps(fresh()).encode(coding), JSON, BAD
    for top in ("[]", "null", "true", "0", '"text"', "[{}]", "{}", "{", "}", "[1,", "nul", "-", '"', "\\", "﻿"):
        yield f"top {top!r}", top.encode(), JSON, BAD


REQUIRED = ("modelName", "provider", "endpoint", "contact", "capabilities", "proposedTier", "modelCard")
OBJECTS = ("contact", "auth", "pricing", "limits", "technicalContact", "commitments", "modelCardSections")
OTHERS = ("protocol", "upstreamModel", "legalEntity", "safetyBenchmarks", "webhookUrl", "improvements")
LISTS = ("capabilities", "safetyBenchmarks")


def shaped():
    """A4: exact types, nothing missing, nothing unknown, nothing trimmed."""
    for name in (*REQUIRED, "contact.name", "contact.email", "contact.organization"):
        yield from field(name, BAD, ..., None)
    for name in (*REQUIRED, *OBJECTS, *OTHERS):
        wrong = [0, 1, True, 1.5] + ([] if name in OBJECTS else [{}])
        wrong += ["text"] if name in (*OBJECTS, *LISTS) else [["a"]]
        yield from field(name, BAD, *wrong)
    for name in (*OBJECTS, *OTHERS):
        yield from field(name, BAD, None)
    for name in (
        "modelname",
        "model_name",
        "id",
        "status",
        "__proto__",
        "constructor",
        "",
        "é",
        "a" * 5000,
        "ModelName",
    ):
        yield from field(name, BAD, "x")
    for name in ("contact", "limits", "pricing", "commitments", "modelCardSections", "auth"):
        document = laid(f"{name}.surprise", 1)
        if name == "auth":
            document["auth"]["type"] = "none"
        yield f"unknown in {name}", raw(document), JSON, BAD
    for name in ("modelName", "provider", "endpoint", "proposedTier", "modelCard", "contact.name", "contact.email"):
        good = laid(name, ...)  # what stands there is told by the example
        value = fresh()
        for step in name.split("."):
            value = value[step]
        del good
        yield from field(name, BAD, f" {value}", f"{value} ", f"{value}\n", f"\t{value}", f"{value}\u00a0")


HIDDEN = (
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u180b", "\u180e", "\u200b", "\u200e",
    "\u200f", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\u2800", "\u3164", "\ufe00", "\ufeff", "\uffa0",
    "\ufdd0", "\ufffe", "\uffff", "\u2028", "\u2029", "\x01", "\x1b", "\x7f", "\x85", "\x9f", "\U0001fffe", "\n", "\t",
)  # fmt: skip


def texts():
    """A5: names and prose."""
    yield from field(
        "modelName", OK, "A", "7", "a" * 64, "GPT-4.1 (preview)", "モデル三", "Modèle+X_y", "e\u0301clat", "٣ model",
        "मॉडल", "x" + "\u0301" * 3, "a" + "ß" * 63,
    )  # fmt: skip
    yield from field(
        "modelName", BAD, "", "a" * 65, "-model", ".model", "_m", " m", "(m)", "a/b", "a<b>", "a&b", "a'b", 'a"b', "a:b",
        "\u0301a", "a@b", "😀", "a😀", "a,b", "a\u200db", "a\ufe0fb", "a#1", "$m", "a\\b", "a=b", "a|b", "a~b", "{{m}}",
    )  # fmt: skip
    yield from field("provider", OK, "a1", "x" * 63, "a--b", "9lives")
    yield from field(
        "provider", BAD, "", "a", "-ab", "ab-", "Ab", "a_b", "a.b", "x" * 64, "a b", "é1", "ab\n", "a/b", "а1", "１2"
    )
    for name in ("contact.name", "contact.organization"):
        yield from field(
            name, OK, "A", "ل\u200cی", "👩\u200d💻 Ada", "❤\ufe0f Org", "n" * 200, "O’Neil & <b>Söhne</b>", "李"
        )
        yield from field(name, BAD, "", "n" * 201, " ", "\u00a0", *(f"a{hidden}b" for hidden in HIDDEN[:12]))
    yield from field("legalEntity", OK, "Example GmbH & Co. KG", "e" * 200)
    yield from field("legalEntity", BAD, "", "e" * 201, *(f"a{hidden}b" for hidden in HIDDEN), "a\u200db", "a\ufe0fb")
    yield from field(
        "contact.email", OK, f"{'a' * 64}@long-local.ai", "a.b+c@Plus.ai", "o'x@apostrophe.ai", "x@xn--bcher-kva.ai"
    )
    yield from field(
        "contact.email", BAD, "", "a", "a@", "@b.ai", "a@b", "a@localhost", "a@[1.2.3.4]", "a@1.2.3.4", "a@b.test",
        f"{'a' * 65}@b.ai", f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 60}.ai", "ä@b.ai", "a@bücher.ai", "a b@c.ai", "a@b..ai",
        "a@-b.ai", "a@b.ai, c@d.ai", "A <a@b.ai>", "a@b@c.ai", ".a@b.ai", "a.@b.ai", "a..b@c.ai", "a@b_c.ai", "a@b.ai\u0000",
        "a@b.internal", "a@b.c1", "mailto:a@b.ai", "a@b.ai?subject=x",
    )  # fmt: skip
    yield from field("modelCardSections.capabilities", OK, "c" * 20_000, "Writes.")
    yield from field("modelCardSections.capabilities", BAD, "", "c" * 20_001, "a\u0000", "a\u202eb", 5, None, [])
    yield from field(
        "capabilities", OK, ["a"], [f"c{n}" for n in range(32)], ["c" * 64], ["no-such-slug-known"], ["a1-b2"]
    )
    yield from field(
        "capabilities", BAD, [], [f"c{n}" for n in range(33)], ["c" * 65], ["A"], ["a_b"], ["a--b"], ["-a"], ["a-"], [""],
        [1], [None], [["a"]], ["a b"], ["a "], "reasoning", {"0": "a"}, ["é"],
    )  # fmt: skip
    yield from field("proposedTier", OK, "research", "standard")
    yield from field("proposedTier", TOO_HIGH, "high", "critical")
    yield from field("proposedTier", BAD, "", "Standard", "HIGH", "supreme", "none", "standard ")
    wrong_too = laid("proposedTier", "critical") | {"modelName": ""}
    yield "a tier too high in a wrong body", raw(wrong_too), JSON, BAD


def figures():
    """A5: prices, limits, commitments, benchmarks, protocol, auth."""
    for name in ("pricing.inputPer1kTokens", "pricing.outputPer1kTokens"):
        yield from field(name, OK, 0, 1000, 0.25, "0", "0.25", "1000", "0.000001")
        yield from field(
            name,
            BAD,
            -1,
            1000.01,
            "1000.01",
            "-1",
            "",
            "a",
            "NaN",
            "Infinity",
            "1,5",
            " 1",
            "0x1",
            True,
            None,
            [],
            10**40,
        )
    yield from field("pricing.currency", OK, "USD")
    yield from field("pricing.currency", BAD, "EUR", "usd", "", "US$", 1, None)
    for name in ("limits.requestsPerMinute", "limits.tokensPerMinute"):
        yield from field(name, OK, 1, 10**9)
        yield from field(name, BAD, 0, -1, 10**9 + 1, 1.5, "60", True, None, 10**99)
    yield from field("commitments.uptime", OK, 0, 100, 99.5, 99.99999)
    yield from field("commitments.uptime", BAD, -0.1, 100.01, "99.5", True, None, 1e300)
    for name in ("charter", "consensus", "tiersUnderstood"):
        yield from field(f"commitments.{name}", OK, True, False)
        yield from field(f"commitments.{name}", BAD, 1, 0, "true", None, "yes")
    yield from field("safetyBenchmarks", OK, [], [{"name": "B", "score": 1}], [{"name": "B", "score": -1.5}] * 32)
    yield from field("safetyBenchmarks", OK, [{"name": "B", "score": 1e300, "url": "https://bench.org/x"}])
    yield from field(
        "safetyBenchmarks", BAD, [{"name": "B", "score": 1}] * 33, [{"name": "B"}], [{"score": 1}], [{"name": "", "score": 1}],
        [{"name": "b" * 101, "score": 1}], [{"name": "B", "score": "1"}], [{"name": "B", "score": True}], [1], [None],
        [{"name": "B", "score": 1, "url": "http://bench.org"}], [{"name": "B", "score": 1, "more": 2}],
    )  # fmt: skip
    yield from field("protocol", OK, "masl", "openai-chat", "openai-completions", "anthropic-messages")
    yield from field("protocol", BAD, "openai", "", "MASL", "grpc")
    yield from field("upstreamModel", OK, "m", "org/model:v1", "u" * 128)
    yield from field("upstreamModel", BAD, "", "u" * 129, "a b", "é", "a\u0000")
    key = {"type": "api_key", "key": "sk-1234567890"}
    oauth = {
        "type": "oauth2_client_credentials",
        "tokenUrl": "https://auth.yourmodel.ai/token",
        "clientId": "i",
        "clientSecret": "s",
    }
    yield from field(
        "auth", OK, {"type": "none"}, key, oauth, {**key, "key": "k" * 4096}, {**oauth, "scope": "read write"}
    )
    yield from field(
        "auth", BAD, {}, {"type": "basic"}, {"type": "api_key"}, {**key, "key": ""}, {**key, "key": "k" * 4097}, {**key, "key": "a b"},
        {**key, "key": "é"}, {**key, "key": "a\r\nX: y"}, {**oauth, "tokenUrl": "http://auth.yourmodel.ai/token"}, {"type": None},
        {**oauth, "tokenUrl": "https://169.254.169.254/"}, {**oauth, "clientSecret": ""}, {"type": "none", "key": "x"}, {**key, "extra": 1},
    )  # fmt: skip


LONG_URL = "https://api.yourmodel.ai/"


def urls():
    """E2 to E4, in every field that takes an address."""
    good = (
        "https://api.yourmodel.ai", "https://api.yourmodel.ai/", "https://api.yourmodel.ai:443/x", "https://a.b.ai:8443/",
        "HTTPS://API.YourModel.AI/x", "https://api.yourmodel.ai./x", "https://bücher.de/", "https://xn--bcher-kva.de/",
        "https://a.ai/x?y=z&a=%20", "https://a.ai/~u;v=1/(x)!$&'*+,:@", LONG_URL + "x" * (2048 - len(LONG_URL)), "https://例え.jp/",
    )  # fmt: skip
    bad = (
        "", "http://a.ai", "ftp://a.ai", "//a.ai", "a.ai", "https:", "https://", "https:///x", "javascript:alert(1)",
        "https://u@a.ai", "https://u:p@a.ai", "https://@a.ai", "https://a.ai#f", "https://a.ai/#", "https://a.ai\\x",
        "https://a.ai/ x", "https://a.ai/x\t", "https://a.ai/é", "https://a.ai/\u200b", "https://a.ai/%zz", "https://a.ai/<x>",
        "https://localhost/", "https://localhost.localdomain/", "https://a.local", "https://a.internal", "https://a.test", "https://example",
        "https://a.example", "https://host", "https://127.0.0.1", "https://1.2.3.4/", "https://[::1]/", "https://2130706433/",
        "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/", "https://1.2.3.4./", "https://a.ai:80/", "https://a.ai:8080/",
        "https://a.ai:0/", "https://a.ai:65536/", "https://a.ai:/", "https://a.ai:４43/", "https://a.ai:+443/", "https://a..ai/",
        "https://-a.ai/", "https://a-.ai/", "https://a_b.ai/", f"https://{'a' * 64}.ai/", "https://a.ai../", "https://ⓛⓞⓒⓐⓛ.ai/",
        "https://a。ai/", "https://xn--a/", "https://xn--zzzzzz99999.ai/", "https://a.b1/", "https://a.onion", "https://a.svc", "https://a.arpa",
        "https://metadata.google.internal/", LONG_URL + "x" * (2049 - len(LONG_URL)), "https://a%2eai/", "https://a.ai|b/", "data:,x",
    )  # fmt: skip
    yield from field("endpoint", OK, *good)
    yield from field("endpoint", BAD, *bad)
    yield from field("modelCard", OK, *good[:3])
    yield from field("modelCard", BAD, *bad[:12])
    yield from field("webhookUrl", OK, good[0])
    yield from field("webhookUrl", BAD, *bad[:12])


def all_of_them():
    return [*framed(), *parsed(), *shaped(), *texts(), *figures(), *urls()]
