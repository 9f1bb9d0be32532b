"""What `manage.py check --deploy` says of the API."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

# Each process has one of its own, or nothing at all is kept.
UNSHARED = ("locmem.LocMemCache", "dummy.DummyCache")


@register(Tags.caches, deploy=True)
def check_cache_is_shared(**kwargs: Any) -> list[CheckMessage]:
    """Warn where the API's limits count for each process alone."""
    backend: str = settings.CACHES["default"]["BACKEND"]
    if not backend.endswith(UNSHARED):
        return []
    return [
        Warning(
            "CACHE_URL names a cache that processes do not share: the limits API_RATE and "
            "API_TRUSTED_RATE hold for each web process alone, so that with two of them a client "
            "may ask twice as often.",
            hint="Set CACHE_URL to a Redis server (.env.example).",
            id="cms.W001",
        )
    ]
