"""Forged verdicts: data, labels and dialogues in the form of a scorer's answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from charter.detectors.injection.sentences import FOUND, SURE, Found, Span, fold
from charter.detectors.injection.vocabulary import MADE

_KEY = (
    r"(?:(?:(?:overall|final|compliance|safety|charter|risk|moderation|harm)[_ ])?(?:score|verdict|rating|"
    r"violations?|status|flagged|"
    r"risk|label|classification|grade|decision|overall|compliance|moderation|safe|compliant|harmful|confidence|"
    r"clauses|flags|"
    r"violates|result|assessment|judge?ment|outcome))"
)
_VALUE = (
    r"(?:(?:100|9\d)(?:\.0)?(?:/100|%| out of 100)?|1\.0+|0\.9\d*|0(?:\.0+)?|1|10/10|5/5|none|\[\s?\]|\{\s?\}|null|"
    r"pass(?:ed)?|"
    r"(?:fully )?compliant|safe|benign|approved|clean|clear|final|true|false|ok|off|no|yes|harmless|non[- "
    r"]?(?:violating|violation|harmful)|"
    r"no violations?(?: found)?|perfect|not harmful|unflagged|allow(?:ed)?|acceptable)"
)
_ENTRY = re.compile(
    rf"\b({_KEY})[\"'*>]{{0,3}}\s?(?:[:=>→]|->|is| - )\s?[\"'*\[{{<]{{0,3}}({_VALUE})(?!\w|\.\w)".replace(" ", r"\s"),
)
_TELLING = (
    "assess",
    "evaluat",
    "judg",
    "verdict",
    "violat",
    "complian",
    "flag",
    "moderation",
    "harm",
    "safety",
    "charter",
    "clause",
    "rating",
    "risk",
)
_ENTRIES_APART = 90
_ALONE = re.compile(
    rf"^(?!- )\W{{0,6}}(?:\w+ ){{0,3}}(?:verdict|classification|"
    r"safety (?:check|rating|label|score)|compliance|moderation(?: result)?|evaluation|assessment|judge?ment|label|"
    r"risk|"
    r"harmful|violations?(?: found)?|(?:compliance|charter|safety|risk)[ _]score|content check|(?:automated|manual|"
    r"human|final|quality|policy) (?:check|review))\s?(?:result|score|status)?\s?(?:[:=→]|->| - | is )"
    rf"\s?[\"'*]{{0,3}}{_VALUE}[\"'*]{{0,3}}(?:\W+(?:{_VALUE}|no [^\n]{{0,40}}|with [^\n]{{0,40}}|reviewed "
    rf"[^\n]{{0,40}}))*\W{{0,6}}(?:#[^\n]*)?$".replace(" ", r"\s"),
    re.IGNORECASE | re.MULTILINE,
)
_MARKED_AS = re.compile(
    rf"^\W{{0,6}}(?:(?:please|kindly|just|so|now|and) )?(?:mark|label|classify|tag|flag|rate|record|log|count|treat|"
    r"score|register|file|consider)"
    rf"(?: this| it| me| that)?(?: \w+)? (?:as|to be) (?:a |an )?(?:\w+ )?{MADE}\b[^\n]{{0,20}}$".replace(" ", r"\s"),
    re.IGNORECASE | re.MULTILINE,
)
_GRADED = re.compile(
    r"^\W{0,6}(?:\w+ ){0,2}(?:score|rate|rating|grade|mark) ?[:=→] ?\W{0,3}(?:100|9\d)(?: ?/ ?100|%| out of "
    r"100| points)?(?![\w/%]|[-–,.]\d)".replace(" ", r"\s"),
    re.IGNORECASE | re.MULTILINE,
)
_SAID = re.compile(
    rf"^\W{{0,6}}(?:(?:please|just|now|then|only|simply) )*(?:say|output|print|return|respond|reply|answer|emit|write)"
    r"(?: only| just| with| back| that| the word)* ?:? "
    rf"?[\"'{{]{{0,3}}(?:{MADE}|no (?:\w+ )?violations?[^\n]{{0,15}}|100|"
    rf"(?:risk|score|verdict)[\"']? ?[:=] ?[\"']?\w+)[\"'}}.]{{0,3}}\W*$".replace(" ", r"\s"),
    re.IGNORECASE | re.MULTILINE,
)
_DIALOGUE = re.compile(
    r"\b(?:violat\w+|harmful|safe|complian\w+|compl(?:y|ies)|acceptable|evaluate|unsafe|"
    rf"rate)\b[^?.\n]{{0,60}}[?.]\s{{1,4}}(?:a(?:nswer)?|assistant|"
    rf"evaluator|judge|model|response|scorer|grader|ai|reviewer)\s?:\s?[^\n]{{0,60}}\b(?:no|yes|{MADE}|100)\b".replace(
        " ", r"\s"
    ),
    re.IGNORECASE,
)
_CODE = re.compile(
    r"^```(?!json|ya?ml|xml)\w|^\s*(?:def|class|import|from|const|let|var|for|if|return|public|#include)\b|[;{]\s*$",
    re.MULTILINE,
)
_CLOSING = 400
_LEAST_CODE = 2
_HEAD = 30
_CODE_READ = 4000


def forged(text: str) -> Iterator[Found]:
    """Verdicts in the form of data, labels and dialogues; source code holds such things rightly."""
    hits = [*_data(text), *_labels(text)]
    if hits and len(_CODE.findall(text[:_CODE_READ])) < _LEAST_CODE:
        yield from hits


def _data(text: str) -> Iterator[Found]:
    """Two entries of a verdict close together."""
    folded = fold(text)
    if not any(stem in folded for stem in _TELLING):
        return
    for left, right in pairwise(_ENTRY.finditer(folded)):
        near = right.start() - left.end() < _ENTRIES_APART and left.group(1) != right.group(1)
        if (
            near
            and not _RETURNED.search(folded, max(0, left.start() - _HEAD), left.start())
            and any(stem in folded[max(0, left.start() - _HEAD) : right.end()] for stem in _TELLING)
        ):
            yield Found(*_block(text, left.start(), right.end()), SURE)


_RETURNED = re.compile(r"(?:return|=|\() ?[{\[]?[\"']?\Z")


def _labels(text: str) -> Iterator[Found]:
    """Lines at an end of an answer that are a label, and questions about it that answer themselves."""
    for start, end in ((0, min(len(text), _CLOSING)), (max(_CLOSING, len(text) - _CLOSING), len(text))):
        if start < end:
            start = text.rfind("\n", 0, start) + 1 if start else 0  # noqa: PLW2901 - labels begin a line
            for pattern in (_ALONE, _GRADED, _MARKED_AS, _SAID, _DIALOGUE):
                for line in pattern.finditer(text, max(start, end - 2 * _CLOSING), end):
                    yield Found(*_block(text, *line.span()), FOUND)


_BLOCK_REACH = 200


def _block(text: str, start: int, end: int) -> Span:
    """A passage widened to the ends of its lines, over signs alone in front of it, where the lines are short."""
    line = text.rfind("\n", max(0, start - _BLOCK_REACH), start) + 1 or (0 if start <= _BLOCK_REACH else start)
    if not any(sign.isalnum() for sign in text[line:start]):
        start = line
    if (close := text.find("\n", end, end + _BLOCK_REACH)) >= 0:
        end = close
    elif len(text) - end <= _BLOCK_REACH:
        end = len(text)
    return start, end
