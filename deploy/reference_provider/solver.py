"""Closed-form questions, solved by reading them: numbers, dates, words and small puzzles.

``solve`` tries one reader after the other; the first that understands the text answers. Nothing here knows how the
questions were made: a reader sees the words of the question and works the answer out.
"""

import ast
import operator
import re
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import puzzles
import steps

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
]  # fmt: skip
DATE = rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})"
ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "": 0}
ROMAN = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
# How many of its group's smallest unit each unit holds.
UNITS = {
    "millimetres": ("length", 1), "centimetres": ("length", 10), "metres": ("length", 1000),
    "kilometres": ("length", 10**6),
    "seconds": ("time", 1), "minutes": ("time", 60), "hours": ("time", 3600), "days": ("time", 86400),
    "weeks": ("time", 604800),
    "grams": ("mass", 1), "kilograms": ("mass", 1000), "tonnes": ("mass", 10**6),
    "millilitres": ("volume", 1), "litres": ("volume", 1000),
}  # fmt: skip
OPERATORS: dict[type, Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
LONGEST_QUESTION = 4000


def solve(question: str) -> str | None:
    """The answer to a closed-form question, or None if no reader understands it."""
    if len(question) > LONGEST_QUESTION:
        return None
    for reader in READERS:
        answer = reader(question)
        if answer is not None:
            return answer
    return None


def expression(question: str) -> str | None:
    found = re.search(r"(?:work out|calculate|compute|what is) ([-+*/() \d]{5,})[.?]", question, re.IGNORECASE)
    return _plain(_value(ast.parse(found[1].strip(), mode="eval").body)) if found else None


def percentage(question: str) -> str | None:
    share = re.search(r"what is (\d+)% of (\d+)", question, re.IGNORECASE)
    if share:
        return _plain(Fraction(int(share[1]) * int(share[2]), 100))
    price = re.search(r"costs (\d+)", question)
    changes = re.findall(r"(reduced|lowered|cut|raised|increased) by (\d+)%", question)
    if not price or not changes:
        return None
    value = Fraction(price[1])
    for direction, percent in changes:
        value *= Fraction(100 + (1 if direction in ("raised", "increased") else -1) * int(percent), 100)
    return _plain(value)


def conversion(question: str) -> str | None:
    amount = re.search(r"convert ([\d.]+) (\w+) to (\w+)", question, re.IGNORECASE)
    if amount:
        number, source, target = amount.groups()
    else:
        asked = re.search(r"how many (\w+) are ([\d.]+) (\w+)", question, re.IGNORECASE)
        if not asked:
            return None
        target, number, source = asked.groups()
    if source not in UNITS or target not in UNITS or UNITS[source][0] != UNITS[target][0]:
        return None
    return _plain(Fraction(number) * UNITS[source][1] / UNITS[target][1])


def next_term(question: str) -> str | None:
    found = re.search(r"sequence: ([-\d, ]+)", question)
    if not found:
        return None
    terms = [int(term) for term in found[1].replace(" ", "").strip(",").split(",")]
    steps = [b - a for a, b in pairwise(terms)]
    if all(c == a + b for a, b, c in zip(terms, terms[1:], terms[2:], strict=False)):
        return str(terms[-1] + terms[-2])
    if terms[0] and all(b * terms[0] == a * terms[1] for a, b in pairwise(terms)):
        return _plain(Fraction(terms[-1] * terms[1], terms[0]))
    bends = [b - a for a, b in pairwise(steps)]
    return str(terms[-1] + steps[-1] + bends[-1]) if len(set(bends)) == 1 else None


def number_base(question: str) -> str | None:
    binary = re.search(r"binary number ([01]+) as a decimal", question)
    decimal = re.search(r"decimal number (\d+) as a binary", question)
    if binary:
        return str(int(binary[1], 2))
    return f"{int(decimal[1]):b}" if decimal else None


def remainder(question: str) -> str | None:
    found = re.search(r"(\d+) \w+ into \w+ of (\d+)\b.*left over", question)
    return str(int(found[1]) % int(found[2])) if found else None


def shared_out(question: str) -> str | None:
    found = re.search(r"(\d+) rows of (\d+) (\w+?)s?\..*?(\d+) (\w+).*how many \5 does one \3", question, re.IGNORECASE)
    return _plain(Fraction(int(found[4]), int(found[1]) * int(found[2]))) if found else None


def story(question: str) -> str | None:
    """A store that gains and loses: the first number, then each change in its turn."""
    begin = re.search(r"(?:has|leaves the depot with|begins with|had) (\d+)", question)
    if not begin or not re.search(r"how many .* (?:now|then)\?", question, re.IGNORECASE):
        return None
    total, rest = int(begin[1]), question[begin.end() :]
    change = r"(receives|buys|lends out|sells)? ?(\d+)(?: (get on|get off)| \w+ with (\d+))?"
    for verb, number, ending, each in re.findall(change, rest):
        amount = int(number) * (int(each) if each else 1)
        if verb in ("receives", "buys") or ending == "get on":
            total += amount
        elif verb in ("lends out", "sells") or ending == "get off":
            total -= amount
    return str(total)


def weekday(question: str) -> str | None:
    named = re.search(rf"day of the week .*?{DATE}", question, re.IGNORECASE)
    if named:
        return WEEKDAYS[_date(*named.groups()).weekday()].capitalize()
    moved = re.search(r"today is (\w+day)\..*?(\d+) days( ago)?", question, re.IGNORECASE)
    if not moved or moved[1].lower() not in WEEKDAYS:
        return None
    shift = int(moved[2]) * (-1 if moved[3] else 1)
    return WEEKDAYS[(WEEKDAYS.index(moved[1].lower()) + shift) % 7].capitalize()


def calendar(question: str) -> str | None:
    moved = re.search(rf"(\d+) days (after|before) {DATE}", question, re.IGNORECASE)
    if moved:
        sign = 1 if moved[2].lower() == "after" else -1
        return (_date(*moved.groups()[2:]) + timedelta(days=sign * int(moved[1]))).isoformat()
    span = re.search(rf"how many days .*?from {DATE} to {DATE}", question, re.IGNORECASE)
    return str((_date(*span.groups()[3:]) - _date(*span.groups()[:3])).days) if span else None


def clock(question: str) -> str | None:
    found = re.search(r"(\d{1,2}):(\d{2})", question)
    spans = [int(minutes) for minutes in re.findall(r"(\d+) minutes", question)]
    if not found or not spans:
        return None
    back = re.search(r"latest time to leave|when must .* leave", question, re.IGNORECASE)
    minutes = int(found[1]) * 60 + int(found[2]) + (-1 if back else 1) * sum(spans)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def in_order(question: str) -> str | None:
    found = re.search(r"(alphabetical order|smallest to largest|largest to smallest): ([^.?]+)[.?]", question)
    if not found:
        return None
    items = [item.strip() for item in found[2].split(",")]
    if found[1] == "alphabetical order":
        return ", ".join(sorted(items, key=str.lower))
    return ", ".join(sorted(items, key=int, reverse=found[1].startswith("largest")))


def spelling(question: str) -> str | None:
    found = re.search(r"the word '(\w+)'", question)
    if not found:
        return None
    word = found[1]
    counted = re.search(r"how often does the letter '(\w)'", question, re.IGNORECASE)
    place = re.search(rf"the ({'|'.join(filter(None, ORDINALS))}) letter", question)
    if "backwards" in question:
        return word[::-1]
    if counted:
        return str(word.count(counted[1]))
    if "how many vowels" in question.lower():
        return str(len(re.findall("[aeiou]", word)))
    return word[ORDINALS[place[1]]] if place else None


def roman(question: str) -> str | None:
    if "roman numerals" not in question.lower():
        return None
    written = re.search(r"\b([MDCLXVI]+)\b(?= in roman)", question, re.IGNORECASE)
    if written and written[1].isupper():
        values = [ROMAN[sign] for sign in written[1]]
        return str(sum(-v if v < max(values[n:]) else v for n, v in enumerate(values)))
    number = re.search(r"\d+", question)
    return _roman(int(number[0])) if number else None


READERS: tuple[Callable[[str], str | None], ...] = (
    steps.workshop, steps.connections, steps.project, steps.household,
    expression, percentage, conversion, next_term, number_base, remainder, shared_out, story, weekday, calendar, clock,
    in_order, spelling, roman, puzzles.groups, puzzles.seats, puzzles.rank,
)  # fmt: skip


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return Fraction(node.value)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    raise ValueError("not an expression of the four operations")


def _plain(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.6f}".rstrip("0")


def _date(day: str, month: str, year: str) -> date:
    return date(int(year), MONTHS.index(month.lower()) + 1, int(day))


def _roman(number: int) -> str:
    tens = ("", "{0}", "{0}{0}", "{0}{0}{0}", "{0}{1}", "{1}", "{1}{0}", "{1}{0}{0}", "{1}{0}{0}{0}", "{0}{2}")
    digits = f"{number:04d}"
    signs = (("M", "", ""), ("C", "D", "M"), ("X", "L", "C"), ("I", "V", "X"))
    return "".join(tens[int(digit)].format(*three) for digit, three in zip(digits, signs, strict=True))
