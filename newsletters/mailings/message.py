"""The mail of a mailing as bytes: built once, then only the recipient's parts are put in.

Format: RFC 5322 and MIME. One-click unsubscription: RFC 8058. List-Id: RFC 2919.
"""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from cms.branding import brand_in_force
from cms.documents.addresses import absolute
from newsletters.mailings.models import Delivery, Mailing

# Headers stay as they are: the library would break long addresses into encoded words (RFC 2047).
SEVEN_BIT = SMTP.clone(cte_type="7bit", refold_source="none")
_DOT_AT_LINE_START = re.compile(rb"(?m)^\.")


class Template:
    """What all copies of a mailing share, ready for SMTP: CRLF line ends, leading dots doubled."""

    def __init__(self, mailing: Mailing) -> None:
        self.envelope_sender = parseaddr(mailing.sender)[1]
        self._domain = domain_of(mailing.sender)
        marker = mailing.marker.encode()
        self._parts = [stuff_dots(part) for part in _shared_part(mailing).split(marker)]
        self._unsubscribe = absolute(reverse("newsletter_unsubscribe", args=(mailing.marker,)))
        self._marker = mailing.marker

    def copy_for(self, delivery: Delivery, address: str, token: str, at: datetime) -> bytes:
        """Return the finished copy for one recipient, without the final dot (RFC 5321 §4.5.2).

        The Message-ID is the same at every attempt. Raises UnicodeEncodeError for an address that
        is not ASCII: such are stored with their domain in ASCII (IDNA).
        """
        head = (
            f"Message-ID: {message_id(delivery, self._domain)}\r\n"
            f"Date: {format_datetime(at)}\r\n"
            f"To: {address}\r\n"
            f"List-Unsubscribe: <{self._unsubscribe.replace(self._marker, token)}>\r\n"
        )
        return head.encode("ascii") + token.encode("ascii").join(self._parts)


def message_id(delivery: Delivery, domain: str) -> str:
    """Return the Message-ID of a delivery (RFC 5322 §3.6.4)."""
    return f"<{delivery.message_id.hex}@{domain}>"


def domain_of(sender: str) -> str:
    """Return the domain of the address in a From header, this site's own if it has none."""
    address = parseaddr(sender)[1]
    return address.rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname or "localhost"


def stuff_dots(content: bytes) -> bytes:
    """Double the dots at the beginning of lines (RFC 5321 §4.5.2)."""
    return _DOT_AT_LINE_START.sub(b"..", content)


def as_seven_bit(stuffed: bytes) -> bytes:
    """Return a finished copy in ASCII, for the rare server without 8BITMIME (RFC 6152)."""
    content = re.sub(rb"(?m)^\.\.", b".", stuffed)
    message = BytesParser(policy=SEVEN_BIT).parsebytes(content)
    return stuff_dots(message.as_bytes(policy=SEVEN_BIT))


def _shared_part(mailing: Mailing) -> bytes:
    """Return the headers and the body that all copies have, with the marker in them."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _sender(mailing.sender)
    message["Subject"] = mailing.subject
    brand = brand_in_force()
    if brand.contact_email:
        message["Reply-To"] = brand.contact_email
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    message["List-Id"] = f"<newsletter.{host}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Out-of-office programs answer no list (RFC 3834 §2); the header is known to all of them.
    message["Precedence"] = "bulk"
    message.set_content(mailing.text, cte="8bit")
    message.add_alternative(mailing.html, subtype="html", cte="8bit")
    return message.as_bytes()


def _sender(sender: str) -> Address:
    name, address = parseaddr(sender)
    return Address(display_name=name, addr_spec=address)
