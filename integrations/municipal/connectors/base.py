"""What every connector offers, answers and raises."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from integrations.municipal.changes import Change


@dataclass(frozen=True)
class Receipt:
    """A destination has taken a change; `status` is that of its HTTP answer."""

    status: int


class ConnectorError(Exception):
    """A destination did not take a change; `reason` is in words for staff and holds no secret.

    `permanent`: the same change will hardly ever be taken. `retry_after`: the destination asked
    to be left alone that long. `is_about_destination`: other changes would fare no better.
    `is_gone`: it wants no more changes at all.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        is_about_destination: bool = False,
        is_gone: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.is_about_destination = is_about_destination
        self.is_gone = is_gone


class Connector(Protocol):
    """Talks to one destination, from one thread, on connections that it keeps until `close`.

    Every call ends within `connectors.guarded.TOTAL_SECONDS` and the time of a name look-up.
    """

    def check(self) -> None:
        """Find out where the destination is; raise ConnectorError if it may not be reached."""
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

    def close(self) -> None:
        """Close the connections."""
        ...
