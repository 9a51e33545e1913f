"""Shapes of live secrets: private keys, keys of known services, our own keys, and what is named a password."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from charter.detectors import keys

Span = tuple[int, int]

_HEADER = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----|"
    r"PuTTY-User-Key-File-\d: [^\n]{3,60}\n|\bPrivateKey\s?=\s?(?=[A-Za-z0-9+/]{43}=)"
)
_PUTTY_PART = re.compile(r"Private-Lines: \d{1,3}\s+")
_BODY = re.compile(r"\s*+(?:[\w\-]{2,30}: ?[^\n]{0,120}\n)*+\s*+((?:[A-Za-z0-9+/=\s]|\\[nr])*+)")
_CREDENTIALS = re.compile(
    r"(?<=://)[^\s:/@<>\[\]{}$\"'`*]{0,60}+:([^\s:/@<>\[\]{}\"'`*]{6,100}+)@[A-Za-z0-9.\-]{2,100}(?::\d{1,5})?"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,20}://$")
_OPENER = re.compile(r"(?:[:=]>?|is |was |earer |asic )")
_VALUE = re.compile(r"\s{0,3}(?:(?:is|was)\s)?(?:[\"'`]|[Bb]earer\s|[Bb]asic\s)?([^\s\"'`<>{}()\[\],;]{8,300})")
_NAME = re.compile(
    r"(?:pass(?:word|wd|phrase|code)?|pwd|passwort|"
    r"(?:secret|access|account|api|auth|client|encryption|signing|master|private|shared|storage|service|session|ssh|"
    r"deploy|webhook|license)[ _\-]?(?:access[ _\-]?|api[ _\-]?)?(?:key|token|secret|pass)|secret|token|credentials?)"
    r"(?:\s(?:for|to|of|on)\s(?:[\w.'\-]{1,30}\s?){1,4}?)?(?:\s(?:is|was))?[\"'`]?[\])]?\**[\s:]{0,3}$|(?<!\w)b$",
    re.IGNORECASE,
)
_LOOK_BACK = 90
_PLACEHOLDER = re.compile(
    r"your|example|sample|placeholder|change_?me|replace|insert|redact|dummy|xxxx|\*\*\*|\.\.\.|…|environ|getenv|"
    r"process\.env|config|password|passwd|secret|token|todo|12345|abcde|qwerty|hunter2|django-insecure|"
    r"\$\{|(?-i:\$[A-Z_]{3,}\b)|\$\(|%\(|null|none|string|hash|(?<![A-Za-z])(?:foo|bar|test|user|demo)(?![a-z])",
    re.IGNORECASE,
)
_LEAST_ENTROPY = 3.0
_LEAST_PASSWORD = 2.5
_LEAST_KEY, _LONGEST_KEY = 40, 20_000
_LEAST_SIGNS = 8
_LEAST_SHIFTS = 3
_LONG = 20
# The claim {"sub":"1234567890" is that of the token which jwt.io shows.
_SAMPLE = re.compile(
    r"example|xxxx|your|placeholder|redacted|\*\*\*|\.\.\.|1234567890|0123456789|abcdefgh|eyJzdWIiOiIxMjM0NTY3ODkwI",
    re.IGNORECASE,
)
_SAMPLE_BODY = re.compile(r"example|placeholder|redacted|x{6}", re.IGNORECASE)
_CONSONANTS = re.compile(r"[b-df-hj-np-tv-xz]{5,}", re.IGNORECASE)
_CASE = re.compile(r"[a-z](?=[A-Z])|[A-Z](?=[a-z])")
_SIGN = re.compile(r"[!@#$%^&*?~+]")
_LINE = re.compile(r"[A-Za-z0-9+/=]{32}")
_SHIFT = re.compile(r"[A-Za-z](?=\d)|\d(?=[A-Za-z])")


def known_keys(text: str) -> Iterator[Span]:
    """Keys whose service is known by their shape and credentials in addresses of the net, samples left out."""
    for start, end in _of_services(text, keys.LIVE):
        if not _sample(text[start:end]):
            yield start, end
    for match in _CREDENTIALS.finditer(text):
        if _generated(match.group(1)) and not _PLACEHOLDER.search(match.group(1)):
            yield _with_scheme(text, match)


def known_key_shapes(text: str) -> Iterator[Span]:
    """All that has the shape of a known key, samples included; for scrubbing."""
    yield from _of_services(text, (*keys.LIVE, *keys.NUMBERED))
    yield from (_with_scheme(text, match) for match in _CREDENTIALS.finditer(text))
    yield from ((start, end) for start, end, _ in _private(text))


def _of_services(text: str, shapes: Iterable[keys.Shape]) -> Iterator[Span]:
    for shape in shapes:
        yield from shape.spans(text)


def _with_scheme(text: str, match: re.Match[str]) -> Span:
    before = text[max(0, match.start() - _LONG - 4) : match.start()]
    scheme = _SCHEME.search(before)
    return match.start() - (len(scheme.group()) if scheme else 0), match.end()


def private_keys(text: str) -> Iterator[Span]:
    """Private keys with their body; a bare header, as texts about keys show it, is none."""
    for start, end, body in _private(text):
        if len(body) >= _LEAST_KEY and len(set(body)) > 20 and not _SAMPLE_BODY.search(body):  # noqa: PLR2004
            yield start, end


def _private(text: str) -> Iterator[tuple[int, int, str]]:
    """Spans of private keys with header and body, and the body without white space."""
    for header in _HEADER.finditer(text):
        start = header.end()
        if header.group().startswith("PuTTY"):
            part = _PUTTY_PART.search(text, start, start + _LONGEST_KEY)
            start = part.end() if part else start
        body = _BODY.match(text, start, start + _LONGEST_KEY)
        if body and _LINE.search(body.group(1)):
            yield header.start(), max(body.end(), header.end()), re.sub(r"\s|\\[nr]", "", body.group(1))


def named_secrets(text: str) -> Iterator[Span]:
    """Values that are called a password, key or token and are as random as one; account numbers of services."""
    for start, end in _of_services(text, keys.NUMBERED):
        if not _sample(text[start:end]):
            yield start, end
    for start, end in _values(text):
        value = text[start:end].rstrip(".")
        if _random(value) and not _PLACEHOLDER.search(value):
            yield start, start + len(value)


def named_secret_values(text: str) -> Iterator[Span]:
    """Whatever is called a password, key or token; for scrubbing."""
    yield from _values(text)


def _values(text: str) -> Iterator[Span]:
    """Whatever stands behind a sign or word that gives a value."""
    for opener in _OPENER.finditer(text):
        value = _VALUE.match(text, opener.end())
        if value and _NAME.search(text[max(0, opener.start() - _LOOK_BACK) : opener.start()]):
            yield value.span(1)


def _sample(key: str) -> bool:
    """Whether a key is a sample by its words, or by too few different signs."""
    return bool(_SAMPLE.search(key)) or len(set(key[-40:])) < _LEAST_SIGNS


def _random(value: str) -> bool:
    """Kinds of signs mixed as in a generated value, with the entropy of one."""
    kinds = _kinds(value)
    if entropy(value) < _LEAST_ENTROPY:
        return False
    if re.search(r"\d", value):
        return kinds >= (2 if len(value) >= _LONG else 3) or len(_SHIFT.findall(value)) >= _LEAST_SHIFTS
    return bool(_CONSONANTS.search(value) or _SIGN.search(value)) and len(_CASE.findall(value)) >= _LEAST_SHIFTS


def _generated(value: str) -> bool:
    """Letters with digits or signs, or in changing case: what a password within an address has to be."""
    mixed = _kinds(value) >= 2 and not value.isalpha()  # noqa: PLR2004
    return entropy(value) >= _LEAST_PASSWORD and (mixed or len(_CASE.findall(value)) >= _LEAST_SHIFTS)


def _kinds(value: str) -> int:
    return sum(bool(re.search(kind, value)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^\w\s]"))


def entropy(value: str) -> float:
    """Shannon entropy of a value's characters, in bits per character."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
