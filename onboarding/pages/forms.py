"""The forms of this room: an application, what is asked before shadow mode, a token or key, maintenance, a farewell."""

from datetime import UTC
from typing import Any

from django import forms

from onboarding.intake.addresses import PROTOCOLS
from onboarding.intake.shapes import BEGINNERS_TIERS
from onboarding.pages.fields import DocumentForm, one_line, plain_number, whole

_NUMBERS = {"requests_per_minute": whole, "tokens_per_minute": whole, "uptime": plain_number}
_FACTS = {
    "price_input": "/pricing/inputPer1kTokens",
    "price_output": "/pricing/outputPer1kTokens",
    "requests_per_minute": "/limits/requestsPerMinute",
    "tokens_per_minute": "/limits/tokensPerMinute",
    "charter": "/commitments/charter",
    "consensus": "/commitments/consensus",
    "tiers_understood": "/commitments/tiersUnderstood",
    "uptime": "/commitments/uptime",
}


def text(label: str, hint: str = "", *, required: bool = False, most: int = 2048, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=required, max_length=most, **more)


def prose(label: str, hint: str = "", *, most: int = 20_000) -> forms.CharField:
    return text(label, hint, most=most, widget=forms.Textarea(attrs={"rows": 4}))


def secret(label: str, hint: str = "") -> forms.CharField:
    """A field whose value never goes back to a page."""
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"})
    return text(label, hint, most=4096, widget=widget, strip=False)


class FactsForm(DocumentForm):
    """Price, limits and commitments: asked at the latest before shadow mode."""

    pointers = _FACTS

    price_input = text("Price of 1,000 input tokens, in USD", "A plain number such as 0.25. 0 is a price.", most=40)
    price_output = text("Price of 1,000 output tokens, in USD", most=40)
    requests_per_minute = text("Requests we may send in a minute", "A whole number.", most=20)
    tokens_per_minute = text("Tokens we may use in a minute", "A whole number.", most=20)
    charter = forms.BooleanField(label="The model will keep the Custos Charter.", required=False)
    consensus = forms.BooleanField(label="It will take part in consensus.", required=False)
    tiers_understood = forms.BooleanField(
        label="We have understood the tiers, and that a tier is earned by the record.", required=False
    )
    uptime = text("Uptime you commit to, in percent", "99.5 is asked.", most=20)

    def as_json(self, name: str, value: Any) -> Any:
        if isinstance(value, bool):
            return value or None
        return _NUMBERS[name](value) if value and name in _NUMBERS else value


