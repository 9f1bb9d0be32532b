"""Takes mails in by SMTP: for any recipient, and answers 250 only once the mail is on the disk."""

import asyncio

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.mailbox.store import FullError, Store

MOST_BYTES = 10_000_000
MOST_RECIPIENTS = 50
PATIENCE_SECONDS = 30


class Receiver:
    """What the SMTP server asks about each mail; the names of its methods are aiosmtpd's."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        # Also what is not UTF-8 and line ends, which would end the header that keeps it.
        if not address.isprintable():
            return "553 5.1.3 Not an address"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            await asyncio.to_thread(self.keep, envelope)
        except FullError:
            return "452 4.2.2 The mailbox is full: stop the demo and delete its folder"
        except OSError:
            return "451 4.3.0 Cannot write to the disk"
        return "250 2.0.0 Stored"

    def keep(self, envelope: Envelope) -> None:
        sender = envelope.mail_from or ""
        self.store.add(
            envelope.original_content or b"",
            sender=sender if sender.isprintable() else "",
            recipients=envelope.rcpt_tos,
        )


def smtp_server(store: Store, port: int) -> Controller:
    """Return the server; it listens on loopback from `start()` to `stop()`, in its own thread."""
    return Controller(
        Receiver(store),
        hostname="127.0.0.1",
        port=port,
        ready_timeout=PATIENCE_SECONDS,
        server_hostname="localhost",
        ident="Razem demo mailbox",
        data_size_limit=MOST_BYTES,
        enable_SMTPUTF8=True,
    )
