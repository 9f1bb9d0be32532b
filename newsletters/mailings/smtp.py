"""One SMTP session, taken step by step, so that it is known at which step a mail was lost.

A mail is not taken before the server has seen the final dot (RFC 5321 §4.1.1.4), and once it has,
only its answer tells. So a broken connection means "not sent" before the dot, "unknown" after it,
and a transfer is taken back by ending the connection before the dot.
"""

import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from newsletters.mailings import words
from newsletters.mailings.message import as_seven_bit

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
FINAL_DOT = b".\r\n"
# With less time left than this, no transfer of a mail is begun.
TRANSFER_SECONDS = 8.0
LEAST_TIMEOUT_SECONDS = 0.5
# A server that answers within this is not waited for.
AT_ONCE_SECONDS = 0.02
# Dot-string "@" Domain (RFC 5321 §4.1.2): stands in a command as it is.
PLAIN_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[\w.-]+", re.ASCII)
# The server asks for a login, or for another one (RFC 4954 §6).
LOGIN_CODES = frozenset({454, 530, 534, 535, 538})
CLOSING = 421

# Gives a command or only reads what one was answered: reply code and text.
Command = Callable[[], tuple[int, bytes]]


class Result(Enum):
    """What became of one mail."""

    ACCEPTED = auto()
    DEFERRED = auto()  # this recipient may be tried again later
    REFUSED = auto()  # this recipient never
    UNCERTAIN = auto()  # the server saw all of it, and never answered
    NOT_BEGUN = auto()  # `before_dot` said no


@dataclass(frozen=True)
class Envelope:
    """From whom to whom a mail goes."""

    sender: str
    recipient: str


@dataclass(frozen=True)
class Outcome:
    """The result for one mail, with the reason in words for staff."""

    result: Result
    reason: str = ""
    is_about_address: bool = False


