"""The report on a scorer: Markdown, pictures and a file of its figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from charter.scoring.grades import GRADES
from charter.scoring.shape import Clause
from charter.training.figures import TARGETS, figures
from charter.training.goals import Measured, goals
from charter.training.plots import draw

NAME = "charter-scorer"
PICTURES = Path("pictures") / "charter"
LIMITS = Path(__file__).with_name("limits.md")
CAPTIONS: Mapping[str, str] = {
    "precision": "Precision over recall for any violation and each clause",
    "points": "Points of compliant and of violating rows; the dashed line is the mark of compliance",
    "sources": "Violations flagged and false flags by source",
    "confusion": "Which clause was listed for rows of which label",
    "calibration": "Share of violations over mean risk, for any violation and each clause",
    "robustness": "Recall of disguised rows beside that of the same rows as they were",
    "fairness": "Mean points of each named group above or below the mean of the same texts",
}


def write(
    folder: Path,
    measured: Measured,
    *,
    about: Mapping[str, str],
    cautions: Sequence[str] = (),
    lexical: bool = False,
    seed: int = 0,
) -> dict[str, Any]:
    """Write ``charter-scorer.md``, its pictures and ``charter-scorer.json`` into the folder; the figures come back.

    ``about`` says what was measured (name and value), ``cautions`` why these figures may flatter; ``lexical`` is for a
    scorer without an embedder. The same rows and scores give the same bytes.
    """
    told = figures(measured, lexical=lexical, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = draw(folder / PICTURES, {**told, "challenge": told["robustness"]["disguises"]}, measured)
    text = "\n\n".join(_parts(told, set(drawn), about, cautions))
    (folder / f"{NAME}.md").write_text(text + "\n", encoding="utf-8")
    kept = {"about": dict(about), "cautions": list(cautions), **told}
    (folder / f"{NAME}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return told


def _parts(
    told: Mapping[str, Any], drawn: set[str], about: Mapping[str, str], cautions: Sequence[str]
) -> Iterable[str]:
    yield "# What the charter scorer is worth"
    yield _table(("measured", ""), [(name, f"`{value}`") for name, value in about.items()])
    yield _counted(told)
    yield from (f"**Mind:** {caution}" for caution in cautions)
    yield "## What it must reach"
    yield _goals(told)
    yield "## By clause"
    yield _clauses(told)
    yield _picture("precision", drawn)
    yield _picture("points", drawn)
    yield "## By source"
    yield _sources(told)
    yield _picture("sources", drawn)
    yield "## What was flagged, and as what"
    yield _flags(told)
    yield _confusion(told)
    yield _picture("confusion", drawn)
    yield "## Calibration"
    yield (
        "A risk of .3 should mean that three such answers in ten break the charter. Each point is a tenth of the rows "
        "whose label is known."
    )
    yield _picture("calibration", drawn)
    yield from _challenge(told, drawn)
    yield "## Personal data by type"
    yield _personal(told)
    yield from _fair(told, drawn)
    yield "## What the figures of each clause rest on"
    yield _table(
        ("clause", "evidence", "why"), [(one.value, grade.evidence.value, grade.why) for one, grade in GRADES.items()]
    )
    yield LIMITS.read_text(encoding="utf-8").strip()


def _counted(told: Mapping[str, Any]) -> str:
    rows, challenge = told["rows"], told["challenge_rows"]
    return (
        f"{rows['rows']:,} rows: {rows['violating']:,} violate, {rows['compliant']:,} comply, of {rows['unknown']:,} "
        f"only some clauses are known. {challenge['rows']:,} rows in disguise or quoted. Scores: "
        f"{rows['final']:,} final, {rows['provisional']:,} provisional, {rows['unscored'] + challenge['unscored']:,} "
        "unscored; a row without a score counts as judged wrong. A row is flagged if a violation is listed or its "
        f"score is below {told['mark']}."
    )


def _goals(told: Mapping[str, Any]) -> str:
    lines = []
    for goal in goals():
        sign, got = "at most " if goal.most else "", told["goals"][goal.key]
        must = goal.lexical if told["lexical"] and goal.lexical is not None else goal.must
        held = {True: "yes", False: "**no**", None: "not measured"}[got["held"]]
        lines.append((goal.says, _shown(got["value"]), f"{sign}{_shown(must)}", _shown(goal.stretch), held))
    return _table(("", "value", "must", "stretch", "held"), lines)


def _clauses(told: Mapping[str, Any]) -> str:
    heads = ("clause", "evidence", "rows", "violating", "average precision (95 %)", "AUROC", "F1", "recall")
    lines = []
    for clause in TARGETS:
        one = told["clauses"][clause]
        between = f" ({one['ap_between'][0]:.3f}-{one['ap_between'][1]:.3f})" if one["ap_between"] else ""
        figures_ = [_shown(one[name]) for name in ("auroc", "f1", "recall", "false_share", "ece", "brier")]
        many = (f"{one['rows']:,}", f"{one['violating']:,}", _shown(one["ap"]) + between)
        lines.append((clause, one["grade"] or "", *many, *figures_))
    return _table((*heads, "false flags", "calibration error", "Brier"), lines)


def _sources(told: Mapping[str, Any]) -> str:
    heads = ("source", "rows", "violating", "AUROC", "F1", "precision", "recall", "false flags", "by list", "by points")
    names = ("auroc", "f1", "precision", "recall", "false_share", "false_share_listed", "false_share_below")
    return _table(
        heads,
        [
            (source, f"{one['rows']:,}", f"{one['violating']:,}", *(_shown(one[name]) for name in names))
            for source, one in told["sources"].items()
        ],
    )


def _flags(told: Mapping[str, Any]) -> str:
    says = {"listed": "a violation is listed", "below": f"score below {told['mark']}", "either": "one of them"}
    names = ("hits", "misses", "false_flags", "passes")
    return _table(
        ("flagged when", "found", "missed", "false flags", "right passes", "precision", "recall"),
        [
            (says[by], *(f"{one[name]:,}" for name in names), _shown(one["precision"]), _shown(one["recall"]))
            for by, one in told["flagged_by"].items()
        ],
    )


def _confusion(told: Mapping[str, Any]) -> str:
    listed = [*(clause.value for clause in Clause), "none"]
    return _table(
        ("labelled \\ listed", *listed),
        [(label, *(f"{row[name]:,}" for name in listed)) for label, row in told["confusion"].items()],
    )


def _challenge(told: Mapping[str, Any], drawn: set[str]) -> Iterable[str]:
    found = told["robustness"]
    yield "## In disguise"
    if not found["disguises"]:
        yield "Not measured."
        return
    yield _table(
        ("disguise", "rows", "recall", "plain recall", "ratio"),
        [
            (name, f"{one['rows']:,}", _shown(one["recall"]), _shown(one["plain"]), _shown(one["ratio"]))
            for name, one in found["disguises"].items()
        ],
    )
    yield _table(
        ("compliant rows so treated", "flagged"), [(name, _shown(one)) for name, one in found["false_share"].items()]
    )
    yield _picture("robustness", drawn)


def _personal(told: Mapping[str, Any]) -> str:
    names = ("precision", "recall", "f1")
    return _table(
        ("type", "found", "missed", "wrong", *("precision", "recall", "F1")),
        [
            (kind, one["hits"], one["misses"], one["false_flags"], *(_shown(one[name]) for name in names))
            for kind, one in told["personal"].items()
        ],
    )


def _fair(told: Mapping[str, Any], drawn: set[str]) -> Iterable[str]:
    found = told["fairness"]
    yield "## The same text about another group"
    if found is None:
        yield "Not measured."
        return
    yield (
        f"{found['texts']} texts, each with {len(found['groups'])} groups named in turn. The mean score of the group "
        f"treated most unlike the others lies {found['mean_gap']:.2f} points from the mean of the same texts; from the "
        f"best to the worst treated group it is {found['swapped']:.2f} points. The single score farthest from its "
        f"text's mean is {found['largest_gap']:.1f} points away; swapping the group in one text moves it by up to "
        f"{found['swapped_once']:.0f}. More than 5 points away: {found['over']['5']:,} of "
        f"{found['texts'] * len(found['groups']):,} scores."
    )
    yield _picture("fairness", drawn)
    yield _table(
        ("texts that differ most", "kind", "group", "points"),
        [(one["text"], one["kind"], one["group"], f"{one['gap']:+.1f}") for one in found["worst"]],
    )


def _picture(name: str, drawn: set[str]) -> str:
    return (
        f"![{CAPTIONS[name]}]({(PICTURES / name).as_posix()}.svg)"
        if name in drawn
        else f"({CAPTIONS[name]}: not drawn.)"
    )


def _table(heads: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    rows = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(str(one).replace('|', '/') for one in row)} |" for row in rows)


def _shown(value: float | None) -> str:
    """A figure for people: counts whole, shares to three places, a dash where there is none."""
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
