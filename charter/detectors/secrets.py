"""Shapes of live secrets: private keys, keys of known services, our own keys, and what is named a password."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

Span = tuple[int, int]

_KNOWN = tuple(
    re.compile(shape)
    for shape in (
        r"\bkz_live_[0-9A-Za-z]{20,60}\b",  # our own
        r"\bwhsec_[0-9A-Za-z+/=_\-]{20,90}",
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"\bgh[pousr]_[0-9A-Za-z]{30,255}\b|\bgithub_pat_[0-9A-Za-z_]{40,255}\b",
        r"\bglpat-[0-9A-Za-z_\-]{20,60}",
        r"\bxox[abeoprs]-[0-9A-Za-z\-]{10,250}",
        r"https://hooks\.slack\.com/services/T[0-9A-Z]{6,12}/B[0-9A-Z]{6,12}/[0-9A-Za-z]{20,30}",
        r"\b(?:sk|rk)_live_[0-9A-Za-z]{16,250}\b",
        r"\bsk-(?:proj-|ant-|svcacct-|or-)?(?=[A-Za-z0-9_\-]{0,60}\d)[A-Za-z0-9_\-]{20,250}",
        r"\bAIza[0-9A-Za-z_\-]{35}(?![\w\-])",
        r"\bSG\.[0-9A-Za-z_\-]{16,32}\.[0-9A-Za-z_\-]{32,64}",
        r"\bnpm_[0-9A-Za-z]{36}\b|\bpypi-[0-9A-Za-z_\-]{50,250}|\bhf_[0-9A-Za-z]{30,50}\b|\bdop_v1_[0-9a-f]{64}\b",
        r"\bey[A-Za-z0-9_\-]{12,4000}\.ey[A-Za-z0-9_\-]{8,8000}\.[A-Za-z0-9_\-]{16,2000}",  # JWT
        r"\b[a-z][a-z0-9+]{2,20}://[^\s:/@<>\[\]{}$\"']{1,60}:[^\s:/@<>\[\]{}$\"'*]{6,100}@[A-Za-z0-9.\-]{2,100}",
    )
)
_PEM = re.compile(r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----\s*+([^-]{0,20000}+)")
_NAMED = re.compile(
    r"(?:pass(?:word|wd|phrase|code)?|pwd|secret(?:[ _\-]?(?:access[ _\-]?)?key)?|api[ "
    r"_\-]?(?:key|token|secret)|access[ _\-]?(?:key|token)|auth[ _\-]?token|client[ _\-]?secret|"
    r"private[ _\-]?key|bearer|token|credentials?)"
    r"\b[\"']?\s{0,3}(?:(?:is|was)\b\s{0,2}[:=]?|:=?|=>?|(?<=bearer))\s{0,3}[\"'`]?([^\s\"'`<>{}()\[\],;]{8,200})",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    (
        r"your|example|sample|placeholder|change_?me|replace|insert|redact|dummy|xxxx|\*\*\*|\.\.\.|…|"
        r"test|environ|getenv|process\.env|config|password|passwd|secret|token|todo|foo|bar|1234|abcd|"
        r"qwerty|hunter2|\$\{?|%\(|null|none|string|hash"
    ),
    re.IGNORECASE,
)
_LEAST_ENTROPY = 3.0
_LEAST_KEY = 100
_LEAST_SIGNS = 8
_SAMPLE = re.compile(r"example|xxxx|your|\*\*\*|\.\.\.|1234567890|abcdefgh", re.IGNORECASE)


def known_keys(text: str) -> Iterator[Span]:
    """Keys whose service is known by their shape, samples left out."""
    for shape in _KNOWN:
        for match in shape.finditer(text):
            if not _sample(match.group()):
                yield match.span()


def known_key_shapes(text: str) -> Iterator[Span]:
    """All that has the shape of a known key, samples included; for scrubbing."""
    for shape in (*_KNOWN, _PEM):
        yield from (match.span() for match in shape.finditer(text))


def private_keys(text: str) -> Iterator[Span]:
    """PEM private keys with a body; a bare header, as texts about keys show it, is none."""
    for match in _PEM.finditer(text):
        body = re.sub(r"\s", "", match.group(1))
        if len(body) >= _LEAST_KEY and len(set(body)) > 20 and "..." not in body:  # noqa: PLR2004
            yield match.span()


def named_secrets(text: str) -> Iterator[Span]:
    """Values that are called a password, key or token and are as random as one."""
    for match in _NAMED.finditer(text):
        value = match.group(1).rstrip(".")
        if _random(value) and not _PLACEHOLDER.search(value):
            yield match.start(1), match.start(1) + len(value)


def named_secret_values(text: str) -> Iterator[Span]:
    """Whatever is called a password, key or token; for scrubbing."""
    yield from (match.span(1) for match in _NAMED.finditer(text))


def _sample(key: str) -> bool:
    """Whether a key is a sample by its words, or by too few different signs."""
    return bool(_SAMPLE.search(key)) or len(set(key[-40:])) < _LEAST_SIGNS


def _random(value: str) -> bool:
    """Letters and digits mixed, with the entropy of a generated value."""
    kinds = sum(bool(re.search(kind, value)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^\w\s]"))
    enough = 3 if len(value) < 20 else 2  # noqa: PLR2004
    return kinds >= enough and bool(re.search(r"\d", value)) and entropy(value) >= _LEAST_ENTROPY


def entropy(value: str) -> float:
    """Shannon entropy of a value's characters, in bits per character."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
