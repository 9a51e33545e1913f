"""``egress_check``'s two faces: one JSON line to one verdict, and one URL explained rule by rule (security E11)."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from registry.egress.policy import Policy
from registry.egress.reasons import ALLOWED, Failed, Refused
from registry.egress.urls import Target, check_url

MAX_LINE_BYTES = 1024 * 1024
_TIMEOUT = "timeout"


def verdict(raw: bytes, *, rules: Policy) -> dict[str, Any]:
    """The verdict on one line: ``{"id", "verdict", "reason"}``; nothing that a line holds can raise."""
    try:
        line = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return _refused(None, "bad_line")
    identity = line.get("id") if isinstance(line, dict) else None
    if not isinstance(line, dict) or not isinstance(line.get("url"), str):
        return _refused(identity, "bad_line")
    try:
        _judge(line, rules)
    except Refused as refusal:
        return _refused(identity, refusal.reason_code)
    return {"id": identity, "verdict": "allow", "reason": ALLOWED}


def _refused(identity: object, reason: str) -> dict[str, Any]:
    return {"id": identity, "verdict": "refuse", "reason": reason}


def _judge(line: dict[str, Any], rules: Policy) -> None:
    """The static rules, then the first look-up's answers where any are given, then what the address answered."""
    dns = line.get("dns")
    lookups_given = isinstance(dns, list) and all(isinstance(lookup, list) for lookup in dns)
    if not (dns is None or dns == _TIMEOUT or lookups_given):
        raise Refused("bad_line")
    target = check_url(line["url"], rules=rules)
    if dns == _TIMEOUT:
        raise Refused("dns_timeout")
    if dns is not None:
        target.check_answers(dns[0] if dns else [], rules=rules)
    if line.get("redirect") is not None:
        raise Refused("redirect_not_allowed")


def explain(url: str, *, rules: Policy, look_up: Callable[[Target], list[object]]) -> Iterator[tuple[bool, str]]:
    """Each rule with whether it passed and a sentence; it ends at the first that refuses."""
    try:
        target = check_url(url, rules=rules)
        yield True, f"static rules: {target.url} (host {target.host}, port {target.port})"
        if target.development:
            yield True, "development endpoint: scheme, host, port and address are lifted for this pair"
        if target.grants:
            yield True, "own network: KAIZEN_EGRESS_ALLOW speaks of this name"
        answers = look_up(target)
        yield True, f"look-up: {len(answers)} answers"
        for address in target.check_answers(answers, rules=rules):
            yield True, f"address: {address} may be called"
    except Refused as refusal:
        yield False, str(refusal)
    except Failed as failed:
        yield False, f"{failed.reason}: {failed.sentence}"
