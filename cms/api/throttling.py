"""How often one client may ask, and what answers tell of it: draft-ietf-httpapi-ratelimit-headers.

A client may ask so many times in each window of time. Windows begin at whole multiples of their
length, the same for everyone.
"""

import hashlib
import math
import time
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

logger = structlog.get_logger(__name__)

# Names of the rates in settings.API_RATES; clients read them in the headers.
BY_ADDRESS = "default"
BY_TOKEN = "trusted"  # noqa: S105


@dataclass(frozen=True)
class Allowance:
    """What a client has asked in the present window; `used` is None while the cache is down."""

    policy: str
    limit: int
    window_seconds: int
    reset_seconds: int
    used: int | None

    @property
    def is_exceeded(self) -> bool:
        return self.used is not None and self.used > self.limit

    def headers(self) -> dict[str, str]:
        """Return the headers, structured fields (RFC 9651), that tell the client how it stands."""
        told = {"RateLimit-Policy": f'"{self.policy}";q={self.limit};w={self.window_seconds}'}
        if self.used is not None:
            remaining = max(self.limit - self.used, 0)
            told["RateLimit"] = f'"{self.policy}";r={remaining};t={self.reset_seconds}'
        return told


def address_of(request: HttpRequest) -> str:
    """Return the client's address; what stands in X-Forwarded-For counts behind proxies only."""
    # It reads what both kinds of request have.
    return BaseThrottle().get_ident(request) or ""  # type: ignore[arg-type]


def count(policy: str, client: str) -> Allowance:
    """Count one request of a client: one small number in the cache a client and window.

    Redis counts over all processes, the local-memory cache in each process. A cache that is down
    lets everyone through rather than taking the API down with it. Addresses are not kept in the
    clear.
    """
    limit, window_seconds = settings.API_RATES[policy]
    now = time.time()
    window = int(now // window_seconds)
    reset_seconds = math.ceil((window + 1) * window_seconds - now)
    ident = hashlib.sha256(client.encode()).hexdigest()[:32]
    used = _used(f"throttle:{policy}:{ident}:{window}", window_seconds)
    return Allowance(policy, limit, window_seconds, reset_seconds, used)


def _used(key: str, window_seconds: int) -> int | None:
    try:
        return _increase(key, window_seconds)
    except Exception as error:  # noqa: BLE001 - each cache backend has errors of its own
        logger.warning("throttle_cache_failed", error=type(error).__name__)
        return None


def _increase(key: str, window_seconds: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # the first request in this window
        is_first = cache.add(key, 1, timeout=2 * window_seconds)
        return 1 if is_first else cache.incr(key)
