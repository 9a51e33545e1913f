"""Disguise by code: base64, hexadecimal, binary and Morse, escapes, rotated letters and words written backwards."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from charter.scoring.lexicon import english, known
from charter.scoring.mapping import Edit

_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_\-.=])[A-Za-z0-9+/_\-]{12,}+={0,2}(?![A-Za-z0-9+/_\-.=]\w)")
_ENTITIES = re.compile(r"(?:&#(?:x[0-9a-f]{2,6}|\d{2,7});)++", re.IGNORECASE)
_BACKSLASHED = re.compile(r"(?:\\x[0-9a-f]{2}|\\u\{?00[0-9a-f]{2}\}?){3,}+", re.IGNORECASE)
_PERCENT = re.compile(r"(?<![\w/=&?:.%#\-])(?:[A-Za-z0-9,.'!\-]|%[0-9A-Fa-f]{2})++")
_HEX = re.compile(
    r"(?<![\w#])(?:0x)?(?:[0-9a-fA-F]{2}){8,}+(?!\w)"
    r"|(?<!\w)(?<![0-9a-fA-F]{2}[ ,:])(?:0x)?[0-9a-fA-F]{2}(?:[ ,:]{1,2}(?:0x)?[0-9a-fA-F]{2}(?!\w)){4,}+"
)
_BINARY = re.compile(r"(?<!\w)(?:[01]{8}[ ,]?){4,}+(?!\w)")
_MORSE = re.compile(r"(?<![^\s\"'(])(?:[.\-]{1,5}(?: ?/ ?| {1,3})){5,}+[.\-]{1,5}(?![^\s\"')])")
# Small words as they look when rotated or written backwards: without one of them no sentence is tried.
_ROTATED = frozenset(
    [
        "gur",
        "naq",
        "lbh",
        "gung",
        "jvgu",
        "guvf",
        "ubj",
        "lbhe",
        "sebz",
        "jung",
        "jbhyq",
        "unir",
        "orra",
        "orpnhfr",
        "crbcyr",
        "fubhyq",
        "abg",
        "ner",
        "gb",
        "bs",
        "vf",
        "vg",
        "pna",
        "jvyy",
        "sbe",
    ]
)
_BACKWARDS = frozenset(
    [
        "eht",
        "uoy",
        "siht",
        "taht",
        "htiw",
        "morf",
        "ruoy",
        "tahw",
        "woh",
        "erehw",
        "evah",
        "lliw",
        "dluow",
        "dluohs",
        "elpoep",
        "esuaceb",
        "evig",
        "ot",
        "fo",
        "dna",
        "era",
    ]
)
_SENTENCE = re.compile(r"[^.!?:;\n]+")
_LINE = re.compile(r"[^\n]+")
_LONGER = 3
_LETTERS = re.compile(r"[a-z']+")
_MOST_LETTERS = 0.65
_LEAST_ENGLISH = 0.2
_LEAST_KNOWN = 0.5
_LEAST_MORSE = 0.4
_LEAST_WORDS = 2
_LEAST_CODES = 4
_NUMBERED = 2
_MORSE_LETTERS = dict(
    zip(
        [
            ".-",
            "-...",
            "-.-.",
            "-..",
            ".",
            "..-.",
            "--.",
            "....",
            "..",
            ".---",
            "-.-",
            ".-..",
            "--",
            "-.",
            "---",
            ".--.",
            "--.-",
            ".-.",
            "...",
            "-",
            "..-",
            "...-",
            ".--",
            "-..-",
            "-.--",
            "--..",
        ],
        "abcdefghijklmnopqrstuvwxyz",
        strict=True,
    ),
)


def readable(text: str) -> bool:
    """Whether decoded characters are prose and not the bytes of a key, a picture or a number."""
    letters = sum(sign.isalpha() or sign == " " for sign in text)
    strange = sum(not sign.isprintable() and sign not in "\n\u200d" for sign in text)
    return not strange and letters >= _MOST_LETTERS * max(len(text), 1)


def unpacked(text: str, flags: set[str]) -> Iterator[Edit]:
    """Base64 runs that decode to readable text, in place; keys, hashes and pictures stay as they are."""
    for run in _BASE64.finditer(text):
        decoded = _from_base64(run.group())
        if decoded:
            flags.add("base64")
            yield Edit(run.start(), run.end(), decoded)


def _from_base64(run: str) -> str:
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) % 4 == 1:
        return ""
    try:
        text = base64.b64decode(body + "=" * (-len(body) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if readable(text) and (" " in text or known(text.lower().strip(" .!?"))) else ""


def unescaped(text: str, flags: set[str]) -> Iterator[Edit]:
    """Letters written as HTML entities, backslash escapes or percent codes; none of them needs to be."""
    if "&#" in text:
        yield from _decoded(_ENTITIES, html.unescape, text, flags)


def unslashed(text: str, flags: set[str]) -> Iterator[Edit]:
    """Runs of backslash escapes."""
    if "\\" in text:
        yield from _decoded(_BACKSLASHED, _from_backslashes, text, flags)


def _from_backslashes(run: str) -> str:
    return "".join(chr(int(code, 16)) for code in re.findall(r"[0-9a-fA-F]{2}(?=\\|\}|\Z)", run))


def unquoted(text: str, flags: set[str]) -> Iterator[Edit]:
    """Text in percent codes that is no part of an address."""
    if text.count("%") < _NUMBERED:
        return
    for run in _PERCENT.finditer(text):
        if run.group().count("%") < _NUMBERED:
            continue
        decoded = unquote(run.group(), errors="ignore")
        if readable(decoded) and len(run.group()) - len(decoded) >= 2 * _NUMBERED:
            flags.add("escaped")
            yield Edit(run.start(), run.end(), decoded)


def _decoded(pattern: re.Pattern[str], decode: Callable[[str], str], text: str, flags: set[str]) -> Iterator[Edit]:
    for run in pattern.finditer(text):
        decoded = decode(run.group())
        if decoded != run.group() and readable(decoded):
            flags.add("escaped")
            yield Edit(run.start(), run.end(), decoded)


def numbered(text: str, flags: set[str]) -> Iterator[Edit]:
    """Hexadecimal and binary codes of readable text."""
    if text.count("6") + text.count("7") < _LEAST_CODES:
        return
    for run in _HEX.finditer(text):
        if run.group().isdecimal():
            continue  # the number of a card or a telephone
        digits = re.sub(r"0x|[ ,:]", "", run.group())
        decoded = bytes.fromhex(digits).decode("ascii", "replace") if len(digits) % 2 == 0 else ""
        if readable(decoded):
            flags.add("escaped")
            yield Edit(run.start(), run.end(), decoded)


def in_bits(text: str, flags: set[str]) -> Iterator[Edit]:
    """Binary codes of readable text."""
    if text.count("01") < _LEAST_CODES:
        return
    for run in _BINARY.finditer(text):
        decoded = "".join(chr(int(byte, 2)) for byte in re.findall(r"[01]{8}", run.group()))
        if readable(decoded):
            flags.add("escaped")
            yield Edit(run.start(), run.end(), decoded + (" " if run.group().endswith(" ") else ""))


def in_morse(text: str, flags: set[str]) -> Iterator[Edit]:
    """Morse code that reads as English."""
    if not any(signs in text for signs in (".- ", "-. ", ".. ", "-- ")):
        return
    for run in _MORSE.finditer(text):
        words = [
            "".join(_MORSE_LETTERS.get(sign, "?") for sign in word.split())
            for word in re.split(r" ?/ ?| {2,3}", run.group())
        ]
        if sum(map(known, words)) >= _LEAST_MORSE * len(words):
            flags.add("escaped")
            yield Edit(run.start(), run.end(), " ".join(words))


def rotated(text: str, flags: set[str]) -> Iterator[Edit]:
    """Sentences whose letters were moved by thirteen places."""
    if not _ROTATED.isdisjoint(text.lower().split()):
        for run in _better(_SENTENCE, text, lambda sentence: codecs.encode(sentence, "rot13")):
            flags.add("rot13")
            yield Edit(run.start(), run.end(), codecs.encode(run.group(), "rot13"), one_to_one=True)


def backwards(text: str, flags: set[str]) -> Iterator[Edit]:
    """Lines written from end to start."""
    if not _BACKWARDS.isdisjoint(text.lower().split()):
        for run in _better(_LINE, text, lambda line: line[::-1]):
            flags.add("reversed")
            yield Edit(run.start(), run.end(), run.group()[::-1])


def _better(parts: re.Pattern[str], text: str, read: Callable[[str], str]) -> Iterator[re.Match[str]]:
    """The parts that are English only as ``read`` has them."""
    for run in parts.finditer(text):
        seen = run.group().lower()
        if english(_LETTERS.findall(seen)) >= _LEAST_ENGLISH:
            continue
        words = _LETTERS.findall(read(seen))
        longer = [word for word in words if len(word) >= _LONGER]
        sure = sum(map(known, longer))
        if english(words) >= _LEAST_ENGLISH and sure >= _LEAST_WORDS and sure >= _LEAST_KNOWN * len(longer):
            yield run
