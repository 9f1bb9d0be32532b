"""One GET whose answer is read whole, but never beyond its limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import requests
from urllib3.exceptions import HTTPError

from integrations.http.guarded import TimeLimit, time_limit

PIECE_BYTES = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """How long a request may take, and how many bytes its answer may have.

    A read time-out counts anew with every byte, `total_seconds` does not.
    """

    connect_seconds: float
    read_seconds: float
    total_seconds: float
    most_bytes: int


@dataclass(frozen=True)
class Fetched:
    """An answer as it came; nothing in it is to be trusted. Redirects are answers too."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class FetchError(Exception):
    """There is no whole answer; `why` says what was wrong."""

    class Why(StrEnum):
        UNREACHABLE = "unreachable"
        CERTIFICATE = "certificate"
        TOO_SLOW = "too_slow"
        TOO_LARGE = "too_large"

    def __init__(self, why: "FetchError.Why") -> None:
        super().__init__(why.value)
        self.why = why


def fetch(
    session: requests.Session, url: str, *, limits: Limits, headers: Mapping[str, str]
) -> Fetched:
    """Return the answer to a GET over a guarded session, or raise FetchError.

    After an error the session's connection is of no use: close it.
    """
    with time_limit(limits.total_seconds) as limit:
        try:
            fetched = _exchange(session, url, limits, headers, limit)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise FetchError(_why(error, limit)) from error
        if limit.has_ended:
            raise FetchError(FetchError.Why.TOO_SLOW)
    return fetched


def _exchange(
    session: requests.Session,
    url: str,
    limits: Limits,
    headers: Mapping[str, str],
    limit: TimeLimit,
) -> Fetched:
    with session.get(
        url,
        headers={"Accept-Encoding": "identity", **headers},
        timeout=(limits.connect_seconds, limits.read_seconds),
        allow_redirects=False,
        stream=True,
    ) as response:
        body = bytearray()
        while piece := response.raw.read(PIECE_BYTES, decode_content=False):
            body += piece
            if len(body) > limits.most_bytes:
                raise FetchError(FetchError.Why.TOO_LARGE)
            if limit.has_ended:
                raise FetchError(FetchError.Why.TOO_SLOW)
        return Fetched(response.status_code, response.headers, bytes(body))


def _why(error: Exception, limit: TimeLimit) -> FetchError.Why:
    if limit.has_ended or isinstance(error, requests.Timeout | TimeoutError):
        return FetchError.Why.TOO_SLOW
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError.Why.CERTIFICATE
    return FetchError.Why.UNREACHABLE