class ServerTroubleError(Exception):
    """The server takes no mail at all now; no recipient is to blame.

    `is_crowded`: it refuses only further connections (421), others may be in use.
    """

    def __init__(self, reason: str, *, is_crowded: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_crowded = is_crowded


class NoTimeError(Exception):
    """Too little of the slice is left to hand over a mail."""


class Session:
    """A connection that is opened with the first mail and kept; close it at the end.

    `ends_at` (monotonic seconds) is when whoever uses it must be done: every wait for the server
    ends before. `before_wait` is called before what may take the server a while and is about no
    mail in transfer: whoever has something to record does it then.

    Where the server announces PIPELINING (RFC 2920), the next MAIL, RCPT and DATA follow the final
    dot of a mail in one write, and are answered together with it.
    """

    def __init__(self, *, ends_at: float, before_wait: Callable[[], None] = lambda: None) -> None:
        self._ends_at = ends_at
        self._before_wait = before_wait
        self._smtp: smtplib.SMTP | None = None
        self._taken_on_connection = 0
        # Sent after the last mail's dot; what was answered to it is still to be read.
        self._ahead: Envelope | None = None

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Say good-bye if the server still listens, and for commands."""
        if self._ahead is not None:
            self._drop()
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            if smtp.sock is not None:
                smtp.sock.settimeout(LEAST_TIMEOUT_SECONDS)
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            with suppress(OSError):
                smtp.close()

    def send(
        self,
        envelope: Envelope,
        *,
        content: bytes,
        before_dot: Callable[[], bool],
        following: Envelope | None = None,
    ) -> Outcome:
        """Hand over one mail; `content` has its dots doubled and ends with CRLF.

        `before_dot` is called once all but the final dot is on its way: what it takes, the server
        uses to read. If it says no, or raises, the server gets no dot. `following` is the envelope
        of what is sent next, if anything is. Raises ServerTroubleError, and NoTimeError; then the
        mail was not sent.
        """
        may_be_ended = self._taken_on_connection > 0 or self._ahead is not None
        try:
            refusal = self._open(envelope)
        except ServerTroubleError:
            # A server may end a connection after so many mails: a new one tells more.
            if not may_be_ended:
                raise
            refusal = self._open(envelope)
        if refusal is not None:
            return refusal
        try:
            return self._transfer(content, before_dot) or self._finish(following)
        except BaseException:
            self._drop()
            raise

    def _open(self, envelope: Envelope) -> Outcome | None:
        """Have the server wait for the content; return what it has against this mail."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead != envelope:
            self._drop()
        if ahead == envelope:
            return self._answers_ahead()
        self._before_wait()
        smtp = self._connected()
        options = ["body=8bitmime"] if smtp.has_extn("8bitmime") else []
        refusal = self._give_envelope(
            lambda: smtp.mail(envelope.sender, options), lambda: smtp.rcpt(envelope.recipient)
        )
        if refusal is not None:
            self._reset()
            return refusal
        return self._give_data(lambda: smtp.docmd("DATA"))

    def _answers_ahead(self) -> Outcome | None:
        """Read the answers to what was sent ahead."""
        reply = self._reply_to_what_was_sent_ahead
        refusal = self._give_envelope(reply, reply)
        if refusal is None:
            return self._give_data(reply)
        # The server has to refuse DATA too, being without a recipient (RFC 2920 §3.1).
        if self._ask(reply)[0] < 400:
            self._drop()
        else:
            self._reset()
        return refusal

    def _give_envelope(self, mail: Command, rcpt: Command) -> Outcome | None:
        """Have sender and recipient answered; return what is said against the recipient."""
        code, text = self._ask(mail)
        if code != 250:
            self._drop()
            raise ServerTroubleError(words.for_server_reply(code))
        code, text = self._ask(rcpt)
        if code in (250, 251):
            return None
        self._raise_if_server_trouble(code)
        result = Result.REFUSED if code >= 500 else Result.DEFERRED
        return Outcome(result, words.for_address_reply(code, text), is_about_address=True)

    def _give_data(self, data: Command) -> Outcome | None:
        """Have DATA answered; from here on a lost connection may be this mail's fault."""
        try:
            self._socket()
            code, text = data()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome(Result.DEFERRED, words.for_error(error))
        return None if code == 354 else self._refused_content(code, text)

    def _reply_to_what_was_sent_ahead(self) -> tuple[int, bytes]:
        if not self._is_answer_here():
            self._before_wait()
        return self._connected().getreply()

    def _is_answer_here(self) -> bool:
        """Whether the server has answered, or does at once."""
        smtp = self._smtp
        if smtp is None or smtp.sock is None or smtp.file is None:
            return False
        try:
            smtp.sock.settimeout(0)
            with suppress(ssl.SSLWantReadError):
                if smtp.file.peek(1):
                    return True
            return bool(select.select([smtp.sock], [], [], AT_ONCE_SECONDS)[0])
        except (OSError, ValueError):  # the connection is gone
            return False
        finally:
            smtp.sock.settimeout(self._timeout())

    def _commands_for(self, envelope: Envelope | None) -> bytes:
        """Return MAIL, RCPT and DATA as they may follow a final dot; nothing if they may not."""
        smtp = self._connected()
        if envelope is None or not smtp.has_extn("pipelining"):
            return b""
        if not (is_plain(envelope.sender) and is_plain(envelope.recipient)):
            return b""
        body = " body=8bitmime" if smtp.has_extn("8bitmime") else ""
        self._ahead = envelope
        return (
            f"mail FROM:<{envelope.sender}>{body}\r\nrcpt TO:<{envelope.recipient}>\r\ndata\r\n"
        ).encode("ascii")

    def _transfer(self, content: bytes, before_dot: Callable[[], bool]) -> Outcome | None:
        """Send the content; return why its end is not to follow."""
        if self._remaining_seconds() < TRANSFER_SECONDS:
            raise NoTimeError
        if not self._connected().has_extn("8bitmime"):
            content = as_seven_bit(content)
        try:
            self._socket().sendall(content)
        except OSError as error:
            self._drop()
            return Outcome(Result.DEFERRED, words.for_error(error))
        if before_dot():
            return None
        self._drop()
        return Outcome(Result.NOT_BEGUN)

    def _finish(self, following: Envelope | None) -> Outcome:
        """Send the final dot. From here on only the server's answer tells what happened."""
        smtp = self._connected()
        ending = FINAL_DOT + self._commands_for(following)
        try:
            connection = self._socket()
            taken = connection.send(ending)
        except OSError as error:
            # What the system did not take from us, the server has not seen.
            self._drop()
            return Outcome(Result.DEFERRED, words.for_error(error))
        try:
            connection.sendall(ending[taken:])
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Outcome(Result.UNCERTAIN, say(words.NO_ANSWER))
        if 200 <= code < 300:  # RFC 5321 §4.2.1: every 2yz says that it is done
            self._taken_on_connection += 1
            return Outcome(Result.ACCEPTED)
        if not 400 <= code < 600:  # no answer to a mail
            self._drop()
            return Outcome(Result.UNCERTAIN, say(words.NO_ANSWER))
        return self._refused_content(code, text)

    def _refused_content(self, code: int, text: bytes) -> Outcome:
        """The server has said, after DATA, that it does not take this mail."""
        if code == CLOSING:
            self._drop()
        elif self._ahead is None:  # (what was sent ahead has begun another one)
            self._reset()
        result = Result.REFUSED if code >= 500 else Result.DEFERRED
        return Outcome(result, words.for_content_reply(code, text))

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._taken_on_connection = 0
            self._smtp = self._connect()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        """Open a connection as Django's backend does: TLS and login as EMAIL_URL asks for."""
        # The greeting, TLS and the login are waited for one after the other.
        timeout = min(self._timeout(), max(1.0, self._remaining_seconds() / 3))
        backend: Any = get_connection(BACKEND, timeout=timeout)
        try:
            backend.open()
            backend.connection.ehlo_or_helo_if_needed()
        except smtplib.SMTPAuthenticationError as error:
            raise ServerTroubleError(words.for_server_reply(error.smtp_code)) from error
        except smtplib.SMTPResponseException as error:
            is_crowded = error.smtp_code == CLOSING
            reason = words.for_server_reply(error.smtp_code)
            raise ServerTroubleError(reason, is_crowded=is_crowded) from error
        except (OSError, smtplib.SMTPException) as error:
            raise ServerTroubleError(words.for_error(error)) from error
        smtp: smtplib.SMTP = backend.connection
        if smtp.sock is not None:
            # The commands of one mail are small and follow each other's answers.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _ask(self, command: Command) -> tuple[int, bytes]:
        """Give a command before the transfer; a lost connection is the server's trouble."""
        try:
            self._socket()
            return command()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise ServerTroubleError(words.for_error(error)) from error

    def _raise_if_server_trouble(self, code: int) -> None:
        if code == CLOSING or code in LOGIN_CODES or code < 400:
            self._drop()
            raise ServerTroubleError(words.for_server_reply(code))

    def _reset(self) -> None:
        """Have the server forget the envelope; a connection that cannot is not used again."""
        if self._smtp is None:
            return
        try:
            self._socket()
            is_reset = self._smtp.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            is_reset = False
        if not is_reset:
            self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        self._ahead = None
        if smtp is not None:
            with suppress(OSError):
                smtp.close()

    def _socket(self) -> socket.socket:
        """Return the connection, which waits no longer than is left. Raises OSError without one."""
        connection = self._smtp.sock if self._smtp else None
        if connection is None:
            raise ConnectionResetError
        connection.settimeout(self._timeout())
        return connection

    def _remaining_seconds(self) -> float:
        return self._ends_at - time.monotonic()

    def _timeout(self) -> float:
        longest = float(settings.EMAIL_TIMEOUT)
        return max(LEAST_TIMEOUT_SECONDS, min(longest, self._remaining_seconds()))


def is_plain(address: str) -> bool:
    """Whether an address can stand in a command as it is: nothing quoted, no line end."""
    return bool(PLAIN_ADDRESS.fullmatch(address))


def is_configured() -> bool:
    """Whether EMAIL_URL names an SMTP server; the console and the bin take no mailings."""
    return bool(settings.OUTBOX_TRANSPORT == BACKEND)


NOT_CONFIGURED: Promise = _("No mail server is set: EMAIL_URL must begin with smtp.")
