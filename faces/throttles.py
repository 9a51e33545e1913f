"""Rates per client: a courtesy against floods, never a limit that must hold.

Counts live in the cache and race (DRF #8127), and without the cache every request passes: what must hold is a
constraint or a count under a lock in the room itself. Rates come from the setting ``KAIZEN_THROTTLES``,
``{"apply": "10/hour"}``; a scope without a rate is a mistake and raises. ``None`` as the rate switches a scope off.
"""

import ipaddress
import logging
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

IPV6_PREFIX = 64

logger = logging.getLogger(__name__)


def client_address(request: Request | HttpRequest) -> str:
    """The client's address: the peer's, or the one that the outermost of ``NUM_PROXIES`` proxies of ours reports.

    A request with fewer forwarding entries than we have proxies did not come through them; its header is its own
    invention, and so is one that holds no address.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    proxies = int(getattr(settings, "NUM_PROXIES", 0) or 0)
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if proxies < 1 or len(hops) < proxies:
        return peer
    try:
        return str(ipaddress.ip_address(hops[-proxies].strip()))
    except ValueError:
        return peer


def _network(address: str) -> str:
    """IPv6 clients own a /64 and may change their address within it at will."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False)) if parsed.version == 6 else str(parsed)  # noqa: PLR2004


class AddressThrottle(SimpleRateThrottle):
    """So many requests per client address; a subclass, or ``throttle(scope)``, names the scope."""

    # Counts are a courtesy, so they live where writing is cheap and may be lost (the setting CACHES says where).
    cache: Any = ConnectionProxy(caches, "throttles")

    def get_rate(self) -> str | None:
        rates: dict[str, str | None] = getattr(settings, "KAIZEN_THROTTLES", {})
        if not self.scope or self.scope not in rates:
            raise ImproperlyConfigured(f"KAIZEN_THROTTLES names no rate for {self.scope!r}.")
        return rates[self.scope]

    def get_ident(self, request: Request) -> str:
        return _network(client_address(request))

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002 - DRF's signature
        return f"throttle:{self.scope}:{self.get_ident(request)}"

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, DatabaseError, OSError) as error:
            logger.warning("The throttle %s is open: the cache does not answer (%s)", self.scope, type(error).__name__)
            return True


class WindowThrottle(AddressThrottle):
    """So many requests in each whole second, minute, hour or day, kept as one number per client.

    The other way keeps the time of every request, which costs more than the request where thousands come in a second.
    """

    num_requests: int | None
    duration: int | None
    remaining: float = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        if self.num_requests is None or self.duration is None:
            return True
        number, begun = divmod(self.timer(), self.duration)
        self.remaining = self.duration - begun
        key = f"{self.get_cache_key(request, view)}:{int(number)}"
        try:
            return self._counted(key) <= self.num_requests
        except (RedisError, DatabaseError, OSError) as error:
            logger.warning("The throttle %s is open: the cache does not answer (%s)", self.scope, type(error).__name__)
            return True

    def wait(self) -> float:
        return self.remaining

    def _counted(self, key: str) -> int:
        try:
            return int(self.cache.incr(key))
        except ValueError:  # the first of its window, as the cache says it
            self.cache.add(key, 0, timeout=self.duration)
            return int(self.cache.incr(key))


def throttle(scope: str) -> type[AddressThrottle]:
    """A throttle class for one scope, to be named in a view's ``throttle_classes``."""
    return type(f"{scope.title()}Throttle", (AddressThrottle,), {"scope": scope})