class ApplyForm(FactsForm):
    """An application: the fields of ``POST /api/onboard/apply``, by the same names in words."""

    pointers = {
        "model_name": "/modelName",
        "provider": "/provider",
        "endpoint": "/endpoint",
        "model_card": "/modelCard",
        "capabilities": "/capabilities",
        "proposed_tier": "/proposedTier",
        "contact_name": "/contact/name",
        "contact_email": "/contact/email",
        "contact_organization": "/contact/organization",
        "protocol": "/protocol",
        "upstream_model": "/upstreamModel",
        "auth_type": "/auth/type",
        "auth_key": "/auth/key",
        "auth_header": "/auth/header",
        "auth_token_url": "/auth/tokenUrl",
        "auth_client_id": "/auth/clientId",
        "auth_client_secret": "/auth/clientSecret",
        "auth_scope": "/auth/scope",
        **_FACTS,
        "legal_entity": "/legalEntity",
        "technical_name": "/technicalContact/name",
        "technical_email": "/technicalContact/email",
        "technical_organization": "/technicalContact/organization",
        "card_capabilities": "/modelCardSections/capabilities",
        "card_limitations": "/modelCardSections/limitations",
        "card_training_data": "/modelCardSections/trainingData",
        "webhook_url": "/webhookUrl",
        "improvements": "/improvements",
    }
    parts = (
        ("The model", ("model_name", "provider", "endpoint", "model_card", "capabilities", "proposed_tier")),
        ("Whom to write to", ("contact_name", "contact_email", "contact_organization")),
        (
            "How we reach it",
            (
                *("protocol", "upstream_model", "auth_type", "auth_key", "auth_header"),
                *("auth_token_url", "auth_client_id", "auth_client_secret", "auth_scope"),
            ),
        ),
        ("Asked before shadow mode; you may give it later", tuple(_FACTS)),
        (
            "More about you and the model",
            (
                *("legal_entity", "technical_name", "technical_email", "technical_organization"),
                *("card_capabilities", "card_limitations", "card_training_data", "webhook_url", "improvements"),
            ),
        ),
    )

    model_name = text("Model name", "Letters, digits, space and . _ - + ( ).", required=True, most=64)
    provider = text("Provider", "A short name of yours: lower-case letters, digits, hyphens.", required=True)
    endpoint = text("Endpoint", "https. Such as https://api.example.com/v1/chat/completions", required=True)
    model_card = text("Model card", "An https address. We check that it answers; we do not read it.", required=True)
    capabilities = text("Capabilities", "With commas between: text-generation, reasoning", required=True)
    proposed_tier = forms.ChoiceField(
        label="Proposed tier",
        choices=[(tier, tier.capitalize()) for tier in BEGINNERS_TIERS],
        widget=forms.RadioSelect,
        help_text="Every model begins at one of these; high and critical are reached by the record.",
        initial=BEGINNERS_TIERS[-1],
    )
    contact_name = text("Name", required=True, most=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact_email = text("E-mail address", required=True, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    contact_organization = text(
        "Organisation", required=True, most=200, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    protocol = forms.ChoiceField(
        label="Protocol",
        required=False,
        choices=[("", "Read it from the endpoint's path"), *((name, name) for name in PROTOCOLS)],
    )
    upstream_model = text("What the endpoint calls the model", most=128)
    auth_type = forms.ChoiceField(
        label="How we authenticate",
        choices=[
            ("api_key", "With an API key"),
            ("oauth2_client_credentials", "With OAuth 2.0 client credentials"),
            ("none", "Not at all"),
        ],
        widget=forms.RadioSelect,
        initial="api_key",
        help_text="The endpoint must ask for it. Not at all is for a network of your own that was agreed with us.",
    )
    auth_key = secret("API key", "Asked with an API key. Encrypted, shown to nobody, sent to your endpoint alone.")
    auth_header = text("Header of the key", "Such as X-Api-Key. Empty means Authorization: Bearer.", most=64)
    auth_token_url = text("Token address of OAuth 2.0", "Asked with client credentials, as are the two below.")
    auth_client_id = secret("Client id")
    auth_client_secret = secret("Client secret")
    auth_scope = text("Scope", most=4096)
    legal_entity = text("Legal entity", most=200)
    technical_name = text("Technical contact: name", most=200)
    technical_email = text("Technical contact: e-mail address", widget=forms.EmailInput())
    technical_organization = text("Technical contact: organisation", most=200)
    card_capabilities = prose("From the model card: what it can do")
    card_limitations = prose("From the model card: its limits")
    card_training_data = prose("From the model card: what it learnt from")
    webhook_url = text("Webhook address", "https. News of your application and companion go there.")
    improvements = prose("What is better than before", "Asked of a model that was removed once.", most=5000)

    def document(self) -> dict[str, Any]:
        found = super().document()
        # A field of another kind of auth that was filled in by mistake is not sent along.
        of_kind = {
            "api_key": {"type", "key", "header"},
            "oauth2_client_credentials": {"type", "tokenUrl", "clientId", "clientSecret", "scope"},
            "none": {"type"},
        }
        auth = found.get("auth", {})
        found["auth"] = {name: value for name, value in auth.items() if name in of_kind.get(auth.get("type", ""), ())}
        found.setdefault("capabilities", [])
        return found

    def as_json(self, name: str, value: Any) -> Any:
        if name == "capabilities":
            return [word.strip() for word in (value or "").split(",") if word.strip()]
        if name.startswith("card_") or name == "improvements":
            return one_line(value or "")
        return super().as_json(name, value)

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by the questions that they answer."""
        return [(title, [self[name] for name in names]) for title, names in self.parts]


class EditForm(ApplyForm):
    """A returned application again: provider and model stay, secrets are kept where they are left empty."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, document: Any) -> dict[str, Any]:
        found = super().initial_of(document)
        found["capabilities"] = ", ".join(found.get("capabilities", ()))
        return {name: value for name, value in found.items() if name not in _SECRETS}


_SECRETS = frozenset({"auth_key", "auth_client_id", "auth_client_secret"})


class ShowForm(forms.Form):
    """An application's id with its onboarding token, or a companion's API key."""

    use_required_attribute = False
    application = text("Application id", "app_… Leave it empty with an API key.", most=40)
    token = forms.CharField(
        label="Onboarding token or API key",
        max_length=200,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text="kz_onb_… as you were shown it when you applied, or kz_live_… as you were shown it at the mount.",
    )


class MaintenanceForm(forms.Form):
    """A time in which we are asked not to probe; in UTC."""

    use_required_attribute = False
    starts_at = forms.DateTimeField(
        label="Begins, in UTC",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label="Ends, in UTC",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        return {name: value.replace(tzinfo=UTC) for name, value in found.items()}


class RetireForm(forms.Form):
    """A farewell: no reason is asked, but the id is, so that nobody retires a companion by a slip."""

    use_required_attribute = False
    companion = text("Type the companion's id", required=True, most=40)
    version = forms.IntegerField(widget=forms.HiddenInput)
