"""What every connector offers, answers and raises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from integrations.municipal.changes import Change

COPIED = _(
    "There is another post with our mark there (%(copy)s), and it differs. With our version it "
    "goes to the trash."
)


@dataclass(frozen=True)
class Receipt:
    """A destination has taken a change; `status` is that of its HTTP answer.

    The others are for destinations that say what they stored: under which id and address, a hash
    of what was sent, a hash of what they answered (they may change what they store), the text of
    that for people, and the ids of its pictures there, parted by commas. `lack` is what of the
    document could not be brought, in words for staff: it is there, and may be tried again.
    """

    status: int
    remote_id: str = ""
    remote_url: str = ""
    sent_hash: str = ""
    answer_hash: str = ""
    stored: str = ""
    image_ids: str = ""
    lack: str = ""


@dataclass(frozen=True)
class RemoteItem:
    """Something with our mark at a destination. `version` is None where the mark tells none."""

    remote_id: str
    document_id: UUID
    version: int | None
    answer_hash: str
    is_trashed: bool = False
    stored: str = ""


@dataclass(frozen=True)
class RemotePage:
    """A part of a destination's list; `following` is where the next one starts, "" at the end.

    `total` is how many items the list has, as it says with each part.
    """

    items: tuple[RemoteItem, ...]
    following: str
    total: int


class ConnectorError(Exception):
    """A destination did not take a change; `reason` is in words for staff and holds no secret.

    `permanent`: the same change will hardly ever be taken. `retry_after`: the destination asked
    to be left alone that long. `is_about_destination`: other changes would fare no better.
    `is_gone`: it wants no more changes at all. `is_unclear`: the change may have arrived, or may
    still do so, until the connector's `settles_within` is over.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        is_about_destination: bool = False,
        is_gone: bool = False,
        is_unclear: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.is_about_destination = is_about_destination
        self.is_gone = is_gone
        self.is_unclear = is_unclear


class HeldError(ConnectorError):
    """Somebody there did something to our content, so a person has to decide.

    `finding` is a SyncState.Finding, `theirs` the text as it is there now, with its hash.
    """

    def __init__(
        self, reason: str, *, finding: str, theirs: str = "", theirs_hash: str = ""
    ) -> None:
        super().__init__(reason, permanent=True)
        self.finding = finding
        self.theirs = theirs
        self.theirs_hash = theirs_hash


class CannotListError(ConnectorError):
    """Destinations of this kind cannot be asked what they hold."""


class Connector(Protocol):
    """Talks to one destination, from one thread, on connections that it keeps until `close`.

    Every call ends within `claims.LEASE`. `settles_within` is how long after a request that was
    given up the destination may still write what it asked for; 0 where that does no harm.
    """

    settles_within: timedelta

    def check(self) -> str:
        """Say in words that, and as whom, the destination takes changes; or raise ConnectorError.

        Called before a turn's first change, and by who tests the connection. Changes nothing.
        """
        ...

    def is_loopback_only(self) -> bool:
        """Whether all that is sent stays on this machine; raises ConnectorError."""
        ...

    def upsert(self, change: Change) -> Receipt:
        """Bring the document there in this version, or raise ConnectorError. May be repeated."""
        ...

    def remove(self, change: Change) -> Receipt:
        """Take the document away there, or raise ConnectorError. May be repeated."""
        ...

    def list_remote(self, start: str = "") -> Iterator[RemotePage]:
        """Go through everything there that carries our mark, trashed items too, from `start` on.

        Raises ConnectorError, of destinations that cannot be asked CannotListError.
        """
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


@runtime_checkable
class FillingConnector(Connector, Protocol):
    """A connector that can bring many new documents at once, which is what fills a section."""

    def upsert_new(self, changes: Sequence[Change]) -> dict[UUID, Receipt | ConnectorError]:
        """Bring those of the documents that are certainly not there yet, and tell each outcome.

        What is left out of the answer was not touched, and is to be brought by `upsert`. Ends
        within `claims.LEASE`; an outcome that is unclear is one as in `upsert`.
        """
        ...
