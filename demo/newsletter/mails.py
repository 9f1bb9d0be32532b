"""Reads the demo's mailbox over HTTP, as a person would with a browser."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from demo.arrivals import fetch


@dataclass(frozen=True)
class Mail:
    """What the mailbox says of one mail; `list_unsubscribe` is the bare address (RFC 8058)."""

    to: str
    subject: str
    list_unsubscribe: str
    list_unsubscribe_post: str
    links: list[str]
    arrived_at: float

    @classmethod
    def read(cls, found: dict[str, Any]) -> "Mail":
        return cls(
            found["to"],
            found["subject"],
            found["list_unsubscribe"].strip().strip("<>"),
            found["list_unsubscribe_post"],
            found["links"],
            found["arrived_at"],
        )


class Mails:
    """The mails in the mailbox at an address such as http://127.0.0.1:8003."""

    def __init__(self, mailbox: str) -> None:
        self.mailbox = mailbox

    def all(self) -> Iterator[Mail]:
        """Give every mail, the newest first."""
        path: str | None = "/mails.json"
        while path:
            page = fetch(self.mailbox + path)
            yield from map(Mail.read, page["mails"])
            path = page["next"]

    def with_subject(self, subject: str) -> list[Mail]:
        return [mail for mail in self.all() if mail.subject == subject]

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.all() if mail.to == address]

    def differences(
        self, subject: str, recipients: Iterable[str], *, until: float = math.inf
    ) -> list[str]:
        """Return in words who has not exactly one copy, or should have none; empty if all is well.

        Mails that arrived after `until` (seconds since 1970) do not count. Only for sample
        addresses: what is missing is printed.
        """
        wanted = set(recipients)
        mails = (mail for mail in self.with_subject(subject) if mail.arrived_at <= until)
        copies = Counter(mail.to for mail in mails)
        found = [f"„{subject}” has not arrived at {to}" for to in sorted(wanted - set(copies))]
        for to, number in sorted(copies.items()):
            if to not in wanted:
                found.append(f"„{subject}” arrived at {to}, which should not get it")
            elif number > 1:
                found.append(f"„{subject}” arrived {number} times at {to}")
        return found
