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
        if not str(sections.get(name) or "").strip()
    ]
    return said
