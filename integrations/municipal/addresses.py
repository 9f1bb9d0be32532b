"""Which addresses a destination may have (integrations/http/addresses.py), and which are alike."""

from urllib.parse import urlsplit

from integrations.http.addresses import (
    Address,
    check_url,
    host_of,
    is_allowed,
    is_loopback,
    literal_address,
)

__all__ = [
    "Address",
    "check_url",
    "host_of",
    "is_allowed",
    "is_loopback",
    "is_same_origin",
    "literal_address",
    "site_of",
]

_PORTS = {"http": 80, "https": 443}


def is_same_origin(before: str, after: str) -> bool:
    """Whether what was entrusted to the first address may go to the second one too.

    The origin is the same (RFC 6454 §4), or only went over from http to https. Raises
    ValidationError where one of them is no web address.
    """
    old, new = _origin(before), _origin(after)
    return new in {old, ("https", old[1], 443)} if old[::2] == ("http", 80) else new == old


def site_of(url: str) -> tuple[str, int, str]:
    """Return what two addresses of one website have in common, though they be written otherwise.

    http or https, with www. or without, a final slash and WordPress's /wp-json make no difference.
    Raises ValidationError where it is no web address.
    """
    scheme, host, port = _origin(url)
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix("/wp-json").rstrip("/")
    is_usual = port == _PORTS.get(scheme)
    query = f"?{parts.query}" if parts.query else ""
    return host.removeprefix("www."), 0 if is_usual else port, path + query


def _origin(url: str) -> tuple[str, str, int]:
    host, parts = host_of(url), urlsplit(url)
    return parts.scheme, host, parts.port or _PORTS.get(parts.scheme, 0)
