"""Which addresses we may connect to: http(s), and nothing inside our own network.

Outside DEBUG only public addresses are allowed; the demo and DEBUG allow loopback, DEBUG private
networks too. Names are resolved, and what they resolve to is checked, when a connection is made
(`guarded`); here is what can be said of the text alone.
"""

import ipaddress
import re
import socket
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

Address = IPv4Address | IPv6Address

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\\]")
_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # RFC 4291 §2.4
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052 §2.1


def check_url(url: str) -> None:
    """Raise ValidationError, in words for staff, unless a destination may have the address."""
    parts = _split(url)
    if parts.scheme not in {"http", "https"}:
        raise ValidationError(_("The address must begin with http:// or https://."))
    if "@" in parts.netloc:
        raise ValidationError(
            _("The address must not hold a user name or password. Use the secret instead.")
        )
    if "#" in url:
        raise ValidationError(_("The address must not hold a fragment (# and what follows)."))
    host = host_of(url)
    literal = literal_address(host)
    is_inside = not is_allowed(literal) if literal else _is_local_name(host)
    if is_inside:
        raise ValidationError(
            _("%(host)s is an address inside a private network. Enter a public address."),
            params={"host": host},
        )


def host_of(url: str) -> str:
    """Return the host as it will be resolved: lower case, in ASCII, without a final dot.

    Raises ValidationError when there is none.
    """
    host = (_split(url).hostname or "").rstrip(".")
    if ":" not in host:
        host = _in_ascii(host)
        if not _HOST_NAME.fullmatch(host):
            raise _not_an_address()
    elif literal_address(host) is None:
        raise _not_an_address()
    return host


def literal_address(host: str) -> Address | None:
    """Return the IP address that the host is, in any spelling that a resolver takes for one.

    `127.1`, `2130706433`, `0x7f000001` and `0177.0.0.1` all are 127.0.0.1.
    """
    try:
        if ":" in host:
            return IPv6Address(host.partition("%")[0])
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def is_allowed(address: Address) -> bool:
    """Whether something may be sent to the address."""
    address = _unwrapped(address)
    if _is_public(address):
        return True
    if address.is_loopback:
        return bool(settings.DEBUG or settings.IS_DEMO)
    is_special = (
        address.is_link_local
        or address.is_reserved
        or address.is_unspecified
        or address.is_multicast
    )
    return bool(settings.DEBUG) and address.is_private and not is_special


def is_loopback(address: Address) -> bool:
    """Whether the address is this machine."""
    return _unwrapped(address).is_loopback


def _split(url: str) -> SplitResult:
    """Split an address that the HTTP client would split in the same way."""
    if _NOT_IN_URLS.search(url):
        raise _not_an_address()
    try:
        parts = urlsplit(url)
        is_same = (parts.port or None) == parse_url(url).port
        is_usable = bool(parts.hostname) and parts.port != 0
    except (ValueError, LocationParseError) as error:
        raise _not_an_address() from error
    if not (is_same and is_usable):
        raise _not_an_address()
    return parts


def _in_ascii(host: str) -> str:
    """Return the host as the HTTP client would look it up (IDNA 2008 with UTS 46)."""
    try:
        return host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise _not_an_address() from error


def _is_local_name(host: str) -> bool:
    is_localhost = host == "localhost" or host.endswith(".localhost")  # RFC 6761 §6.3
    return is_localhost and not (settings.DEBUG or settings.IS_DEMO)


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside an IPv4-mapped or NAT64 one."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        # 6to4 and Teredo lead to an IPv4 address of the sender's choice.
        is_tunnel = bool(address.sixtofour or address.teredo)
        return address in _GLOBAL_UNICAST and address.is_global and not is_tunnel
    return address.is_global and not address.is_multicast


def _not_an_address() -> ValidationError:
    return ValidationError(_("This is not a web address."))
