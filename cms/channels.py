"""The port through which apps tell cms what became of a document in their channel.

An app registers its channel in `AppConfig.ready`. cms only asks: it knows no channel by name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from cms.models.documents import Document


@dataclass(frozen=True)
class ChannelStatus:
    """What a channel shows of a document, in words for staff."""

    channel: str
    place: str
    state: str
    is_current: bool
    address: str = ""


class Channel(Protocol):
    """A way by which documents reach people."""

    def status(self, document: Document) -> Iterator[ChannelStatus]:
        """Tell where the document is by this channel, and in which version."""
        ...

    def has(self, document_id: UUID, destination: str) -> bool:
        """Whether the named destination of this channel shows the document now."""
        ...


_channels: list[Channel] = []


def register(channel: Channel) -> None:
    """Add a channel; called once for each by its app."""
    _channels.append(channel)


def statuses(document: Document) -> list[ChannelStatus]:
    """Ask every channel where the document is."""
    return [status for channel in _channels for status in channel.status(document)]


def is_at_destination(document_id: UUID, destination: str) -> bool:
    """Whether any channel has the document at the destination of that name."""
    return any(channel.has(document_id, destination) for channel in _channels)
