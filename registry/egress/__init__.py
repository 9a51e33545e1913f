"""The one door to the outside: every request to an address that somebody gave us passes here (security part E).

    check_url ─▶ a place ─▶ one look-up, every answer checked ─▶ connect to a checked address ─▶ check the peer ─▶
    TLS by name ─▶ request ─▶ strict reader with all bounds ─▶ Reply, or Failed with one of ten outcomes

One policy (``urls``, ``hosts``, ``addresses``, ``policy``: pure), two doors: ``ask`` for single calls, ``ask_async``
for scheduled batches. Nothing here follows a redirect, repairs an address, retries, keeps a connection or a cookie, or
reads the environment's proxies. ``check_url`` is all that a web process may call; look-ups happen in workers.

    target = egress.check_url(text, rules=egress.policy_in_force())
    reply = egress.ask(egress.Ask("POST", target.url, body=payload, deadline=30.0))
"""

from registry.egress.door_asyncio import ask_async
from registry.egress.door_requests import ask
from registry.egress.exchange import DELIBERATION_SECONDS, HEALTH_SECONDS, MODEL_CARD_BYTES, OTHER_SECONDS, Ask, Reply
from registry.egress.hosts import check_host
from registry.egress.outcomes import Outcome
from registry.egress.policy import Policy, policy_in_force
from registry.egress.reasons import REASONS, Failed, Reason, Refused
from registry.egress.strict import strict_json
from registry.egress.urls import Target, check_url

__all__ = [
    "DELIBERATION_SECONDS",
    "HEALTH_SECONDS",
    "MODEL_CARD_BYTES",
    "OTHER_SECONDS",
    "REASONS",
    "Ask",
    "Failed",
    "Outcome",
    "Policy",
    "Reason",
    "Refused",
    "Reply",
    "Target",
    "ask",
    "ask_async",
    "check_host",
    "check_url",
    "policy_in_force",
    "strict_json",
]
