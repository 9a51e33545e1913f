"""The pictures of a report, as SVG whose bytes depend on the figures alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from charter.training.figures import TARGETS
from charter.training.goals import Measured
from charter.training.judged import column
from charter.training.measure import precision_recall
from charter.training.rows import ANY

# Neither the day nor the machine may show in the bytes.
SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "charter",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
UNDATED = {"Date": None, "Creator": None}
# Cells of a larger share than this are too dark for black figures.
DARK = 0.5
BLUE, RED, GREY = "#1f5f8b", "#b3402a", "#8a8f98"

Draw = Callable[[Mapping[str, Any], Measured], Figure]


def draw(folder: Path, figures: Mapping[str, Any], measured: Measured) -> list[str]:
    """Write all pictures that these figures allow; their names, in the order of the report."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with mpl.rc_context(SETTINGS):
        for name, (drawn, needed) in PICTURES.items():
            if needed is None or figures[needed]:
                drawn(figures, measured).savefig(folder / f"{name}.svg", format="svg", metadata=UNDATED)
                written.append(name)
    return written


def precision_by_recall(figures: Mapping[str, Any], measured: Measured) -> Figure:
    """Precision over recall, one curve for each clause and one for any violation."""
    figure, (axes,) = _page(1, height=4.2)
    for clause in TARGETS:
        told = column(measured.rows, clause, mark=measured.mark)
        if told.truth.any():
            precision, recall = precision_recall(told.truth, told.risks)
            thick = 2.2 if clause == ANY else 1.1
            label = f"{clause} ({figures['clauses'][clause]['ap']:.2f})"
            axes.step(recall, precision, where="pre", linewidth=thick, label=label)
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(title="average precision", fontsize=8, loc="center left", bbox_to_anchor=(1.02, 0.5))
    return figure


def points(_: Mapping[str, Any], measured: Measured) -> Figure:
    """How many points compliant and violating rows got."""
    figure, pair = _page(2, height=3)
    for axes, label, colour in zip(pair, (0, 1), (BLUE, RED), strict=True):
        got = [one.score.score for one in measured.rows if one.row.labels.get(ANY) == label]
        axes.hist([it for it in got if it is not None], bins=np.arange(0, 101, 5).tolist(), color=colour)
        axes.axvline(measured.mark, color=GREY, linestyle="--", linewidth=1)
        axes.set(xlabel="points", ylabel="rows", title=("compliant rows", "violating rows")[label])
    return figure


def calibration(figures: Mapping[str, Any], _: Measured) -> Figure:
    """The share of violations over the mean risk, in bins of equal size."""
    figure, all_axes = _page(len(TARGETS), height=4.6, columns=4)
    for axes, clause in zip(all_axes, TARGETS, strict=True):
        bins = figures["calibration"][clause]
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
        axes.plot([one["risk"] for one in bins], [one["found"] for one in bins], "o-", color=BLUE, markersize=3)
        axes.set(title=clause, xlim=(0, 1), ylim=(0, 1))
    figure.supxlabel("mean risk")
    figure.supylabel("share of violations")
    return figure


def sources(figures: Mapping[str, Any], _: Measured) -> Figure:
    """Recall and false flags by source."""
    told = figures["sources"]
    figure, (axes,) = _page(1, height=0.9 + 0.36 * len(told))
    at = np.arange(len(told))
    axes.barh(
        at - 0.2, [one["recall"] or 0 for one in told.values()], height=0.38, color=BLUE, label="violations flagged"
    )
    axes.barh(at + 0.2, [one["false_share"] or 0 for one in told.values()], height=0.38, color=RED, label="false flags")
    axes.set_yticks(at, list(told))
    axes.invert_yaxis()
    axes.set(xlabel="share", xlim=(0, 1))
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, 1.12), ncol=2)
    return figure


def robustness(figures: Mapping[str, Any], _: Measured) -> Figure:
    """Recall in disguise beside that of the same rows as they were."""
    told = figures["robustness"]["disguises"]
    figure, (axes,) = _page(1, height=3.2)
    at = np.arange(len(told))
    axes.bar(at - 0.2, [one["plain"] for one in told.values()], width=0.38, color=GREY, label="plain")
    axes.bar(at + 0.2, [one["recall"] for one in told.values()], width=0.38, color=BLUE, label="in disguise")
    axes.set_xticks(at, [name.replace("_", "\n") for name in told], fontsize=8)
    axes.set(ylabel="recall", ylim=(0, 1))
    axes.legend(fontsize=8)
    return figure


def confusion(figures: Mapping[str, Any], _: Measured) -> Figure:
    """Which clause was listed for rows of which label, as shares of the row."""
    told = figures["confusion"]
    labels, listed = list(told), list(next(iter(told.values())))
    many = np.array([[row[name] for name in listed] for row in told.values()], dtype=np.float64)
    figure, (axes,) = _page(1, height=4.4)
    shares = many / np.maximum(many.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, place), value in np.ndenumerate(many):
        colour = "white" if shares[row, place] > DARK else "black"
        axes.text(place, row, f"{int(value)}", ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(listed)), listed, rotation=35, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="listed", ylabel="labelled")
    return figure


def fairness(figures: Mapping[str, Any], _: Measured) -> Figure:
    """How far the mean score of the texts lies from the others when a group is named."""
    told = figures["fairness"]["groups"]
    figure, (axes,) = _page(1, height=0.9 + 0.22 * len(told))
    axes.barh(range(len(told)), [one["mean"] for one in told.values()], color=BLUE)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(range(len(told)), list(told))
    axes.invert_yaxis()
    axes.set(xlabel="points above or below the mean of the same texts")
    return figure


# What is drawn, and the figures without which there is nothing to draw.
PICTURES: Mapping[str, tuple[Draw, str | None]] = {
    "precision": (precision_by_recall, None),
    "points": (points, None),
    "sources": (sources, "sources"),
    "confusion": (confusion, None),
    "calibration": (calibration, None),
    "robustness": (robustness, "challenge"),
    "fairness": (fairness, "fairness"),
}


def _page(many: int, *, height: float, columns: int = 2) -> tuple[Figure, Sequence[Axes]]:
    figure = Figure(figsize=(7.2, height), layout="constrained")
    across = min(many, columns)
    return figure, [figure.add_subplot(-(-many // across), across, at + 1) for at in range(many)]
