"""Forms of an amendment: its lines as TOML, judged as they are handed in, and how it is to be tried."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from charter.amending.drafting import MOST_BYTES, as_it_would_be, read_changes
from charter.models import LawVersion
from charter.queries import numbers_taken
from charter.typed import LawMalformed
from faces.schema import Rejected
from faces.text import LINES, plain

MOST_OF_A_RATIONALE = 5000
MOST_DAYS = 3650
EXAMPLE = '[rising.critical]\ncompliance = "0.985"\n'


class DraftForm(forms.Form):
    """What an amendment is called, why, and the lines that are to differ; ``document`` is the law as it would be."""

    title = forms.CharField(max_length=200, help_text="What it is about, in a few words.")
    rationale = forms.CharField(
        max_length=MOST_OF_A_RATIONALE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Why. Everybody will read it. It may be written later, but before it is proposed.",
    )
    changes = forms.CharField(
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "k-code"}),
        help_text="TOML of the lines that are to differ, laid over the law beside. Shares stand in quotes, spans are "
        'such as 30s, 5m, 24h, 7d. A line goes by its path: removes = ["tiers.standard.vote_weight_most"].',
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, base: LawVersion, **more: Any) -> None:
        super().__init__(*args, **more)
        self.base = base
        self.document: dict[str, Any] = {}

    def clean_title(self) -> str:
        return _plain(str(self.cleaned_data["title"]))

    def clean_rationale(self) -> str:
        return _plain(str(self.cleaned_data["rationale"]).replace("\r\n", "\n"), lines=True)

    def clean_changes(self) -> dict[str, Any]:
        try:
            changes = read_changes(str(self.cleaned_data["changes"]))
            self.document = as_it_would_be(changes, self.base.document, taken=numbers_taken())
        except LawMalformed as error:
            raise ValidationError(str(error)) from None
        return changes


class TryForm(forms.Form):
    """Over how long a time, and in which steps."""

    days = forms.IntegerField(label="Days of history", min_value=1, max_value=MOST_DAYS)
    every = forms.TypedChoiceField(
        label="Everybody is judged every",
        choices=[(24, "day"), (12, "12 hours"), (6, "6 hours")],
        coerce=int,
        initial=24,
    )


def _plain(text: str, *, lines: bool = False) -> str:
    try:
        return plain(text, allowed=LINES if lines else frozenset())
    except Rejected as refusal:
        raise ValidationError(refusal.detail) from None
