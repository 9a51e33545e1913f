"""Bodies of the Authorization API 1.0 (OpenID AuthZEN): what a gateway may send, and what it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charter.law import Law
from faces.schema import Fault, Fields, Invalid, Leaf, Listed, Rejected, optional, read, required
from faces.values import choice, text_of
from tiers.api.access_words import to_admins, to_users
from tiers.api.shown import time
from tiers.rules.access import Access

MOST_EVALUATIONS = 100
MOST_CHARACTERS = 255
EXECUTE_ALL, DENY, PERMIT = "execute_all", "deny_on_first_deny", "permit_on_first_permit"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: may the subject of this kind, called so, do this operation."""

    kind: str
    name: str
    operation: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Several questions and when to stop; ``is_single`` where the body had no list and wants a single answer."""

    asked: tuple[Asked, ...]
    semantic: str = EXECUTE_ALL
    is_single: bool = False


def _name(value: Any) -> str:
    """Any text of a bounded length: what is nobody's name is answered, not refused."""
    text = text_of(value)
    if not 1 <= len(text) <= MOST_CHARACTERS:
        raise Rejected("wrong_length", f"Between 1 and {MOST_CHARACTERS} characters are expected.")
    return text


def _any_object(value: Any) -> dict[str, Any]:
    """Resource, context and properties pass unread: what a companion may do hangs on its standing alone."""
    if not isinstance(value, dict):
        raise Rejected("wrong_type", "An object is expected.")
    return value


_ANY = optional(Leaf(_any_object))
_NAME = required(Leaf(_name))
# Members that we do not know pass, for that protocol says that receivers ignore them.
_SUBJECT = Fields({"type": _NAME, "id": _NAME, "properties": _ANY}, more=True)
_ACTION = Fields({"name": _NAME, "properties": _ANY}, more=True)
_MEMBERS = {"resource": _ANY, "context": _ANY}
_ONE = Fields({"subject": required(_SUBJECT), "action": required(_ACTION), **_MEMBERS}, more=True)
_PARTS = {"subject": optional(_SUBJECT), "action": optional(_ACTION), **_MEMBERS}
_PART = Fields(_PARTS, more=True)
_OPTIONS = Fields({"evaluations_semantic": optional(choice(EXECUTE_ALL, DENY, PERMIT))}, more=True)
_SEVERAL = Fields(
    {**_PARTS, "evaluations": optional(Listed(_PART, 0, MOST_EVALUATIONS)), "options": optional(_OPTIONS)}, more=True
)


def one_of(body: Any) -> Asked:
    """The question of a body for ``evaluation``. Raises Invalid."""
    return _asked(read(_ONE, body))


def several_of(body: Any) -> Batch:
    """The questions of a body for ``evaluations``, each completed by the body's own members. Raises Invalid."""
    found = read(_SEVERAL, body)
    if not found["evaluations"]:
        return Batch((one_of(body),), is_single=True)
    whole = [{name: part[name] or found[name] for name in _PARTS} for part in found["evaluations"]]
    missing = [
        Fault(f"/evaluations/{index}/{name}", "required", "Neither this evaluation nor the body itself has it.")
        for index, one in enumerate(whole)
        for name in ("subject", "action")
        if one[name] is None
    ]
    if missing:
        raise Invalid(missing)
    semantic = (found["options"] or {}).get("evaluations_semantic") or EXECUTE_ALL
    return Batch(tuple(map(_asked, whole)), semantic)


def answer_json(access: Access, *, law: Law, at: datetime) -> dict[str, Any]:
    """One decision, with its reason and what it obliges to."""
    subject = access.subject
    return {
        "decision": access.is_allowed,
        "context": {
            "reason": access.reason.value,
            "reason_admin": {"en": to_admins(access, law)},
            "reason_user": {"en": to_users(access)},
            "obligations": list(access.obligations),
            "companion": subject.ref if subject else None,
            "tier": (subject.tier or None) if subject else None,
            "state": access.state,
            "frozen": subject.frozen if subject else None,
            "operation_tier": access.operation_tier,
            "law": {"version": law.version, "digest": law.digest},
            "evaluated_at": time(at),
        },
    }


def _asked(body: Mapping[str, Any]) -> Asked:
    return Asked(body["subject"]["type"], body["subject"]["id"], body["action"]["name"])
