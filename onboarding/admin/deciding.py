"""What a steward reads before deciding on an application: what will happen, and what speaks against it."""

from collections.abc import Callable

from django import forms

from faces.deciding import ReasonForm
from faces.figures.amounts import in_words
from onboarding.models import Application
from onboarding.queries import checks_to_waive, latest_review, latest_run


def approval_form(application: Application) -> type[ReasonForm]:
    """The reason, and one box for each check that approving means to waive by name."""
    asked = checks_to_waive(application)
    if not asked:
        return ReasonForm
    waive = forms.MultipleChoiceField(
        label="Checks that you waive",
        choices=[(name, name.replace("_", " ")) for name in asked],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="These did not pass. To approve means to waive each of them by name; the reason says why.",
    )
    return type("ApprovalForm", (ReasonForm,), {"waive": waive, "field_order": ("waive", "reason")})


def approval_warnings(application: Application) -> list[str]:
    """What a steward who approves decides against."""
    said = []
    run, review = latest_run(application), latest_review(application)
    if run is None or run.finished_at is None:
        said.append("The latest round of checks is not finished.")
    if review is None:
        said.append("The sentinel has given no verdict: shadow mode will end only after a positive review.")
    elif not review.is_positive:
        verdict = review.verdict.replace("_", " ")
        said.append(
            f"The sentinel's verdict is {verdict}: your reason must say why you approve against it, "
            "and shadow mode will end only after a new, positive review."
        )
    if application.slug_is_anothers:
        said.append(
            f"The slug {application.provider.slug} belongs to another organisation since its first approved "
            "application, and nobody signed in as that one submitted this."
        )
    if waived := checks_to_waive(application):
        said.append(f"These required checks did not pass: {', '.join(waived)}.")
    return said


def what_approval_does(application: Application) -> list[str]:
    """The consequences of an approval, in their order."""
    lives = in_words(application.law.law.onboarding.token_lives)
    return [
        f"{application.provider.slug} may mount {application.model_name} with its onboarding token, within {lives}.",
        "The mount makes it a companion; shadow mode opens as soon as price, limits and commitments are given.",
        f"The slug {application.provider.slug} belongs to this organisation from now on."
        if application.provider.established_at is None
        else f"The slug {application.provider.slug} stays with the organisation that has it.",
        "The decision is sealed with your reason, which the provider reads.",
    ]


def who_is_told(move: str) -> Callable[[Application], list[str]]:
    """The consequences of the other decisions."""

    def will_happen(application: Application) -> list[str]:
        told = "The provider reads your reason on its status page; the decision is sealed."
        law = application.law.law
        return {
            "give_back": [
                "The provider is asked for changes; it edits and hands in again, and all checks run anew.",
                told,
            ],
            "take_more_time": [f"The review is due {in_words(law.onboarding.more_time)} later.", told],
            "reject": [
                "The model is not admitted. The application ends.",
                f"The provider may appeal for {in_words(law.appeals.submitted_within)}; another steward rules on it.",
                told,
            ],
        }[move]

    return will_happen
