"""The form by which a steward nominates a companion: a reason, and evidence of the four kinds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from charter.queries import law_at
from faces.deciding import ReasonForm
from faces.schema import Rejected
from faces.text import LINES, plain
from ledger.actors import Actor
from registry.admin.desk import may_decide
from tiers.actions.nominating import nominate as open_nomination
from tiers.models import Nomination, Standing
from tiers.models.nomination import EvidenceKind
from tiers.models.standing import State
from tiers.queries.nominating import can_be_nominated
from tiers.rules.nominating import LINKED, MOST_TEXT, Item

# Pieces of evidence that the form has room for; the API takes more.
ROWS = 3


class NominationForm(ReasonForm):
    """The reason, and rows of evidence; an empty row is none."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for row in range(1, ROWS + 1):
            kinds = [("", "none"), *EvidenceKind.choices]
            self.fields[f"kind_{row}"] = forms.ChoiceField(choices=kinds, required=row == 1, label=f"Evidence {row}")
            self.fields[f"text_{row}"] = forms.CharField(
                max_length=MOST_TEXT,
                required=row == 1,
                label=f"What evidence {row} shows",
                help_text="Facts, without persons: it is shown on public pages.",
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            self.fields[f"link_{row}"] = forms.CharField(
                max_length=36, required=row == 1, label=f"Link of evidence {row}", help_text=f"{LINKED.capitalize()}."
            )

    def clean(self) -> dict[str, Any]:
        """The rows as one list of evidence, which the action takes."""
        given = super().clean() or self.cleaned_data
        rows = [
            [str(given.pop(f"{name}_{row}", "")) for name in ("kind", "text", "link")] for row in range(1, ROWS + 1)
        ]
        given["evidence"] = [
            Item(kind, self._plain(text, row), link)
            for row, (kind, text, link) in enumerate(rows, 1)
            if kind or text or link
        ]
        return given

    def _plain(self, text: str, row: int) -> str:
        lines = text.replace("\r\n", "\n")
        try:
            return plain(lines, allowed=LINES)
        except Rejected as refusal:
            self.add_error(f"text_{row}", refusal.detail)
            return ""


def nominate(
    standing: Standing, *, by: Actor, at: datetime, reason: str, evidence: Sequence[Item], version: int
) -> Nomination:
    """It is named for the tier above its own, on evidence that links to what is sealed."""
    return open_nomination(standing, by=by, at=at, reason=reason, evidence=evidence, version=version)


def may_nominate(request: HttpRequest, standing: Standing) -> bool:
    """A steward of another organisation, while the companion may be named for a tier."""
    return (
        may_decide(request, standing)
        and standing.state == State.ACTIVE
        and can_be_nominated(standing, law=law_at(timezone.now()))
    )
