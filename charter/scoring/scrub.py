"""What must not go further is cut out of a text.

Personal data and secrets are masked before a text reaches a log, a proof or a webhook (security T5); speech to the
judge is cut out before statistics read an answer, so that adding it can never better a score (security T6).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from charter.detectors import identifiers, injection, phones, secrets
from charter.detectors.rule import compiled
from charter.scoring.mapping import Edit, Mapped, rewrite
from charter.scoring.normalise import normalise

Span = tuple[int, int]

# What is masked, by the word that stands in its place. Nothing here is excused: a role's address or a sample key costs
# a log line nothing when it is masked, and a wrong excuse would cost somebody their secret.
MASKED: tuple[tuple[str, Callable[[str], Iterator[Span]]], ...] = (
    ("key", secrets.known_key_shapes),
    ("secret", secrets.named_secret_values),
    ("mail", identifiers.mails),
    ("card", identifiers.cards),
    ("iban", identifiers.ibans),
    ("ssn", identifiers.social_security_numbers),
    ("ip", identifiers.addresses_of_the_net),
    ("phone", phones.phone_shapes),
)


def scrub(text: str) -> str:
    """``text`` with personal data and keys masked as ``[kind]``, the kinds being those of ``MASKED``.

    Disguises are undone to find them; what stands outside a mask is given back as it was.
    """
    plain = normalise(text).plain
    spans = ((kind, plain.span(start, end)) for kind, find in MASKED for start, end in find(plain.text))
    found = sorted((start, -end, kind) for kind, (start, end) in spans)
    parts: list[str] = []
    done = 0
    for start, minus_end, kind in found:
        end = -minus_end
        if end <= done:
            continue
        if start >= done:
            parts.append(text[done:start])
            parts.append(f"[{kind}]")
        done = end
    parts.append(text[done:])
    return "".join(parts)


_OVERRIDE = compiled(injection.OVERRIDE)
# Between two injected passages this much is taken for part of the injection.
_BRIDGE = 160


def without_injections(words: Mapped, prompt: str = "") -> Mapped:
    """A reading without the sentences that speak to its judge; places still lead back to the text as sent.

    ``words`` is ``Normalised.words`` and ``prompt`` what was asked. Whole sentences and blocks go, with what stands
    between two of them, and the white space that they leave at an end. What is only injection comes back empty.
    """
    spans = sorted([(hit.start, hit.end) for hit in injection.found(words.text, prompt)] + list(_overrides(words.text)))
    if not spans:
        return words
    return rewrite(words, _cuts(words.text, spans))


def _overrides(text: str) -> Iterator[Span]:
    """The sentences that order the next reader to forget its instructions."""
    if "i" not in text:
        return
    for start, end in injection.sentences(text):
        if _OVERRIDE.search(text, start, end):
            yield start, end


def _cuts(text: str, spans: list[Span]) -> Iterator[Edit]:
    """One cut for passages that touch or nearly do; white space around it goes with it at the ends of the text."""
    joined: list[list[int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] <= _BRIDGE and "\n" not in text[joined[-1][1] : start].strip(" \n"):
            joined[-1][1] = max(end, joined[-1][1])
        else:
            joined.append([start, end])
    for start, end in (_dressed(text, *span) for span in joined):
        head, tail = not text[:start].strip(), not text[end:].strip()
        start, end = (0 if head else start), (len(text) if tail else end)  # noqa: PLW2901 - the ends of the text
        if tail:
            start = len(text[:start].rstrip())  # noqa: PLW2901 - nothing follows
        yield Edit(start, end, "")


# Fences, rules, role tags and headings that dress an injection and mean nothing without it.
_BEFORE = re.compile(
    r"(?:(?:\A|\n)[^\w\n]*(?:end of \w+|begin \w+|json|ya?ml|xml|q|user|human|assistant)?[^\w\n]*|\[/?\w{3,9}\]|"
    r"<[^>\n]{1,30}>|```\w{0,6}|\b(?:end of (?:response|answer|output|text)|begin evaluation)[^\w\n]*|[{(\[])\s*\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[^\S\n]*(?:\[/?\w{3,9}\]|<[^>\n]{1,30}>|-->|\*/)|(?:\n|(?<=\n))[^\w\n]*(?:end (?:of )?\w+)?[^\w\n]*(?=\n|\Z)",
    re.IGNORECASE,
)
_DRESS = 80
_MOST_LAYERS = 3


def _dressed(text: str, start: int, end: int) -> Span:
    """The passage with its dress."""
    for _ in range(_MOST_LAYERS):
        before = _BEFORE.search(text, max(0, start - _DRESS), start) if start else None
        after = _AFTER.match(text, end, end + _DRESS)
        if before and before.start() < start:
            start = before.start() + (text[before.start()] == "\n")
        if after and after.end() > end:
            end = after.end()
    return start, end
