"""How often one client may ask: a number of requests in each minute (or hour, day)."""

import hashlib
import time
from typing import Any

import structlog
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

logger = structlog.get_logger(__name__)


class ClientThrottle(AnonRateThrottle):
    """Counts a client's requests in fixed windows: one small number in the cache a client.

    Redis counts over all processes, the local-memory cache in each process. A cache that is down
    lets everyone through rather than taking the API down with it.
    """

    num_requests: int | None
    duration: int | None  # of a window, in seconds
    retry_after_seconds: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = self.num_requests
        if not limit or not self.duration:
            return True
        now = time.time()
        window = int(now // self.duration)
        self.retry_after_seconds = (window + 1) * self.duration - now
        try:
            return self._count(f"{self._client(request)}:{window}", self.duration) <= limit
        except Exception as error:  # noqa: BLE001 - each cache backend has errors of its own
            logger.warning("throttle_cache_failed", error=type(error).__name__)
            return True

    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        return self.retry_after_seconds

    def _client(self, request: Request) -> str:
        """Return the client's cache key; addresses are not kept in the clear."""
        ident = hashlib.sha256((self.get_ident(request) or "").encode()).hexdigest()[:32]
        return f"throttle:{self.scope}:{ident}"

    def _count(self, key: str, window_seconds: int) -> int:
        try:
            return cache.incr(key)
        except ValueError:  # the first request in this window
            is_first = cache.add(key, 1, timeout=2 * window_seconds)
            return 1 if is_first else cache.incr(key)
