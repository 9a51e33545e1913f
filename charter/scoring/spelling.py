"""Disguise by spelling: letters parted by spaces or signs, digits and signs that stand for letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from charter.scoring.lexicon import FUNCTION, known, parted
from charter.scoring.mapping import Edit

_SPACES = re.compile(r"\s{2,}+|[^\S \n]")
_SPELT = re.compile(r"(?<![^\s\"'(])\S(?:[ \t]{1,4}\S(?![^\s\"').,!?;:])){2,}+")
_DOTTED = re.compile(r"(?<![\w.\-*|/])[A-Za-z]([.\-_*|~+·•/])\1?(?:[A-Za-z]\1{1,2}){1,40}[A-Za-z](?![\w*|/])")
_PAIR = r"|(?<![\w.\-*|/])[A-Za-z][.\-_*|~+·•/][A-Za-z](?![\w*|/])"
_OFTEN_DOTTED = re.compile(_DOTTED.pattern + _PAIR)
_UPRIGHT = re.compile(r"^[A-Za-z](?:\n[A-Za-z](?=\n|\Z)){2,}+", re.MULTILINE)
_BROKEN = re.compile(r"[-\\](?<=[a-z].)\n[ \t]*(?=[a-z])")
_MARKED = re.compile(r"(?<![\w*~`\\])[A-Za-z*~`]*[A-Za-z][*~`]++[A-Za-z][A-Za-z*~`]*+(?![\w])")
_MARK_INSIDE = re.compile(r"[*~`](?=[A-Za-z])(?<=[A-Za-z*~`].)")
_INSIDE = re.compile(r"(?:[A-Za-z]+(\*{2,3}|~~)[A-Za-z]+\1)+[A-Za-z]+")
_LEAST_MARKED = 4
_LETTER_RUN = re.compile(r"[A-Za-z]+")
_LEAST_SPELT = 3
_LEAST_SHARE = 0.75
_MOSTLY = 0.6
_OFTEN = 0.3
_LONG = 6
_SENTENCE = 30
_MOST_PARTED = 400
_MOST_SPELT = 8000

_SIGNS = str.maketrans("431075@$!|€£862+9", "aeiotsasiiel" + "bgztg")
_ALSO = {"1": "l", "!": "l", "|": "l", "9": "g", "6": "b", "8": "a", "0": "o", "4": "a", "7": "l", "5": "s", "2": "s"}
_HINT = re.compile(r"[\d@$€£!|+](?:(?=[A-Za-z])|(?<=[A-Za-z].))")
_TOKEN = re.compile(r"(?<![A-Za-z0-9@$€£!|+])[A-Za-z]*+[0-9@$€£!|+][A-Za-z0-9@$€£!|+]*+")
_MEASURE = re.compile(
    r"[\d@$€£+]+(?:st|nd|rd|th|s|k|m|g|x|h|c|f|d|b|kg|km|cm|mm|ml|mg|lb|oz|gb|mb|tb|am|pm|hz|v|w)?", re.IGNORECASE
)
_INNER = re.compile(r"(?:[@\d]|[A-Za-z]+[\d@$€£!|+]{1,3})[\d@$€£!|+]?[A-Za-z]")
_SHAPE = re.compile(r"(?=[^a-z]*[a-z])(?=[a-z]*[431075@$])[A-Za-z431075@$]{3,}")
_RARE = re.compile(r"[2689]")
_DENSE = 0.12
_SHAPED = 0.25
_LEAST_DENSE = 2
_MOST_READINGS = 16
_SHORTEST = 3


def spelt(text: str, flags: set[str]) -> Iterator[Edit]:
    """``k i l l  t h e m`` to ``kill them``; with single gaps everywhere the words are found by the lexicon."""
    runs = list(_SPELT.finditer(text))
    everywhere = len(text) > _SENTENCE and sum(run.end() - run.start() for run in runs) > _MOSTLY * len(text)
    for run in runs:
        signs = run.group().split()
        letters = sum(sign.isalpha() for sign in signs)
        if letters < _LEAST_SPELT:
            continue
        if re.search(r"[ \t]{2}", run.group()):
            if everywhere or letters >= len(signs) * 0.7:
                flags.add("spaced")
                yield from _gaps(run)
        else:
            yield from _joined(run, signs, flags, everywhere=everywhere)


def _gaps(run: re.Match[str]) -> Iterator[Edit]:
    """Single spaces vanish, longer ones become one."""
    for gap in re.finditer(r"[ \t]+", run.group()):
        start, end = run.start() + gap.start(), run.start() + gap.end()
        yield Edit(start, end, " " if end - start > 1 else "")


def _joined(run: re.Match[str], signs: list[str], flags: set[str], *, everywhere: bool) -> Iterator[Edit]:
    """Letters with single gaps: joined where they make words, each gap kept only between two of them."""
    whole = "".join(sign if sign.isalnum() or sign == "'" else " " for sign in signs).lower()
    if len(whole) != len(signs):
        return
    kept: set[int] = set()
    sure = letters = 0
    at = 0
    for group in whole.split(" "):
        words, share = _words(group)
        sure, letters = sure + round(share * len(group)), letters + len(group)
        for word in words:
            at += len(word)
            kept.add(at)
        at += 1
    if sure < _LEAST_SHARE * letters and not everywhere:
        return
    flags.add("spaced")
    for place, gap in enumerate(re.finditer(r"[ \t]", run.group()), start=1):
        apart = place in kept and whole[place : place + 1] != " "
        if not (apart or whole[place - 1] == " "):
            yield Edit(run.start() + gap.start(), run.start() + gap.end(), "")


def _words(letters: str) -> tuple[list[str], float]:
    if known(letters):
        return [letters], 1.0
    if not _LONG <= len(letters) <= _MOST_SPELT:
        return ([letters] if letters else []), 0.0
    words: list[str] = []
    share = 0.0
    for start in range(0, len(letters), _MOST_PARTED):
        piece = letters[start : start + _MOST_PARTED]
        more, known_share = parted(piece)
        words += more
        share += known_share * len(piece)
    return words, share / len(letters)


def dotted(text: str, flags: set[str]) -> Iterator[Edit]:
    """``k.i.l.l`` to ``kill``: words that are known, or whatever so parted where the text is full of it."""
    runs = list(_DOTTED.finditer(text))
    often = sum(run.end() - run.start() for run in runs) > _OFTEN * len(text)
    for run in _OFTEN_DOTTED.finditer(text) if often else runs:
        word = "".join(_LETTER_RUN.findall(run.group()))
        if often or _words(word.lower())[1] >= _LEAST_SHARE:
            flags.add("spaced")
            yield from _without(run, r"[^A-Za-z]+")


def upright(text: str, flags: set[str]) -> Iterator[Edit]:
    """One letter on each line, where the column is a word."""
    for run in _UPRIGHT.finditer(text):
        if known(run.group().replace("\n", "").lower()):
            flags.add("spaced")
            yield from _without(run, r"\n")


def broken(text: str, _flags: set[str]) -> Iterator[Edit]:
    """Words broken at the end of a line, put together."""
    for gap in _BROKEN.finditer(text):
        yield Edit(gap.start(), gap.end(), "")


def marked(text: str, flags: set[str]) -> Iterator[Edit]:
    """``k**il**l`` to ``kill``: emphasis inside of a word."""
    if not _MARK_INSIDE.search(text):
        return
    for run in _MARKED.finditer(text):
        word = "".join(_LETTER_RUN.findall(run.group())).lower()
        if known(word) or (len(word) > _LEAST_MARKED and _INSIDE.fullmatch(run.group())):
            flags.add("spaced")
            yield from _without(run, r"[*~`]+")


def _without(run: re.Match[str], signs: str) -> Iterator[Edit]:
    for gap in re.finditer(signs, run.group()):
        yield Edit(run.start() + gap.start(), run.start() + gap.end(), "")


def single_spaces(text: str, _flags: set[str]) -> Iterator[Edit]:
    """Runs of white space to one character: a line break where there was one, else a space."""
    for run in _SPACES.finditer(text):
        yield Edit(run.start(), run.end(), "\n" if "\n" in run.group() else " ")


def leet(text: str, flags: set[str]) -> Iterator[Edit]:
    """Digits and signs that stand for letters: in words that are English so, and in all words of a text full of them.

    Numbers, names of variables and measures stay.
    """
    if not _HINT.search(text):
        return
    tokens = list(_TOKEN.finditer(text))
    sure = {token.start(): read for token in tokens if (read := _convincing(token.group()))}
    dense = _full(text, tokens, len(sure))
    if sure:
        flags.add("leet")
    for token in tokens:
        read = sure.get(token.start()) or (_in_company(text, token) if dense else None)
        if read:
            end = token.start() + len(read)
            yield Edit(token.start(), end, _cased(token.group(), read), one_to_one=True)


def _full(text: str, tokens: list[re.Match[str]], sure: int) -> bool:
    """Whether digits stand for letters all over the text, some of the words being ``sure``."""
    words = text.count(" ") + text.count("\n") + 1
    if sure >= _LEAST_DENSE and sure >= _DENSE * words:
        return True
    shaped = sum(1 for token in tokens if _SHAPE.fullmatch(token.group()))
    return shaped >= _LEAST_DENSE and shaped >= (_SHAPED if sure else 2 * _SHAPED) * words


def _cased(seen: str, read: str) -> str:
    return "".join(old if old.isalpha() else new for old, new in zip(seen, read, strict=False))


def _convincing(token: str) -> str | None:
    """The reading of a token that is a known word only with its digits read as letters."""
    body = token.lower().rstrip("!|+")
    if len(body) < _SHORTEST or not _INNER.match(body) or _MEASURE.fullmatch(body) or _RARE.search(body):
        return None
    if body.endswith("3d") and known(body[:-2]):
        return None  # the name of something in three dimensions
    return _reading(body)


def _reading(body: str) -> str | None:
    """The first way to read a token that gives a known word."""
    plain = body.translate(_SIGNS)
    if known(plain):
        return plain
    choices = [
        (primary,) if sign.isalpha() or sign not in _ALSO or _ALSO[sign] == primary else (primary, _ALSO[sign])
        for sign, primary in zip(body, plain, strict=True)
    ]
    ways = islice(product(*choices), _MOST_READINGS)
    return next((word for way in ways if known(word := "".join(way))), None)


def _in_company(text: str, token: re.Match[str]) -> str | None:
    """The reading of any token in a text that is full of such digits."""
    body = token.group().lower().rstrip("!|+")
    if not body:
        return None
    plain = body.translate(_SIGNS)
    if body == "4":
        follows = text[token.end() : token.end() + 2]
        return "a" if len(follows) > 1 and follows[0] == " " and follows[1].isalnum() else None
    if body.isdigit():
        told = plain in FUNCTION if len(body) < _SHORTEST else known(plain) and not _RARE.search(body)
        ends_word = len(body) == 1 and text[token.start() - 1 : token.start()] == "'"
        return plain if (told and len(body) > 1) or ends_word else None
    if plain in FUNCTION or (len(body) >= _SHORTEST and not _RARE.search(body) and known(plain)):
        return plain
    if _MEASURE.fullmatch(body) or not any(sign.isalpha() for sign in body):
        return None
    return _reading(body) or plain
