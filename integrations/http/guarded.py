"""HTTP that goes only where it may, and never takes longer or more than it may.

A host is resolved once a session, every address that it has is checked, and connections are made
to these very addresses: nothing that the name means a moment later is ever connected to. Proxies
and credentials of the environment are not used, redirects not followed.
"""

import ipaddress
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

from cms.stored_words import say
from integrations.http.addresses import Address, host_of, is_allowed, is_loopback

MOST_ADDRESSES = 4


class HostRefusedError(Exception):
    """The host is not found, or may not be connected to; `reason` is in words for staff."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Target:
    """Where a host is: the addresses that it had when it was resolved, all of them allowed."""

    addresses: tuple[Address, ...]

    @property
    def is_loopback_only(self) -> bool:
        return all(is_loopback(address) for address in self.addresses)


def resolve(url: str) -> Target:
    """Resolve and check the host of a URL, or raise HostRefusedError."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host_of(url), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValidationError) as error:
        raise HostRefusedError(say(_("The name of its host cannot be found."))) from error
    texts = dict.fromkeys(str(sockaddr[0]).partition("%")[0] for *_rest, sockaddr in found)
    addresses = tuple(ipaddress.ip_address(text) for text in texts)
    if not addresses or not all(is_allowed(address) for address in addresses):
        raise HostRefusedError(
            say(_("Its host leads into a private network, where nothing may be sent."))
        )
    return Target(addresses[:MOST_ADDRESSES])


def session_for(target: Target) -> requests.Session:
    """Return a session that connects to the target's addresses, whatever the URL's host means."""
    session = _Session()
    session.trust_env = False
    adapter = _GuardedAdapter(target)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _Session(requests.Session):
    """A session that knows no redirects: to look ahead, requests would read the whole answer."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


@contextmanager
def time_limit(seconds: float) -> Iterator["TimeLimit"]:
    """Break the connection of the request inside when it takes longer altogether.

    A read time-out counts anew with every byte; this one does not. The request then raises a
    connection error, and the limit's `has_ended` tells why.
    """
    limit = TimeLimit()
    token = _time_limit.set(limit)
    _watch.add(limit, seconds)
    try:
        yield limit
    finally:
        _watch.remove(limit)
        _time_limit.reset(token)


class TimeLimit:
    """Knows which connection the request is on, and breaks it at the end."""

    def __init__(self) -> None:
        self.has_ended = False
        self._connection: HTTPConnection | None = None

    def watch(self, connection: HTTPConnection) -> None:
        """Break this connection at the end; raise TimeoutError, and close it, if that has come.

        Called before and after it is made: meanwhile there is nothing yet to break.
        """
        self._connection = connection
        if self.has_ended:
            connection.close()
            raise TimeoutError("the time for the whole request is over")

    def end(self) -> None:
        self.has_ended = True
        sock = self._connection.sock if self._connection else None
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # It has ended by itself.


class _Watch:
    """Ends the limits of all threads, from one: to start one for each costs half a request.

    It runs while there are limits, and until the end of the last one that it slept for.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, in a process that was forked: threads are not."""
        self._ends_at: dict[TimeLimit, float] = {}
        self._wakes_at: float | None = None  # None while no thread runs
        self._changed = threading.Condition()

    def add(self, limit: TimeLimit, seconds: float) -> None:
        ends_at = time.monotonic() + seconds
        with self._changed:
            self._ends_at[limit] = ends_at
            if self._wakes_at is None:
                threading.Thread(target=self._run, name="time-limits", daemon=True).start()
                self._wakes_at = ends_at
            elif ends_at < self._wakes_at:
                self._changed.notify()

    def remove(self, limit: TimeLimit) -> None:
        """Have a limit never end, if it has not by now."""
        with self._changed:
            self._ends_at.pop(limit, None)

    def _run(self) -> None:
        with self._changed:
            try:
                while self._ends_at:
                    self._wait_and_end()
            finally:
                self._wakes_at = None

    def _wait_and_end(self) -> None:
        self._wakes_at = min(self._ends_at.values())
        self._changed.wait(max(0.0, self._wakes_at - time.monotonic()))
        now = time.monotonic()
        for limit in [one for one, ends_at in self._ends_at.items() if ends_at <= now]:
            del self._ends_at[limit]
            limit.end()


_watch = _Watch()
os.register_at_fork(after_in_child=_watch.forget)
_time_limit: ContextVar[TimeLimit | None] = ContextVar("time_limit", default=None)


class _Guarded:
    """What guarded connections, plain and TLS, do otherwise than urllib3's."""

    target: Target
    host: str
    port: int
    timeout: Any
    socket_options: Any

    def request(self, *args: Any, **options: Any) -> None:
        self._watch()
        super().request(*args, **options)  # type: ignore[misc]

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._watch()

    def _watch(self) -> None:
        limit = _time_limit.get()
        if limit is not None:
            limit.watch(self)  # type: ignore[arg-type]

    def _new_conn(self) -> socket.socket:
        error: OSError | None = None
        for address in self.target.addresses:
            self._watch()
            try:
                return create_connection(
                    (str(address), self.port), self.timeout, socket_options=self.socket_options
                )
            except OSError as reason:
                error = reason
        if isinstance(error, TimeoutError):
            raise ConnectTimeoutError(self, "timed out") from error
        raise NewConnectionError(self, "not connected") from error  # type: ignore[arg-type]


class _GuardedAdapter(HTTPAdapter):
    """requests' adapter over guarded connections."""

    def __init__(self, target: Target) -> None:
        self._target = target
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        guard = {"target": self._target}
        plain = type("Plain", (_Guarded, HTTPConnection), guard)
        tls = type("Tls", (_Guarded, HTTPSConnection), guard)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }
