"""The report of a simulation: as JSON that is the same for the same history, and in words. Pure but for the wording."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from charter.amending.comparing import Change
from faces.figures.amounts import cut4, percent
from faces.figures.amounts import in_words as in_words_of
from ledger.canonical import plain
from tiers.simulating.planning import Plan
from tiers.simulating.reach import ASSUMED, not_simulated

VERSION = 1
GI = "GI"
_SIDES = (("by_law", "law"), ("by_draft", "draft"))


def report_of(
    plan: Plan,
    effects: Iterable[Mapping[str, Any]],
    *,
    simulated: int,
    changes: Sequence[Change],
    chosen: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The whole report as JSON facts; ``effects`` of all companions, ``chosen`` ids where not everybody was tried."""
    listed = sorted(effects, key=lambda it: (it["companion"], it["at"], it["effect"], it["to"]))
    paths = [change.path for change in changes]
    facts: dict[str, Any] = plain(
        {
            "report": VERSION,
            "against": {"version": plan.against.version, "digest": plan.against.digest},
            "draft": {"version": plan.draft.version, "digest": plan.draft.digest},
            "changes": [change.as_json() for change in changes],
            "since": plan.since,
            "until": plan.until,
            "every": plan.every,
            "steps": len(plan.steps),
            "all_history": plan.all_history,
            "companions": {"simulated": simulated, "chosen": sorted(chosen) if chosen is not None else None},
            "counts": dict(sorted(Counter(it["effect"] for it in listed).items())),
            "affected": len({it["companion"] for it in listed}),
            "effects": listed,
            "not_simulated": not_simulated(paths),
            "assumed": list(ASSUMED),
        }
    )
    return facts


def in_words(report: Mapping[str, Any]) -> str:
    """The report for people at a console."""
    against, draft, tried = report["against"], report["draft"], report["companions"]["simulated"]
    lines = [
        f"law {against['version']} ({against['digest'][:12]}) -> {draft['version']} ({draft['digest'][:12]})",
        f"{tried} companions, {_minute(report['since'])} to {_minute(report['until'])}, {report['steps']} steps"
        + (", all the history there is" if report["all_history"] else ""),
        "",
        *(f"{it['path']}: {it['was'] or 'nothing'} -> {it['becomes'] or 'nothing'}" for it in report["changes"]),
        "",
        told_counts(report),
    ]
    for effect in report["effects"]:
        lines += ["", *_effect_lines(effect)]
    if report["not_simulated"]:
        lines += ["", "What this cannot show:"]
        lines += [f"  {it['path']}: {it['why']}." for it in report["not_simulated"]]
    return "\n".join([*lines, "", *(f"Note. {sentence}" for sentence in report["assumed"])])


def told_counts(report: Mapping[str, Any]) -> str:
    """How many effects of each kind, as a sentence."""
    counts = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in report["counts"].items())
    whom = f"{report['affected']} {'companion' if report['affected'] == 1 else 'companions'}"
    return f"{whom} would stand otherwise: {counts}." if counts else "It would change nobody."


def sentence_of(effect: Mapping[str, Any]) -> str:
    """One effect as a sentence: what the draft comes to, and what the law comes to."""
    law, draft = effect["by_law"], effect["by_draft"]
    return f"{_what(effect)}: by the draft {_when(draft)}, by the law {_when(law)}."


def value_of(row: Mapping[str, Any], side: str) -> str:
    """A criterion's value on one side against what is asked, with n and interval; what was not asked says so."""
    shown = row[side]
    if shown is None:
        return "not asked"
    # GI is a number and no share of anything, though it lies between 0 and 1.
    unit = "score" if row["name"] == GI else shown["unit"]
    told = f"{shown['verdict']}: {_amount(shown['value'], unit)}"
    if shown["low"] is not None and shown["high"] is not None:
        told += f" ({_amount(shown['low'], unit)} to {_amount(shown['high'], unit)})"
    if shown["threshold"] is not None:
        told += f", asked {_amount(shown['threshold'], unit)}"
    return told if shown["n"] is None or unit == "seconds" else f"{told}, n {shown['n']}"


def _effect_lines(effect: Mapping[str, Any]) -> list[str]:
    lines = [f"{effect['companion']}  {sentence_of(effect)}"]
    for row in effect["criteria"]:
        lines.append(f"  {row['name']}")
        lines += [f"    {word:<6}{value_of(row, side)}" for side, word in _SIDES]
    return lines


def _what(effect: Mapping[str, Any]) -> str:
    kind, to = effect["effect"].replace("_", " "), effect["to"]
    words = {
        "promoted": f"promoted to {to}",
        "held": f"held, not {to}",
        "demoted": f"demoted to {to}",
        "not demoted": f"not demoted to {to}",
    }
    return words.get(kind, kind)


def _when(side: Mapping[str, Any] | None) -> str:
    if side is None:
        return "never"
    return _minute(side["at"]) + (f" until {_minute(side['until'])}" if side["until"] else "")


def _minute(text: str) -> str:
    """``2026-11-21 09:05 UTC`` of a time as entries hold it."""
    return f"{text[:10]} {text[11:16]} UTC"


def _amount(value: Any, unit: str) -> str:
    if value is None:
        return "not measured"
    if unit == "share":
        return percent(value)
    if unit == "seconds":
        return in_words_of(timedelta(seconds=float(value)))
    return cut4(value) if unit in {"score", "USD"} else str(value)
