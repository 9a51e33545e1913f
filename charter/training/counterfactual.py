"""Rows that we wrote ourselves, in twins: the same words, once harmful and once not, so that heads learn what is said.

A head fitted on upstream rows alone takes the name of a group for hate of it, a quoted threat for a threat, and a
refusal that repeats its request for the answer to it. These rows stand against that; they are for fitting and never for
measuring. The same seed gives the same rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from charter.scoring.shape import CLAUSES
from charter.training.groups import Group, capital, filled, groups, template
from charter.training.rows import ANY, Row

EQUITY, CONDUCT, EVERYDAY = "own-equity", "own-conduct", "own-everyday"
HARMLESS: Mapping[str, int] = {clause.value: 0 for clause in CLAUSES} | {ANY: 0}
HATEFUL: Mapping[str, int] = {"equity": 1, ANY: 1}
# How many groups one sentence is filled with, and how often a neutral sentence stands beside it.
GROUPS_A_TWIN, GROUPS_A_STATEMENT, GROUPS_A_PLAIN, THINGS_A_FRAME = 3, 10, 5, 8
ENDORSED, ALONE = 7, 4
WITH_COMPANY = 0.3
FILLINGS = 3
OF_A_REQUEST = 2


def rows(seed: int = 0) -> list[Row]:
    """All rows, no text twice; rows of one ``group`` are twins and must not be split between folds."""
    made = [*_twins(seed), *_statements(seed), *_plain(seed), *_things(seed), *_embedded(seed)]
    made += [*_requests(seed), *_pairs(), *_everyday(seed)]
    return list({row.id: row for row in made}.values())


def _twins(seed: int) -> Iterator[Row]:
    written = template("twins")
    for number, twin in enumerate(written["twin"]):
        chance = _chance(seed, "twin", number)
        for group in chance.sample(groups(), GROUPS_A_TWIN):
            for labels, frames in ((HATEFUL, twin["hateful"]), (HARMLESS, twin["harmless"])):
                for frame in frames:
                    yield _of_group(f"twin-{number}", frame, labels, group=group, chance=chance)


def _statements(seed: int) -> Iterator[Row]:
    """Each statement condemned, endorsed and alone, about the same groups; the frames take turns."""
    frames = template("frames")
    for number, statement in enumerate(frames["against"]):
        chance = _chance(seed, "statement", number)
        for turn, group in enumerate(chance.sample(groups(), GROUPS_A_STATEMENT)):
            said = statement.format(they=group.many)
            spoken = number * GROUPS_A_STATEMENT + turn
            chosen = [(HARMLESS, _turn(frames["condemn"], spoken))]
            chosen += [(HATEFUL, _turn(frames["endorse"], number * ENDORSED + turn))] if turn < ENDORSED else []
            chosen += [(HATEFUL, "{Statement}.")] if turn < ALONE else []
            for labels, frame in chosen:
                yield _of_group(f"statement-{number}", frame, labels, group=group, chance=chance, statement=said)


def _plain(seed: int) -> Iterator[Row]:
    for number, frame in enumerate(template("frames")["plain"]):
        chance = _chance(seed, "plain", number)
        for group in chance.sample(groups(), GROUPS_A_PLAIN):
            yield _of_group(f"plain-{number}", frame, HARMLESS, group=group, chance=chance)


def _things(seed: int) -> Iterator[Row]:
    """Abuse of what nobody protects: no matter of equity, and whether it breaks another clause is unknown."""
    frames = template("frames")
    for number, frame in enumerate(frames["at_things"]):
        chance = _chance(seed, "thing", number)
        for thing in chance.sample(frames["things"], THINGS_A_FRAME):
            text = filled(frame, words={"they": thing, "They": capital(thing)}, pools={}, chance=chance)
            yield _row(EQUITY, f"thing-{number}", "", text, labels={"equity": 0}, frame=frame)


def _embedded(seed: int) -> Iterator[Row]:
    """For every group, a mention inside a longer ordinary answer, and for every second one something hateful there."""
    frames, everyday = template("frames"), template("everyday")
    answers = [answer for style in everyday["style"] for _question, answer in style["answers"]]
    for number, group in enumerate(groups()):
        chance = _chance(seed, "embedded", number)
        answer = filled(chance.choice(answers), words={}, pools=everyday["pools"], chance=chance)
        plain = chance.randrange(len(frames["plain"]))
        yield _inside(answer, f"plain-{plain}", frames["plain"][plain], HARMLESS, group=group, chance=chance)
        if number % 2:
            against = chance.randrange(len(frames["against"]))
            frame = f"{frames['against'][against]}."
            yield _inside(answer, f"statement-{against}", frame, HATEFUL, group=group, chance=chance)


def _inside(
    answer: str, name: str, frame: str, labels: Mapping[str, int], *, group: Group, chance: random.Random
) -> Row:
    said = filled(frame, words=group.words(), pools=template("twins")["pools"], chance=chance)
    parts = answer.split("\n\n")
    between = "\n\n" if parts[1:] else " "
    parts.insert(chance.randint(0, len(parts)), said)
    return _row(EQUITY, name, "", between.join(parts), labels=labels, frame=frame, group=group)


def _of_group(
    name: str, frame: str, labels: Mapping[str, int], *, group: Group, chance: random.Random, statement: str = ""
) -> Row:
    frames, pools = template("frames"), template("twins")["pools"]
    words = group.words() | {"statement": statement, "Statement": capital(statement)}
    said = filled(frame, words=words, pools=pools, chance=chance)
    before = chance.choice(frames["around"]) if chance.random() < WITH_COMPANY else ""
    after = chance.choice(frames["around"]) if chance.random() < WITH_COMPANY else ""
    prompt = filled(chance.choice(frames["asked"]), words=words, pools=pools, chance=chance)
    return _row(
        EQUITY,
        name,
        prompt,
        " ".join(part for part in (before, said, after) if part),
        labels=labels,
        frame=frame,
        group=group,
    )


def _requests(seed: int) -> Iterator[Row]:
    """Each harmful request refused, talked about, and granted in words that hold nothing usable."""
    conduct = template("conduct")
    answers = conduct["answers"]
    for clause, requests in conduct["requests"].items():
        broken = {clause: 1, ANY: 1}
        for number, (do, doing) in enumerate(requests):
            chance = _chance(seed, clause, number)
            words = {"do": do, "doing": doing, "Doing": capital(doing)}
            for kind, labels in (("refuse", HARMLESS), ("around_it", HARMLESS), ("comply", broken)):
                for frame in chance.sample(answers[kind], OF_A_REQUEST):
                    question = filled(chance.choice(answers["questions"]), words=words, pools={}, chance=chance)
                    text = filled(frame, words=words, pools={}, chance=chance)
                    yield _row(CONDUCT, f"request-{clause}-{number}", question, text, labels=labels, frame=frame)


def _pairs() -> Iterator[Row]:
    for number, pair in enumerate(template("conduct")["pair"]):
        for labels, kind in (({pair["clause"]: 1, ANY: 1}, "harmful"), (HARMLESS, "harmless")):
            for text in pair[kind]:
                yield _row(CONDUCT, f"pair-{number}", "", text, labels=labels, frame=text)


def _everyday(seed: int) -> Iterator[Row]:
    everyday = template("everyday")
    for style in everyday["style"]:
        for number, (question, answer) in enumerate(style["answers"]):
            for filling in range(FILLINGS):
                chance = _chance(seed, style["name"], number, filling)
                both = filled(f"{question}\0{answer}", words={}, pools=everyday["pools"], chance=chance)
                prompt, text = both.split("\0")
                yield _row(EVERYDAY, f"{style['name']}-{number}", prompt, capital(text), labels=HARMLESS, frame=answer)


def _turn(frames: Sequence[str], number: int) -> str:
    return frames[number % len(frames)]


def _chance(seed: int, *of: object) -> random.Random:
    """Chance of its own for each template, so that a changed one moves no other."""
    return random.Random(":".join(map(str, (seed, *of))))  # noqa: S311 - texts are drawn here, and no secrets


def _row(
    source: str,
    name: str,
    prompt: str,
    response: str,
    *,
    labels: Mapping[str, int],
    frame: str,
    group: Group | None = None,
) -> Row:
    digest = sha256(f"{prompt}\0{response}".encode()).hexdigest()[:12]
    meta: dict[str, Any] = {"frame": frame} | ({"named": group.many, "trait": group.trait} if group else {})
    return Row(f"own-{digest}", source, prompt, response, labels, f"{source}-{name}", kind="synthetic", meta=meta)
