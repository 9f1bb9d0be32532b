"""The port through which apps tell cms what became of a document in their channel.

An app registers its channel in `AppConfig.ready`. cms only asks: it knows no channel by name. Each
question is answered with a number of queries that does not grow with what there is to tell.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cms.models.documents import Document

logger = structlog.get_logger(__name__)

# What an action needs if it needs no permission of Django's: that one may publish the page.
PUBLISH = "publish"


class Urgency(IntEnum):
    """How soon somebody should look at it."""

    NOTE = 0
    SOON = 1
    NOW = 2


@dataclass(frozen=True)
class ChannelStatus:
    """What a channel shows of a document at one place, in words for staff.

    `address` is where people find it there, `when` since when it is so, `error` why it is not as
    it should be. `detail_url` leads staff to more; those who hold none of the permissions
    `detail_for` are not sent there.
    """

    place: str
    state: str
    is_current: bool
    address: str = ""
    when: datetime | None = None
    error: str = ""
    note: str = ""
    detail_url: str = ""
    detail_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Action:
    """What staff can do about a document at `place`: an address that takes a POST.

    `permission` is one of Django's ("app.codename"), or `PUBLISH`. The view behind the address
    asks for it again.
    """

    place: str
    label: str
    url: str
    permission: str = PUBLISH


@dataclass(frozen=True)
class Todo:
    """Something that waits for a person; `url` leads to where it can be done, "" to nowhere."""

    text: str
    url: str = ""
    count: int = 1
    urgency: Urgency = Urgency.SOON
    note: str = ""


class Channel(Protocol):
    """A way by which documents reach people."""

    @property
    def name(self) -> str | Promise:
        """Return what staff call it."""
        ...

    def status(self, document: Document) -> Iterable[ChannelStatus]:
        """Tell where the document is by this channel, and in which version."""
        ...

    def actions(self, document: Document) -> Iterable[Action]:
        """Tell what staff can do about the document now."""
        ...

    def todo(self, user: Any) -> Iterable[Todo]:
        """Tell what waits for this person: only what he or she may do something about."""
        ...

    def has(self, document_id: UUID, destination: str) -> bool:
        """Whether the named destination of this channel shows the document now."""
        ...


@dataclass(frozen=True)
class Answer:
    """What one channel said of a document; nothing if it could not be asked."""

    name: str
    statuses: list[ChannelStatus]
    actions: list[Action]
    is_failed: bool = False


_channels: list[Channel] = []


def register(channel: Channel) -> None:
    """Add a channel; called once for each by its app."""
    _channels.append(channel)


def ask(document: Document) -> Iterator[Answer]:
    """Ask every channel about the document; one that fails does not silence the others."""
    for channel in _channels:
        try:
            yield Answer(
                str(channel.name), list(channel.status(document)), list(channel.actions(document))
            )
        except Exception as error:  # one that fails must not hide the answers of the others
            logger.exception("channel_not_checked", **_failure(channel, error))
            yield Answer(str(channel.name), [], [], is_failed=True)


def todo(user: Any) -> list[Todo]:
    """Ask every channel what waits for the person, the most urgent first."""
    found: list[Todo] = []
    for channel in _channels:
        try:
            found += channel.todo(user)
        except Exception as error:  # the same
            logger.exception("channel_not_checked", **_failure(channel, error))
            found.append(Todo(_("%(channel)s: could not be checked") % {"channel": channel.name}))
    return sorted(found, key=lambda one: -one.urgency)


def is_at_destination(document_id: UUID, destination: str) -> bool:
    """Whether any channel has the document at the destination of that name."""
    return any(channel.has(document_id, destination) for channel in _channels)


def _failure(channel: Channel, error: Exception) -> dict[str, str]:
    return {"channel": type(channel).__name__, "error": type(error).__name__}
