"""Puzzles of groups, seats and ranks, solved by reading them."""

import re
from itertools import permutations

ORDINALS = {"": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}
MOST_IN_A_ROW = 7


def groups(question: str) -> str | None:
    found = re.search(
        r"of (\d+) people, (\d+) speak (\w+), (\d+) speak (\w+),? and (\d+) speak both\. (.*\?)", question
    )
    if not found:
        return None
    people, first, second, both = (int(found[n]) for n in (1, 2, 4, 6))
    asked = found[7]
    if "neither" in asked:
        return str(people - first - second + both)
    if "at least one" in asked:
        return str(first + second - both)
    if "exactly one" in asked:
        return str(first + second - 2 * both)
    alone = re.search(r"speak (\w+) but not", asked)
    return str((first if alone[1] == found[3] else second) - both) if alone else None


def seats(question: str) -> str | None:
    """Try every order of the people, and keep the one that no clue contradicts."""
    people = re.search(r"from left to right: ([^.]+)\.", question)
    asked = re.search(r"who sits in seat (\d)", question, re.IGNORECASE)
    if not people or not asked:
        return None
    names = [name.strip() for name in people[1].split(",")]
    clues = re.findall(r"(\w+) (sits|does not sit) ([a-z ]+?)(?: of| to)? (\w+)\.", question[people.end() :])
    if len(names) > MOST_IN_A_ROW:
        return None
    orders = [order for order in permutations(names) if all(_seated(order, *clue) for clue in clues)]
    answers = {order[int(asked[1]) - 1] for order in orders}
    return answers.pop() if len(answers) == 1 else None


def rank(question: str) -> str | None:
    """Order the people by who stands above whom; the questions of this kind leave one order only."""
    pairs = re.findall(r"(\w+) is (\w+)er than (\w+)\.", question)
    asked = re.search(r"who is the (?:(\w+) )?(\w+)est\?", question, re.IGNORECASE)
    if not pairs or not asked or asked[2] not in {pair[1] for pair in pairs}:
        return None
    below: dict[str, set[str]] = {name: set() for first, _, second in pairs for name in (first, second)}
    for first, _, second in pairs:
        below[first].add(second)
    order: list[str] = []
    while below:
        top = [name for name in below if all(name not in others for others in below.values())]
        if len(top) != 1:
            return None
        order += top
        del below[top[0]]
    place = ORDINALS.get(asked[1] or "")
    return order[place] if place is not None and place < len(order) else None


def _seated(order: tuple[str, ...], first: str, verb: str, where: str, second: str) -> bool:
    if where == "in seat":
        return order.index(first) == int(second) - 1
    left, right = order.index(first), order.index(second)
    if verb == "does not sit":
        return abs(left - right) != 1
    if where == "immediately to the right":
        return left == right + 1
    if where == "immediately to the left":
        return left == right - 1
    return left < right if "left" in where else left > right
