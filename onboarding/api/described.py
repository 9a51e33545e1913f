"""How these addresses stand in the API's description: shapes, examples, errors."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse

from faces.described import IDEMPOTENCY_KEY, IF_MATCH, TIME, a_list, an_object, example, or_null, problems, text
from registry.described import KeyScheme

AUTHENTICATION = KeyScheme

_OBJECT = {"type": "object"}
_PERSON = an_object({"name": text(), "email": text(format="email"), "organization": text()}, more=False)
_LATER = {
    "pricing": an_object(
        {"inputPer1kTokens": {}, "outputPer1kTokens": {}, "currency": text(enum=["USD"])},
        needed=("inputPer1kTokens",),
        more=False,
    )
    | {"required": []},
    "limits": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"requestsPerMinute": {"type": "integer"}, "tokensPerMinute": {"type": "integer"}},
    },
    "commitments": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "charter": {"type": "boolean"},
            "consensus": {"type": "boolean"},
            "tiersUnderstood": {"type": "boolean"},
            "uptime": {"type": "number", "minimum": 0, "maximum": 100},
        },
    },
}
_VERSION = {
    "modelVersion": text("Another one than before takes an active companion back to shadow mode", maxLength=128)
}
_NEEDED = ("modelName", "provider", "endpoint", "contact", "capabilities", "proposedTier", "modelCard")
_BODY = an_object(
    {
        "modelName": text("Letters, marks and digits of any script, space and . _ - + ( )", maxLength=64),
        "provider": text("Your organisation's slug", pattern="^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$"),
        "endpoint": text("https; a known tail such as /v1/chat/completions names the protocol", format="uri"),
        "contact": _PERSON,
        "capabilities": a_list(text(), minItems=1, maxItems=32),
        "proposedTier": text(enum=["research", "standard"]),
        "modelCard": text(format="uri"),
        "protocol": text(enum=["masl", "openai-chat", "openai-completions", "anthropic-messages"]),
        "upstreamModel": text(maxLength=128),
        "auth": _OBJECT
        | {"description": "Write-only: type api_key, oauth2_client_credentials or none, and its fields"},
        **_LATER,
        "legalEntity": text(maxLength=200),
        "technicalContact": _PERSON,
        "safetyBenchmarks": a_list(_OBJECT, maxItems=32),
        "modelCardSections": _OBJECT,
        "webhookUrl": text(format="uri"),
        "improvements": text("What is better now; asked when the model applies again after a removal", maxLength=5000),
    },
    needed=_NEEDED,
    more=False,
)
_DEADLINES = an_object({"compatibility": TIME, "constitutional": TIME, "steward": TIME})
_CHALLENGE = an_object({"url": text(format="uri"), "token": text()})
_SUBMITTED = an_object(
    {
        "applicationId": text("app_…"),
        "status": text(),
        "onboardingToken": text("Shown once: it opens the status, and mounts the model once it is approved"),
        "reviewDeadlines": _DEADLINES,
        "statusUrl": text(format="uri"),
        "challenge": _CHALLENGE,
    }
)
_STATUS = an_object(
    {
        "applicationId": text(),
        "status": text(),
        "companionId": or_null(text()),
        "dueAt": or_null(TIME),
        "reviewDeadlines": _DEADLINES,
        "challenge": _CHALLENGE,
        "checks": a_list(_OBJECT),
        "checksToWaive": a_list(text()),
        "sentinel": or_null(_OBJECT),
        "reasons": a_list(text()),
        "history": a_list(_OBJECT),
    }
)
_MANIFESTS = an_object({"atlas": _OBJECT, "biodna": _OBJECT, "virtue_accords": _OBJECT})
_MOUNTED = an_object(
    {
        "status": text(enum=["approved"]),
        "companionId": text(),
        "manifests": _MANIFESTS,
        "gi_signature": text("0x and the hex of the DSSE signature over the mount's statement"),
        "nextSteps": a_list(text(), minItems=3, maxItems=3),
        "apiKey": text("Shown once"),
    }
)
_ENVELOPE = an_object(
    {
        "payload": text("base64"),
        "payloadType": text(),
        "signatures": a_list(an_object({"keyid": text(), "sig": text()})),
    }
)
_ATTESTATION = an_object(
    {
        "companionId": text(),
        "dsse": _ENVELOPE,
        "gi_signature": text(),
        "sha256": text(),
        "madeAt": TIME,
        "keyid": text(),
        "publicKey": text("PEM SPKI"),
    }
)
_VERIFIED = an_object(
    {
        "valid": {"type": "boolean"},
        "reason": or_null(text()),
        "companionId": or_null(text()),
        "publicKey": text(),
        "keyid": text(),
    }
)
_SEED = {
    "modelName": "YourModel",
    "provider": "your-org",
    "endpoint": "https://api.yourmodel.ai/v1/completions",
    "contact": {"name": "Your Name", "email": "you@yourorg.ai", "organization": "Your Organization"},
    "capabilities": ["text-generation", "reasoning", "code-generation"],
    "proposedTier": "standard",
    "modelCard": "https://yourmodel.ai/model-card.pdf",
}
_SUBMITTED_SEED = {
    "applicationId": "app_0193f3a0000070008000000000000001",
    "status": "submitted",
    "onboardingToken": "kz_onb_…",
    "reviewDeadlines": {
        "compatibility": "2026-11-20T09:05:00.000000Z",
        "constitutional": "2026-11-21T09:00:00.000000Z",
        "steward": "2026-11-22T09:00:00.000000Z",
    },
    "statusUrl": "https://kaizen.example/api/v1/onboard/applications/app_0193f3a0000070008000000000000001",
    "challenge": {"url": "https://api.yourmodel.ai/.well-known/masl-challenge/3ZkY…", "token": "3ZkY…"},
}
_GIVEN = {
    "pricing": {"inputPer1kTokens": "0.25", "outputPer1kTokens": "1.00", "currency": "USD"},
    "limits": {"requestsPerMinute": 60, "tokensPerMinute": 100000},
    "commitments": {"charter": True, "consensus": True, "tiersUnderstood": True, "uptime": 99.5},
}
_TAGS = ["Onboarding"]


def _takes(shape: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": shape}


def _answers(status: int, shape: dict[str, Any], about: str, *refusals: int) -> dict[Any, Any]:
    return {status: OpenApiResponse(shape, description=about), **problems(*refusals)}


APPLY: dict[str, Any] = {
    "operation_id": "apply",
    "tags": _TAGS,
    "parameters": [IDEMPOTENCY_KEY],
    "request": _takes(_BODY),
    "responses": _answers(202, _SUBMITTED, "Taken in; the checks begin", 400, 401, 409, 413, 415, 422, 429),
    "examples": [example("The guide's own", _SEED), example("Taken in", _SUBMITTED_SEED, status=202)],
}
STATUS: dict[str, Any] = {
    "operation_id": "read_application",
    "tags": _TAGS,
    "responses": _answers(200, _STATUS, "The whole picture", 401, 404, 429),
}
RESUBMIT: dict[str, Any] = {
    "operation_id": "resubmit_application",
    "tags": _TAGS,
    "parameters": [IF_MATCH],
    "request": _takes(_BODY),
    "responses": _answers(
        200, _STATUS, "Handed in again; the checks begin anew", 400, 401, 404, 409, 412, 413, 415, 422, 428
    ),
    "examples": [example("The guide's own", _SEED)],
}
MEND: dict[str, Any] = {
    "operation_id": "mend_application",
    "tags": _TAGS,
    "parameters": [IF_MATCH],
    "request": _takes(_BODY | {"required": []}),
    "responses": _answers(
        200, _STATUS, "Handed in again; the checks begin anew", 400, 401, 404, 409, 412, 413, 415, 422, 428
    ),
    "examples": [example("Another endpoint", {"endpoint": "https://api.yourmodel.ai/v1/chat/completions"})],
}
WITHDRAW: dict[str, Any] = {
    "operation_id": "withdraw_application",
    "tags": _TAGS,
    "parameters": [IDEMPOTENCY_KEY],
    "request": None,
    "responses": _answers(200, _STATUS, "Withdrawn", 401, 404, 409, 412, 429),
}
MOUNT: dict[str, Any] = {
    "operation_id": "mount",
    "tags": _TAGS,
    "parameters": [IDEMPOTENCY_KEY],
    "request": None,
    "responses": _answers(200, _MOUNTED, "Mounted; the key is shown once", 401, 409, 429),
}
MOUNT_BY_GET: dict[str, Any] = {
    **MOUNT,
    "operation_id": "mount_by_get",
    "parameters": [],
    "description": "The guide's own way to mount; prefer POST. HEAD is refused.",
}
ATTESTATION: dict[str, Any] = {
    "operation_id": "read_attestation",
    "tags": _TAGS,
    "responses": _answers(200, _ATTESTATION, "The signed statement of the mount", 404, 409, 429),
}
VERIFY: dict[str, Any] = {
    "operation_id": "verify_attestation",
    "tags": _TAGS,
    "parameters": [IDEMPOTENCY_KEY],
    "request": _takes(_ENVELOPE),
    "responses": _answers(200, _VERIFIED, "Whether it is ours, unchanged", 400, 413, 415, 429),
}
FACTS: dict[str, Any] = {
    "operation_id": "give_companion_facts",
    "tags": ["Companions"],
    "request": _takes({"type": "object", "properties": _LATER | _VERSION, "additionalProperties": False}),
    "responses": _answers(200, _OBJECT, "Given; what is still asked stands beside", 400, 401, 403, 404, 409, 413, 415),
    "examples": [example("All that is asked", _GIVEN)],
}
