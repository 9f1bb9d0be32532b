"""Keeps mails in a Maildir: once `add` returns, a mail outlives every kill."""

import os
import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from mailbox import Maildir
from pathlib import Path

from demo.mailbox.reading import Content, read

# Two mails of one second are told apart by what follows: microseconds, process, count.
NAME = re.compile(r"(\d+)\.M(\d+)P\d+Q(\d+)")
MOST_MAILS = 20_000


class FullError(Exception):
    """The mailbox holds as many mails as it may."""


@dataclass(frozen=True)
class Mail:
    """One mail as one recipient got it; `recipient` and `sender` are those of the envelope."""

    key: str
    recipient: str
    sender: str
    subject: str
    message_id: str
    list_unsubscribe: str
    list_unsubscribe_post: str
    links: list[str]

    @cached_property
    def arrived_at(self) -> float:
        """When the mail was stored, in seconds since 1970."""
        second, microsecond, _count = order(self.key)
        return second + microsecond / 1_000_000


class Store:
    """All mails of the demo. Its methods may be called from any thread."""

    def __init__(self, folder: Path, most: int = MOST_MAILS) -> None:
        self._folder = folder
        self._most = most
        self._lock = threading.Lock()
        self._maildir = open_maildir(folder)
        self._keys = sorted(self._maildir.keys(), key=order)
        self._mails: dict[str, Mail] = {}

    def add(self, raw: bytes, *, sender: str, recipients: Iterable[str]) -> None:
        """Store a copy for each recipient, on the disk before this returns, or raise FullError.

        The envelope comes first, as headers (RFC 5321 §4.4, and Postfix's Delivered-To).
        """
        copies = [envelope(sender, recipient) + raw for recipient in recipients]
        with self._lock:
            if len(self._keys) + len(copies) > self._most:
                raise FullError
            for copy in copies:
                self._keys.append(self._maildir.add(copy))
            sync(self._folder / "new")

    def mails(self, recipient: str = "") -> list[Mail]:
        """Return the mails, newest first: all, or those whose recipient is, or contains, that."""
        with self._lock:
            keys = self._keys[::-1]
        found = []
        for key in keys:
            # A file that was deleted by hand is gone.
            with suppress(KeyError):
                found.append(self.mail(key))
        return [mail for mail in found if is_for(mail, recipient)]

    def mail(self, key: str) -> Mail:
        """Return what the list says of a mail; KeyError if there is none."""
        if key not in self._mails:
            self._mails[key] = summary(key, self.content(key))
        return self._mails[key]

    def content(self, key: str) -> Content:
        """Return a mail taken apart; KeyError if there is none."""
        return read(self.source(key))

    def source(self, key: str) -> bytes:
        """Return a mail as it was stored; KeyError if there is none."""
        with self._lock:
            return self._maildir.get_bytes(key)


def open_maildir(folder: Path) -> Maildir:
    """Open a Maildir, or make it: also what a killed start left without one of its folders."""
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    return Maildir(folder, factory=None, create=False)


def order(key: str) -> tuple[int, int, int]:
    """Return what sorts the names of mails by arrival; foreign files come first."""
    found = NAME.match(key)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def envelope(sender: str, recipient: str) -> bytes:
    return f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode(errors="replace")


def summary(key: str, content: Content) -> Mail:
    return Mail(
        key=key,
        recipient=content.header("Delivered-To"),
        sender=content.header("Return-Path").strip("<>"),
        subject=content.header("Subject"),
        message_id=content.header("Message-ID"),
        list_unsubscribe=content.header("List-Unsubscribe"),
        list_unsubscribe_post=content.header("List-Unsubscribe-Post"),
        links=content.links(),
    )


def is_for(mail: Mail, recipient: str) -> bool:
    """Whether a mail matches what was asked for: a whole address, or a part without „@”."""
    wanted, found = recipient.strip().casefold(), mail.recipient.casefold()
    return wanted == found if "@" in wanted else wanted in found


def sync(folder: Path) -> None:
    """Have the folder's list of files on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
