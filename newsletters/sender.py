"""From whom our mails are."""

from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings

from cms.branding import brand_in_force


def sender_in_force() -> str:
    """Return what stands in From (RFC 5322 §3.6.2): the address of DEFAULT_FROM_EMAIL, and a name.

    The name is the operator's for mails, else the one in DEFAULT_FROM_EMAIL, else the centre's.
    """
    name, address = _name_and_address()
    return str(Address(display_name=name, addr_spec=address))


def sender_in_words() -> str:
    """Return the same for people: without the quotation marks that names in mails may need."""
    return "{} <{}>".format(*_name_and_address())


def _name_and_address() -> tuple[str, str]:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    brand = brand_in_force()
    return brand.sender_name or name or brand.name, address
