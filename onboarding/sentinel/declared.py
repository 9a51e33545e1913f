"""What a provider declared, read for what is not there: notes for the steward, and nothing that fails. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from charter.law import Law

_COMMITMENTS = {
    "charter": "the Custos Charter",
    "consensus": "taking part in consensus",
    "tiersUnderstood": "having understood the tiers",
}
_SECTIONS = {"capabilities": "capabilities", "limitations": "limitations", "trainingData": "training data"}


def shape_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """As much of an application as ``notes`` reads: what was committed, and which sections were written at all."""
    commitments, sections = record.get("commitments", {}), record.get("modelCardSections", {})
    uptime = commitments.get("uptime")
    return {
        "commitments": {
            **{name: commitments.get(name) is True for name in _COMMITMENTS},
            "uptime": None if uptime is None else str(uptime),
        },
        "modelCardSections": {name: _is_written(sections, name) and "written" for name in _SECTIONS},
    }


def notes(record: Mapping[str, Any], law: Law) -> list[str]:
    """One sentence for each commitment and each section of the model card that is missing from an application."""
    commitments, sections = record.get("commitments", {}), record.get("modelCardSections", {})
    said = [
        f"The commitment to {words} was not given."
        for name, words in _COMMITMENTS.items()
        if commitments.get(name) is not True
    ]
    uptime, asked = commitments.get("uptime"), law.onboarding.uptime_asked
    if uptime is None:
        said.append(f"No uptime is committed; {asked}% is asked.")
    elif Decimal(str(uptime)) < asked:
        said.append(f"An uptime of {uptime}% is committed; {asked}% is asked.")
    said += [
        f"The model card's section on {words} is missing."
        for name, words in _SECTIONS.items()
        if not _is_written(sections, name)
    ]
    return said


def _is_written(sections: Mapping[str, Any], name: str) -> bool:
    return bool(str(sections.get(name) or "").strip())
