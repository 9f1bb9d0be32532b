"""Where a request comes from, as a keyed hash: to count, not to find anybody again."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

# What one household or office has: its neighbours count together.
IPV4_PREFIX = 24
IPV6_PREFIX = 64


def network_hash(request: HttpRequest, *, salt: str) -> str:
    """Return the hash of the client's network; NUM_PROXIES says which address is the client's.

    By the salt hashes for one purpose cannot be matched with those for another.
    """
    client = BaseThrottle().get_ident(Request(request)) or ""
    return keyed_hash(network_of(client), salt=salt)


def keyed_hash(text: str, *, salt: str) -> str:
    """Return the HMAC-SHA256 of a text with the first of SECRETS_KEY."""
    secret = settings.SECRETS_KEYS[0]
    return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()


def network_of(client: str) -> str:
    """Return "192.0.2.0/24" or "2001:db8::/64"; "" for what is no address."""
    try:
        address = ip_address(client.strip())
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    # By number, because a scope ("%eth0") is no part of the network.
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), IPV6_PREFIX), strict=False))
    return str(IPv4Network((int(address), IPV4_PREFIX), strict=False))
