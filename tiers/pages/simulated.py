"""The report of a simulation as pages show it: sentences, and each criterion as both laws answer it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tiers.simulating.reporting import sentence_of, told_counts, value_of

# Pages stay pages: the whole report is sealed, and comes as a file.
EFFECTS_SHOWN = 200


@dataclass(frozen=True)
class Row:
    """One criterion under both laws, in words."""

    name: str
    line: str
    by_law: str
    by_draft: str
    why: str


@dataclass(frozen=True)
class Effect:
    """One companion that would stand otherwise: how, how it stood in both runs before, and why."""

    companion: str
    sentence: str
    stood: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Report:
    """The report in the order of reading; ``left_out`` effects are in the file alone."""

    since: datetime
    until: datetime
    steps: int
    all_history: bool
    companions: int
    against: str
    counts: str
    effects: tuple[Effect, ...]
    left_out: int
    not_simulated: tuple[Mapping[str, str], ...]
    assumed: tuple[str, ...]


def report_shown(report: Mapping[str, Any]) -> Report:
    """The report that stands with an amendment."""
    found = report["effects"]
    return Report(
        since=datetime.fromisoformat(report["since"]),
        until=datetime.fromisoformat(report["until"]),
        steps=report["steps"],
        all_history=report["all_history"],
        companions=report["companions"]["simulated"],
        against=report["against"]["version"],
        counts=told_counts(report),
        effects=tuple(_effect(it) for it in found[:EFFECTS_SHOWN]),
        left_out=max(len(found) - EFFECTS_SHOWN, 0),
        not_simulated=tuple(report["not_simulated"]),
        assumed=tuple(report["assumed"]),
    )


def _effect(effect: Mapping[str, Any]) -> Effect:
    stood = effect["stood"]
    alike = stood["law"] == stood["draft"]
    return Effect(
        companion=effect["companion"],
        sentence=sentence_of(effect),
        stood=stood["law"] if alike else f"{stood['law']} by the law, {stood['draft']} by the draft",
        rows=tuple(_row(it) for it in effect["criteria"]),
    )


def _row(row: Mapping[str, Any]) -> Row:
    sides = (row["by_law"], row["by_draft"])
    why = " ".join(dict.fromkeys(side["why"] for side in reversed(sides) if side and side["why"]))
    return Row(row["name"], row["line"], value_of(row, "by_law"), value_of(row, "by_draft"), why)
