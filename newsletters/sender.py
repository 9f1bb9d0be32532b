"""From whom our mails are."""

from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings

from cms.branding import brand_in_force


def sender_in_force() -> str:
    """Return what stands in From (RFC 5322 §3.6.2): the address of DEFAULT_FROM_EMAIL, and a name.

    The name is the operator's for mails, else the one in DEFAULT_FROM_EMAIL, else the centre's.
    """
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    brand = brand_in_force()
    return str(Address(display_name=brand.sender_name or name or brand.name, addr_spec=address))


def in_words(sender: str) -> str:
    """Return a sender for people: without the quotation marks that a name may need in a mail."""
    name, address = parseaddr(sender)
    return f"{name} <{address}>" if name else address
