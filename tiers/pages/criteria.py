"""The criteria of an assessment, as it keeps them in JSON, brought into the lines that pages draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from charter.pages.words import line_at
from faces.figures.criterion import CriterionLine, Unit
from tiers.rules.forecast import Forecast

DAY = Decimal(86_400)
_UNITS: dict[str, Unit] = {
    "share": "share",
    "seconds": "seconds",
    "score": "score",
    "answers": "count",
    "count": "count",
    "USD": "usd",
}
_NOUNS = {
    "time without critical failure": "confirmed critical failures",
    "coverage": "planned questions",
    "compliance": "scored answers",
    "compliance, corrected for the scorer's error": "scored answers",
    "p95 latency (ceiling)": "answers",
    "p95 latency (target)": "answers",
    "error rate (ceiling)": "calls",
    "error rate (target)": "calls",
    "agreement with peers (target)": "comparisons",
    "battery": "prompts",
    "stewards": "words",
    "endorsements": "endorsements",
}
_BY_WILSON = "interval: Wilson, one-sided at the law's confidence"
_FORMULAS = {
    "coverage": "questions that we asked / questions that were planned",
    "compliance": f"answers that comply / scored answers since the stay, or the tier, began; {_BY_WILSON}",
    "compliance, corrected for the scorer's error": (
        "1 - (flagged - f) / (r - f), f and r the shares that the scorer flags of compliant and of violating rows "
        "(Rogan-Gladen); interval: score, one-sided at the law's confidence, with the doubt about f and r"
    ),
    "error rate (ceiling)": f"errors of the model / calls; {_BY_WILSON}",
    "error rate (target)": f"errors of the model / calls; {_BY_WILSON}",
    "agreement with peers (target)": f"agreements / comparisons; {_BY_WILSON}",
    "p95 latency (ceiling)": "the 95th of 100 latencies; upper bound by order statistics",
    "p95 latency (target)": "the 95th of 100 latencies; upper bound by order statistics",
    "GI": "sum of weight x value over its five parts",
    "constitutional minimum": "100 x C, the mean score with age decay",
    "days at the tier": "time since the tier began, less the time back in shadow mode",
    "battery": f"good answers / prompts that were measured; {_BY_WILSON}",
}


@dataclass(frozen=True)
class Tracked:
    """A figure that is shown and decides nothing."""

    name: str
    value: str
    n: int | None
    why: str


def lines(criteria: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> list[CriterionLine]:
    """What the law asks, required lines first, as they were kept; figures without a threshold are not among them."""
    return [line(each, document) for each in criteria if not _is_tracked(each)]


def tracked(criteria: Sequence[Mapping[str, Any]]) -> list[Tracked]:
    """Figures that nothing is asked of, such as costs and the gap between the model's own scores and ours."""
    return [
        Tracked(each["name"], line(each, {}).shown_value, each.get("n"), each.get("why", ""))
        for each in criteria
        if _is_tracked(each)
    ]


def open_lines(found: Sequence[CriterionLine]) -> tuple[CriterionLine, ...]:
    """The required lines that do not pass."""
    return tuple(each for each in found if not each.advisory and each.verdict != "pass")


def line(
    kept: Mapping[str, Any], document: Mapping[str, Any], *, reachable_at: datetime | None = None, by_when: str = ""
) -> CriterionLine:
    """One kept criterion as a line, with its forecast; long spans are told in days, words as words."""
    name, unit = str(kept["name"]), _unit(kept)
    kind = name.partition(":")[0]
    scale = DAY if unit == "days" else Decimal(1)
    word = kept.get("unit") == "word"
    return CriterionLine(
        name=name,
        verdict=str(kept["verdict"]),
        value=None if word else _scaled(kept.get("value"), scale),
        threshold=None if word else _scaled(kept.get("threshold"), scale),
        low=_scaled(kept.get("low"), scale),
        high=_scaled(kept.get("high"), scale),
        n=None if kept.get("unit") == "count" else kept.get("n"),
        more=kept.get("more"),
        formula=_FORMULAS.get(kind, ""),
        law_line=line_at(document, str(kept.get("law", ""))),
        direction="at_least" if kept.get("at_least", True) else "at_most",
        unit=unit,
        noun=_NOUNS.get(kind, "answers"),
        said=_said(kept.get("value")) if word else "",
        note=str(kept.get("why", "")),
        advisory=not kept.get("required", True),
        reachable_at=reachable_at,
        by_when=by_when,
    )


def forecast(found: CriterionLine, told: Forecast | None) -> CriterionLine:
    """The line with what is told of when it could pass; one that passes needs no forecast."""
    if told is None or found.verdict == "pass":
        return found
    return replace(found, reachable_at=told.at, by_when=told.words)


def number(value: Any) -> Decimal | None:
    """A kept number, which JSON holds as text."""
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _is_tracked(kept: Mapping[str, Any]) -> bool:
    """A verdict of its own; where an older assessment knew none, a figure that nothing is asked of."""
    return kept["verdict"] == "tracked" or (kept.get("threshold") is None and kept.get("unit") != "word")


def _unit(kept: Mapping[str, Any]) -> Unit:
    if kept["name"] == "GI":
        return "gi"
    threshold = number(kept.get("threshold"))
    if kept.get("unit") == "seconds" and threshold is not None and threshold >= DAY:
        return "days"
    return _UNITS.get(str(kept.get("unit")), "share")


def _scaled(value: Any, scale: Decimal) -> Decimal | None:
    found = number(value)
    return None if found is None else found / scale


def _said(value: Any) -> str:
    return str(value).replace("_", " ") if value else "no word yet"
