"""Was a closed-form prompt answered rightly? Tolerant of dress, strict about guessing.

The last line counts. A lead-in ("The answer is"), markdown, a unit or a final stop do no harm. An answer that offers
several results is wrong, whether they stand on one line or on a line each: it would be right by luck.
"""

import re
from collections.abc import Callable
from decimal import Decimal

LONGEST_ANSWER = 20_000
NUMBER = re.compile(r"(?<![\w.,-])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d,]*\d)(?!\s*[-–/]\s*\d)")
CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d|:)")
DATE = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
LEAD_IN = re.compile(r"^.*(?:[:=]|\b(?:is|are|be|equals|on)\b)\s+", re.IGNORECASE)
HEDGE = re.compile(r"\b(?:not|or|maybe|perhaps|either|isn't|n't)\b", re.IGNORECASE)
MOST_WORDS_BESIDE = 12
MOST_WORDS_ALONE = 2


def grade(answer_text: str, expected: str) -> bool:
    """Whether an answer gives ``expected``, the canonical answer of a closed form, and nothing beside it."""
    lines = [line for line in map(_bare, answer_text[-LONGEST_ANSWER:].splitlines()) if line]
    if not lines:
        return False
    read = _reader(expected)
    wanted = read(expected)
    if HEDGE.search(lines[-1]) or _read_led(read, lines[-1]) != wanted:
        return False
    # An earlier line that is an answer in itself, and another one, is a guess; a line of working is not.
    return all(read(BULLET.sub("", line)) in (None, wanted) for line in lines[:-1] if _stands_alone(line))


def _bare(line: str) -> str:
    return re.sub(r"[*_`\"'“”‘’]", "", line).strip().rstrip(".!").strip()


def _stands_alone(line: str) -> bool:
    """Whether a line is an answer by itself: a word or two, or a bare list; headings and working are not."""
    if line.startswith("#") or any(sign in line for sign in ":="):
        return CLOCK.fullmatch(BULLET.sub("", line)) is not None
    return len(BULLET.sub("", line).split()) <= MOST_WORDS_ALONE or "," in line


def _reader(expected: str) -> Callable[[str], object]:
    """How to read an answer of the form that ``expected`` has; the reader gives None for what is no such answer."""
    if re.fullmatch(r"-?\d+(?:\.\d+)?", expected):
        return _number
    if CLOCK.fullmatch(expected):
        return _clock
    if DATE.fullmatch(expected):
        return _date
    if "," in expected:
        return _list
    return _word


def _read_led(read: Callable[[str], object], line: str) -> object:
    """An answer that fills its line, or follows a lead-in on it."""
    direct = read(line)
    return direct if direct is not None else read(LEAD_IN.sub("", line))


def _number(text: str) -> Decimal | None:
    result = text.rpartition("=")[2]
    found = NUMBER.findall(result)
    if len(found) != 1 or len(result.split()) > MOST_WORDS_BESIDE:
        return None
    return Decimal(found[0].replace(",", ""))


def _clock(text: str) -> tuple[int, int] | None:
    found = CLOCK.findall(text)
    return (int(found[0][0]), int(found[0][1])) if len(found) == 1 else None


def _date(text: str) -> tuple[int, int, int] | None:
    found = DATE.findall(text)
    return (int(found[0][0]), int(found[0][1]), int(found[0][2])) if len(found) == 1 else None


def _list(text: str) -> tuple[str, ...] | None:
    items = re.split(r"\s*(?:,|;|->|→|<|\band\b)\s*", LEAD_IN.sub("", text).casefold())
    return tuple(item for item in items if item) if len(items) > 1 else None


def _word(text: str) -> str | None:
    words = text.split()
    return words[0].casefold() if len(words) == 1 else None
