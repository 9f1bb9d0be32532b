"""Hands a stored mail to a Django mail backend, and says what came of it."""

import smtplib
from email.message import Message
from email.parser import BytesParser
from email.policy import Policy
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from newsletters.outbox.models import OutgoingMail

# The server wants a login first: our settings are wrong, not the mail (RFC 4954 §6).
SERVER_FAULT_CODES = {421, 530, 534, 535, 538}


class TransportError(Exception):
    """The mail was not accepted; `reason` is for people and holds no address.

    `is_permanent`: never try this mail again. `is_server_fault`: no other mail would go either.
    """

    def __init__(
        self, reason: str, *, is_permanent: bool = False, is_server_fault: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_permanent = is_permanent
        self.is_server_fault = is_server_fault


class Transport:
    """One kept connection to the mail server, opened with the first mail; close it at the end."""

    def __init__(self) -> None:
        self._connection = get_connection(settings.OUTBOX_TRANSPORT)
        self._is_open = False

    def __enter__(self) -> "Transport":
        return self

    def __exit__(self, *error: object) -> None:
        if self._is_open:
            try:
                self._connection.close()
            except (OSError, smtplib.SMTPException):
                # Everything it accepted is recorded; the server left before the good-bye.
                return

    def send(self, mail: OutgoingMail) -> None:
        """Send one mail, or raise TransportError."""
        try:
            self._open()
            self._connection.send_messages([StoredMessage(mail)])
        except Exception as error:  # classify() tells them apart, or passes it on as unknown
            raise classify(error) from error

    def _open(self) -> None:
        if not self._is_open:
            self._connection.open()
            self._is_open = True


class StoredMessage(EmailMessage):
    """A message whose MIME form was finished when it was queued."""

    def __init__(self, mail: OutgoingMail) -> None:
        super().__init__(from_email=mail.sender, to=[mail.recipient])
        self._content = bytes(mail.message)

    def message(self, **options: Any) -> Any:
        parsed = BytesParser(_class=_StoredMime).parsebytes(self._content, headersonly=True)
        parsed.content = self._content
        return parsed


class _StoredMime(Message):
    """The stored bytes, and its headers for backends that look at them."""

    content: bytes

    def as_bytes(
        self, unixfrom: bool = False, policy: "Policy[Any] | None" = None, linesep: str = "\n"
    ) -> bytes:
        return self.content.replace(b"\r\n", (policy.linesep if policy else linesep).encode())


def classify(error: Exception) -> TransportError:
    """Say what an error of a mail backend means for this mail and for the others."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, _text = next(iter(error.recipients.values()))
            return _from_reply(code)
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            return _from_reply(error.smtp_code)
        case smtplib.SMTPResponseException():
            return TransportError(f"{type(error).__name__} {error.smtp_code}", is_server_fault=True)
        case smtplib.SMTPNotSupportedError() | ValueError():
            # The address cannot be written down for this server, or cannot be one.
            return TransportError(type(error).__name__, is_permanent=True)
        case OSError():
            # Every other SMTPException is one too: disconnected, timed out, no such host.
            return TransportError(type(error).__name__, is_server_fault=True)
        case _:
            return TransportError(type(error).__name__)


def _from_reply(code: int) -> TransportError:
    """Read an SMTP reply (RFC 5321 §4.2.1); its text is left out, servers put addresses there."""
    reason = f"SMTP {code}"
    if code in SERVER_FAULT_CODES:
        return TransportError(reason, is_server_fault=True)
    return TransportError(reason, is_permanent=500 <= code < 600)
