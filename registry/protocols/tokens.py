"""Access tokens by OAuth 2.0 client credentials (RFC 6749 §4.4), kept in memory until shortly before they end."""

import base64
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from registry.egress import Ask, Failed, Outcome, Refused, check_url, policy_in_force, strict_json
from registry.protocols.reading import number, text
from registry.protocols.reasons import Unfit
from registry.protocols.steps import Steps

DEADLINE_SECONDS = 10.0
LIVES_UNSAID_SECONDS = 300.0
LONGEST_LIFE = 10**9
EARLY_SECONDS = 30.0
MOST_KEPT = 4096
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,16384}")
_REFUSING = frozenset({400, 401, 403})
_OF_OURS = frozenset({Outcome.OUR_FAULT})


class Kept:
    """The tokens of this process by a digest of what they were fetched with; nothing shows or stores them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def get(self, name: bytes) -> str | None:
        with self._lock:
            token, ends = self._tokens.get(name, ("", 0.0))
            return token if ends > time.monotonic() else None

    def keep(self, name: bytes, token: str, *, seconds: float) -> None:
        """Keep a token for its life less a margin; the oldest goes when there are too many."""
        with self._lock:
            self._tokens[name] = (token, time.monotonic() + seconds - min(EARLY_SECONDS, seconds / 2))
            self._tokens.move_to_end(name)
            while len(self._tokens) > MOST_KEPT:
                self._tokens.popitem(last=False)

    def forget(self, name: bytes) -> None:
        with self._lock:
            self._tokens.pop(name, None)


KEPT = Kept()


def forget_token(auth: Mapping[str, str]) -> None:
    """Drop the token of these credentials: the model's server no longer takes it."""
    KEPT.forget(_name(auth))


def access_token(auth: Mapping[str, str]) -> Steps[str]:
    """The token for these credentials, from memory or from their ``token_url``.

    Raises ``Unfit`` where the provider's token server fails, ``Failed`` where we do.
    """
    name = _name(auth)
    token = KEPT.get(name)
    if token is not None:
        return token
    try:
        reply = yield _ask(auth)
        answer = strict_json(reply.body)
    except Failed as failed:
        raise _as_providers(failed) from None
    token, seconds = _read(answer)
    KEPT.keep(name, token, seconds=seconds)
    return token


def _ask(auth: Mapping[str, str]) -> Ask:
    form = {"grant_type": "client_credentials"}
    if auth.get("scope"):
        form["scope"] = auth["scope"]
    # RFC 6749 §2.3.1: every token server takes Basic, and both halves are form-encoded before they are joined.
    pair = f"{quote(auth['client_id'], safe='')}:{quote(auth['client_secret'], safe='')}"
    try:
        origin = check_url(auth["token_url"], rules=policy_in_force()).origin
    except Refused as refusal:
        raise Failed(refusal.reason_code, refusal.detail) from None
    return Ask(
        "POST",
        auth["token_url"],
        headers={
            "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        body=urlencode(form).encode(),
        deadline=DEADLINE_SECONDS,
        credentials_origin=origin,
    )


def _read(answer: dict[str, object]) -> tuple[str, float]:
    try:
        token, kind = text(answer, "access_token"), answer.get("token_type", "Bearer")
        seconds = float(number(answer, "expires_in", least=0, most=LONGEST_LIFE)) if "expires_in" in answer else None
    except Unfit as unfit:
        raise Unfit("token_invalid", unfit.detail) from None
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise Unfit("token_invalid", "token_type")
    if not _TOKEN.fullmatch(token):
        raise Unfit("token_invalid", "access_token")
    return token, LIVES_UNSAID_SECONDS if seconds is None else seconds


def _as_providers(failed: Failed) -> Exception:
    """A failure of the token server as the provider's; one of ours stays ours."""
    if failed.outcome in _OF_OURS:
        return failed
    if failed.outcome is Outcome.INVALID_JSON:
        return Unfit("token_invalid", failed.detail)
    reason = "token_refused" if failed.status in _REFUSING else "token_unavailable"
    return Unfit(reason, f"{failed.reason}: {failed.sentence}", retry_after=failed.retry_after)


def _name(auth: Mapping[str, str]) -> bytes:
    parts = (auth.get(part, "") for part in ("token_url", "client_id", "client_secret", "scope"))
    return hashlib.sha256("\0".join(parts).encode()).digest()
