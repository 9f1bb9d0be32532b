"""Guarded HTTP (integrations/http) as connectors use it: their limits and their errors."""

from integrations.http import guarded
from integrations.http.guarded import Target, TimeLimit, session_for, time_limit
from integrations.municipal.connectors.base import ConnectorError

__all__ = ["Target", "TimeLimit", "resolve", "session_for", "time_limit"]

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
# From the first byte to connect until the answer is read, however slowly it drips.
TOTAL_SECONDS = 20.0
MOST_ANSWER_BYTES = 64 * 1024


def resolve(url: str) -> Target:
    """Resolve and check the host of a URL, or raise ConnectorError."""
    try:
        return guarded.resolve(url)
    except guarded.HostRefusedError as error:
        raise ConnectorError(error.reason, is_about_destination=True) from error
