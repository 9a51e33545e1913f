"""What an answer says in words: to whoever runs the gateway, and to whoever stands before it."""

from collections.abc import Callable

from charter.law import Law
from tiers.rules.access import Access, Reason

Words = Callable[[Access, Law], str]

_TO_ADMINS: dict[Reason, Words] = {
    Reason.ALLOWED: lambda it, _: f"{_ref(it)} may: its tier {_tier(it)} has what is open from {it.operation_tier} on.",
    Reason.UNKNOWN_SUBJECT_TYPE: lambda _it, _law: "Kaizen answers for subjects of the type companion alone.",
    Reason.UNKNOWN_COMPANION: lambda _it, _law: (
        "Nobody is called so, or several are. Ask by the whole id, such as YOURMODEL_001, or by UUID: see /companions."
    ),
    Reason.UNKNOWN_OPERATION: lambda _it, law: (
        f"The law {law.version} names no such operation. What it names stands at /charter/law under Tiers."
    ),
    Reason.REMOVED: lambda it, _: f"{_ref(it)} was removed for good; its decisions stand at /companions/{_ref(it)}.",
    Reason.RETIRED: lambda it, _: f"{_ref(it)} was taken back by its provider.",
    Reason.HEALING_ONLY: lambda it, _: f"{_ref(it)} has a role in healing alone: no operation is open to it.",
    Reason.WITHOUT_ENDPOINT: lambda it, _: f"{_ref(it)} has no endpoint, so it is not counted until one is given.",
    Reason.SUSPENDED: lambda it, _: f"{_ref(it)} is suspended {_until(it)}, from every operation.",
    Reason.FROZEN: lambda it, _: f"{_ref(it)} is frozen as a precaution, without fault, until a steward lifts it.",
    Reason.NOT_BEGUN: lambda it, _: (
        f"{_ref(it)} has not begun its shadow mode: price, limits or commitments are asked."
    ),
    Reason.IN_SHADOW: lambda it, _: f"{_ref(it)} is in shadow mode: asked, and never counted, until it has passed.",
    Reason.TIER_TOO_LOW: lambda it, _: (
        f"{_ref(it)} stands at {_tier(it)}; the operation is open from {it.operation_tier} on "
        f"(tiers.{it.operation_tier}.may). /api/companions?may= lists who could stand in."
    ),
}
_TO_USERS: dict[Reason, str] = {
    Reason.ALLOWED: "This model may do this.",
    Reason.UNKNOWN_SUBJECT_TYPE: "Only models can be asked about here.",
    Reason.UNKNOWN_COMPANION: "This model is not known.",
    Reason.UNKNOWN_OPERATION: "No model may do this: the law does not name it.",
    Reason.REMOVED: "This model was removed.",
    Reason.RETIRED: "This model was taken back by its provider.",
    Reason.HEALING_ONLY: "This model has another role.",
    Reason.WITHOUT_ENDPOINT: "This model is not in service.",
    Reason.SUSPENDED: "This model is suspended at present.",
    Reason.FROZEN: "This model is held still at present, as a precaution.",
    Reason.NOT_BEGUN: "This model is not in service yet.",
    Reason.IN_SHADOW: "This model is on trial and takes no part yet.",
    Reason.TIER_TOO_LOW: "This model may not do this; another may.",
}


def to_admins(access: Access, law: Law) -> str:
    """What a person who runs the gateway needs to act on it; not for the eyes of users."""
    return _TO_ADMINS[access.reason](access, law)


def to_users(access: Access) -> str:
    return _TO_USERS[access.reason]


def _ref(access: Access) -> str:
    return access.subject.ref if access.subject else ""


def _tier(access: Access) -> str:
    return access.subject.tier if access.subject else ""


def _until(access: Access) -> str:
    until = access.subject.suspended_until if access.subject else None
    return f"until {until:%Y-%m-%d %H:%M:%S} UTC" if until else "until a steward decides"
