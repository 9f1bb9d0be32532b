"""One connection to the server: RFC 5321, as far as the script lets it."""

import asyncio
import email.policy
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import Protocol, cast

from tests.newsletters.smtp_server.script import Answer, Fault, Hang, Script, Stage

PATH = re.compile(r"(?:FROM|TO):\s*<([^>]*)>\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Mail:
    """A mail whose final dot has come. `options` are the parameters of MAIL (BODY=8BITMIME)."""

    sender: str
    recipients: list[str]
    content: bytes
    connection: int
    options: list[str]
    at: float = field(default_factory=time.time)
    # Of unanswered mails: whether it was delivered all the same.
    is_taken: bool = True

    @property
    def recipient(self) -> str:
        [only] = self.recipients
        return only

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class Server(Protocol):
    """What a connection asks and tells; all of it in the server's thread."""

    script: Script

    def opened(self, session: "Session") -> tuple[int, str]:
        """Count the connection; return its number and the greeting."""

    def closed(self, session: "Session") -> None: ...

    def asked(self, address: str) -> None:
        """There was a RCPT for the address."""

    def fault(self, stage: Stage, addresses: list[str]) -> Fault | None: ...

    def hang(self, go_on: Callable[[], None]) -> None:
        """Call `go_on` at the next release."""

    def withhold(self, mail: Mail) -> None:
        """The mail gets no answer, or none yet."""

    def accept(self, mail: Mail) -> None:
        """The mail gets its 250 now."""

    def is_withheld(self, mail: Mail) -> bool: ...


class Session(asyncio.Protocol):
    """One connection: a command, or a mail's content, at a time, however much has come in."""

    transport: asyncio.Transport

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = bytearray()
        self._is_waiting = False
        self._is_logged_in = False
        self._login_lines = 0
        self._mails = 0
        self._searched = 0  # so far, of the content, for its end
        self._reset()

    def _reset(self) -> None:
        self._sender: str | None = None
        self._options: list[str] = []
        self._recipients: list[str] = []
        self._is_content = False
        self._has_begun = False

    # --- The connection --------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._number, greeting = self._server.opened(self)
        delay = self._server.script.greeting_seconds
        self._at(Stage.CONNECT, [], lambda: self._answer(greeting, delay))

    def connection_lost(self, error: Exception | None) -> None:
        self._server.closed(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._process()

    def _process(self) -> None:
        while not self._is_waiting and not self.transport.is_closing():
            if not (self._take_content() if self._is_content else self._take_line()):
                return

    def _take_line(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        line = self._buffer[:end].decode(errors="surrogateescape")
        del self._buffer[: end + 2]
        if self._login_lines:
            self._login()
        else:
            self._command(line)
        return True

    # --- Answers ---------------------------------------------------------------------------------

    def _answer(
        self, reply: str, seconds: float = 0, before: Callable[[], None] = lambda: None
    ) -> None:
        """Say `reply` when it is time for it, right after `before`, unless the client has left."""
        delay = seconds + self._server.script.reply_seconds
        if delay > 0:
            self._is_waiting = True
            asyncio.get_running_loop().call_later(delay, self._answer_late, reply, before)
        else:
            self._say(reply, before)

    def _answer_late(self, reply: str, before: Callable[[], None]) -> None:
        self._is_waiting = False
        self._say(reply, before)
        self._process()

    def _say(self, reply: str, before: Callable[[], None]) -> None:
        if self.transport.is_closing():
            return
        before()
        self.transport.write(reply.encode() + b"\r\n")
        if reply.startswith(("421", "221")):
            self.transport.close()

    def _at(self, stage: Stage, addresses: list[str], as_usual: Callable[[], None]) -> None:
        """Do `as_usual`, unless the script has a fault here."""
        match self._server.fault(stage, addresses):
            case None:
                as_usual()
            case Hang():
                self._hang(as_usual)
            case _:
                self.transport.abort()

    def _hang(self, as_usual: Callable[[], None]) -> None:
        def go_on() -> None:
            self._is_waiting = False
            as_usual()
            self._process()

        self._is_waiting = True
        self._server.hang(go_on)

    def _scripted(self, answer: Answer, addresses: list[str]) -> str:
        """Return what the script answers about the first of the addresses that it knows, or ""."""
        if isinstance(answer, str):
            return answer
        ask = answer if callable(answer) else answer.get
        return next((reply for address in addresses if (reply := ask(address))), "")

    # --- Commands --------------------------------------------------------------------------------

    def _command(self, line: str) -> None:
        verb, _space, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                self._ehlo()
            case "MAIL" | "RCPT" as name:
                self._path(name, rest)
            case "DATA":
                self._data()
            case "AUTH":
                self._auth(rest)
            case "RSET":
                self._reset()
                self._answer("250 2.0.0 Forgotten")
            case "HELO" | "NOOP":
                self._answer("250 localhost")
            case "QUIT":
                self._answer("221 2.0.0 Bye")
            case _:
                self._answer("502 5.5.1 Not known here")

    def _ehlo(self) -> None:
        self._reset()
        script = self._server.script
        lines = ["localhost", *script.extensions]
        if script.auth:
            lines.append("AUTH PLAIN LOGIN")
        self._answer("".join(f"250-{line}\r\n" for line in lines[:-1]) + f"250 {lines[-1]}")

    def _auth(self, rest: str) -> None:
        mechanism, *initial = rest.split()
        lines = {"PLAIN": 1, "LOGIN": 2}.get(mechanism.upper())
        if not self._server.script.auth or lines is None:
            self._answer("504 5.5.4 Not offered")
            return
        self._login_lines = lines - len(initial) + 1
        self._login()

    def _login(self) -> None:
        """Ask for the next line of a login; the script decides, whatever was said."""
        self._login_lines -= 1
        if self._login_lines:
            self._answer("334 ")
            return
        reply = self._server.script.auth
        self._is_logged_in = reply.startswith("2")
        self._answer(reply)

    def _path(self, name: str, rest: str) -> None:
        match = PATH.match(rest)
        if match is None:
            self._answer("501 5.5.4 Not an address")
            return
        address, options = match.groups()
        if name == "MAIL":
            self._at(Stage.MAIL, [address], lambda: self._mail(address, options.split()))
        else:
            self._server.asked(address)
            self._at(Stage.RCPT, [address], lambda: self._rcpt(address))

    def _mail(self, sender: str, options: list[str]) -> None:
        reply = self._why_no_mail(options) or self._scripted(self._server.script.mail, [sender])
        if not reply or reply.startswith("2"):
            self._sender, self._options = sender, options
        self._answer(reply or "250 2.1.0 OK")

    def _why_no_mail(self, options: list[str]) -> str:
        script = self._server.script
        most, limit = script.most_mails_per_connection, script.size_limit()
        sizes = [int(option[5:]) for option in options if option.upper().startswith("SIZE=")]
        if self._sender is not None:
            return "503 5.5.1 One at a time"
        if most is not None and self._mails >= most:
            return "421 4.7.0 Enough for this connection"
        if script.is_auth_required and not self._is_logged_in:
            return "530 5.7.0 Authentication required"
        if limit is not None and any(size > limit for size in sizes):
            return "552 5.3.4 Too big"
        return ""

    def _rcpt(self, address: str) -> None:
        if self._sender is None:
            self._answer("503 5.5.1 MAIL first")
            return
        reply = self._scripted(self._server.script.rcpt, [address])
        if not reply or reply.startswith("2"):
            self._recipients.append(address)
        self._answer(reply or "250 2.1.5 OK")

    def _data(self) -> None:
        if not self._recipients and not self._server.script.is_data_open_to_nobody:
            self._answer("503 5.5.1 No recipient")
            return
        self._at(Stage.DATA, self._recipients, self._ask_for_content)

    def _ask_for_content(self) -> None:
        reply = self._scripted(self._server.script.data, self._recipients)
        if not reply:
            # So that the end of an empty mail looks like that of any other.
            self._buffer[:0] = b"\r\n"
            self._is_content = True
            self._searched = 0
        self._answer(reply or "354 Go ahead")

    # --- Content ---------------------------------------------------------------------------------

    def _take_content(self) -> bool:
        """Take the mail if it is complete; return whether anything was done."""
        if not self._has_begun and len(self._buffer) > 2:
            self._has_begun = True
            self._server.begun()
            self._at(Stage.CONTENT, self._recipients, lambda: None)
            return True
        end = self._buffer.find(b"\r\n.\r\n", self._searched)
        if end < 0:
            self._searched = max(0, len(self._buffer) - 4)
            return False
        content = bytes(self._buffer[: end + 2]).replace(b"\r\n.", b"\r\n")[2:]
        del self._buffer[: end + 5]
        self._dot(content)
        return True

    def _dot(self, content: bytes) -> None:
        mail = Mail(
            self._sender or "",
            self._recipients,
            content,
            connection=self._number,
            options=self._options,
        )
        self._mails += 1
        self._reset()
        fault = self._server.fault(Stage.DOT, mail.recipients)
        if fault is None:
            self._judge(mail)
            return
        mail = replace(mail, is_taken=fault.is_taken)
        self._server.withhold(mail)
        if isinstance(fault, Hang):
            self._hang(lambda: self._judge(mail))
        else:
            self.transport.abort()

    def _judge(self, mail: Mail) -> None:
        script = self._server.script
        limit = script.size_limit()
        reply = self._scripted(script.dot, mail.recipients)
        if limit is not None and len(mail.content) > limit:
            reply = "552 5.3.4 Too big"
        if reply and not reply.startswith("2"):
            self._answer(reply, script.dot_seconds)
            return
        if script.dot_seconds + script.reply_seconds > 0 and not self._server.is_withheld(mail):
            self._server.withhold(mail)
        self._answer(
            reply or "250 2.0.0 Taken",
            script.dot_seconds,
            before=lambda: self._server.accept(mail),
        )
