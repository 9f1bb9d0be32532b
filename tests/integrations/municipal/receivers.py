"""A municipal website's receiver on loopback, whose faults are written on a script."""

import base64
import json
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

OTHER_SECRET = "whsec_" + base64.b64encode(b"another secret of at least 24 bytes").decode()
SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cywgbG9uZyBlbm91Z2g="


@dataclass(frozen=True)
class Message:
    """One request as it came in, whatever was answered."""

    headers: dict[str, str]
    change: dict[str, Any]

    @property
    def version(self) -> int:
        version: int = self.change["version"]
        return version


Fault = Callable[["Handler"], None]


class Receiver:
    """Verifies and keeps what is pushed, and refuses older versions, as the contract says.

    `script` holds what to do with the next requests instead of answering 200; `always` what to
    do with every one. `overlaps` lists the (id, version) that came while they were being handled.
    """

    def __init__(self, *secrets: str) -> None:
        self.secrets = secrets or (SECRET,)
        self.messages: list[Message] = []
        self.copy: dict[str, dict[str, Any]] = {}
        self.script: deque[Fault] = deque()
        self.always: Fault | None = None
        self.overlaps: list[tuple[str, int]] = []
        self.paths: list[str] = []
        self.seconds_per_message = 0.0
        self.released = threading.Event()
        self._handling: set[tuple[str, int]] = set()
        self._lock = threading.Lock()
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    @property
    def versions(self) -> list[int]:
        return [message.version for message in self.messages]

    @property
    def slugs(self) -> set[str]:
        return {change["slug"] for change in self.copy.values() if change["document"]}

    def start(self) -> None:
        self.server = _Server(("127.0.0.1", self.port), Handler)
        self.server.receiver = self
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()

    def stop(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def take(self, message: Message) -> None:
        """Store a change unless what is held is as new."""
        change = message.change
        key = (change["id"], change["version"])
        with self._lock:
            self.messages.append(message)
            if key in self._handling:
                self.overlaps.append(key)
            self._handling.add(key)
        time.sleep(self.seconds_per_message)
        with self._lock:
            self._handling.discard(key)
        self.keep(message)

    def keep(self, message: Message) -> None:
        """Hold the change if it is newer than what is held."""
        change = message.change
        with self._lock:
            held = self.copy.get(change["id"])
            if held is None or held["version"] < change["version"]:
                self.copy[change["id"]] = change


class _Server(ThreadingHTTPServer):
    receiver: Receiver
    daemon_threads = True

    def handle_error(self, *where: Any) -> None:
        """Say what went wrong here, but not that whoever asked is gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*where)


class Handler(BaseHTTPRequestHandler):
    server: _Server
    message: Message
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        receiver = self.server.receiver
        receiver.paths.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        verify(receiver.secrets, body, dict(self.headers))
        fault = receiver.script.popleft() if receiver.script else receiver.always
        self.message = message = Message(dict(self.headers), json.loads(body))
        if fault is None:
            receiver.take(message)
            self.answer(200)
        else:
            with receiver._lock:
                receiver.messages.append(message)
            fault(self)

    def do_GET(self) -> None:
        self.server.receiver.paths.append(self.path)
        self.answer(200)

    def answer(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def verify(secrets: tuple[str, ...], body: bytes, headers: dict[str, str]) -> None:
    """Raise, so that the connection breaks off, unless each secret finds its signature."""
    for secret in secrets:
        Webhook(secret).verify(body, headers)


def status(code: int, **headers: str) -> Fault:
    """Answer with a status and headers (`Retry_After="5"`)."""
    return lambda handler: handler.answer(code, **headers)


def hang(handler: Handler) -> None:
    """Say nothing until the test is over."""
    handler.server.receiver.released.wait(30)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """Send a header byte by byte, each well within any read time-out."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.receiver.released.wait(0.05):
        try:
            handler.wfile.write(b"x")
        except OSError:
            return


def flood(handler: Handler) -> None:
    """Answer 200 with a body without end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    handler.server.receiver.flooded = 0  # type: ignore[attr-defined]
    try:
        while not handler.server.receiver.released.is_set():
            handler.wfile.write(b"x" * 65536)
            handler.server.receiver.flooded += 65536  # type: ignore[attr-defined]
    except OSError:
        return


def lose_answer(handler: Handler) -> None:
    """Take the change, and break the connection off instead of answering."""
    receiver = handler.server.receiver
    receiver.take(receiver.messages.pop())
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True
