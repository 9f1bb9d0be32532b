"""Municipal websites on loopback that fail in every way there is, as a seed decides."""

import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.integrations.municipal.receivers import Handler, Receiver, status
from tests.integrations.municipal.worker import LEASE_SECONDS, READ_SECONDS

RETRY_AFTER_SECONDS = 4
# By then every worker knows of it: who was in the middle of others has ended with them.
NOTICED_WITHIN_SECONDS = 2.0
FAULTS_PER_REQUEST = 0.25


class FaultySite:
    """A receiver that keeps the contract, when it does not fail.

    `happened` counts the faults. `foreign_url` is where redirects lead; `kill` ends all workers.
    """

    def __init__(self, seed: int, *, foreign_url: str, kill: Callable[[], None]) -> None:
        self.receiver = Receiver()
        self.happened: Counter[str] = Counter()
        self.is_faulty = True
        self.asked_to_wait: list[float] = []
        self.arrivals: list[float] = []
        self.taken: dict[tuple[str, int, str], float] = {}
        self.early_repeats: list[tuple[str, int, str]] = []
        self._chance = random.Random(seed)
        self._pack: list[str] = []
        self._lock = threading.Lock()
        self._foreign_url = foreign_url
        self._kill = kill
        self._faults: dict[str, tuple[int, Callable[[Handler], None]]] = {
            "500": (3, status(500)),
            "503 with Retry-After": (1, self._ask_to_wait),
            "429": (2, status(429)),
            "reset before": (3, reset),
            "reset after": (3, lambda handler: (self._take(handler), reset(handler))),
            "slow": (3, self._answer_slowly),
            "too slow": (1, self._answer_too_slowly),
            "redirect": (3, self._redirect),
            "garbage": (3, lambda handler: say(handler, b"\x00\xffnothing like HTTP\r\n\r\n")),
            "garbage after": (2, self._take_and_babble),
            "killed before": (2, lambda handler: (self._kill(), reset(handler))),
            "killed after": (2, lambda handler: (self._take(handler), self._kill())),
        }
        self.kinds = set(self._faults)
        self.receiver.always = self._handle

    def _handle(self, handler: Handler) -> None:
        with self._lock:
            self.arrivals.append(time.monotonic())
            name = ""
            if self.is_faulty and self._chance.random() < FAULTS_PER_REQUEST:
                name = self._next_fault()
                self.happened[name] += 1
        with suppress(OSError):  # whoever asked may have been killed
            if name:
                self._faults[name][1](handler)
            else:
                self._take(handler)
                handler.answer(200)
                self._note_taken(handler)

    def _next_fault(self) -> str:
        """Draw from a shuffled pack, so that each comes as often as it should."""
        if not self._pack:
            self._pack = [name for name, (count, _) in self._faults.items() for _ in range(count)]
            self._chance.shuffle(self._pack)
        return self._pack.pop()

    def _take(self, handler: Handler) -> None:
        self.receiver.keep(handler.message)

    def _note_taken(self, handler: Handler) -> None:
        """Remember what was answered 200: only a killed worker's is sent again, after its lease."""
        change = handler.message.change
        key = (change["id"], change["version"], change["action"])
        now = time.monotonic()
        with self._lock:
            if now - self.taken.get(key, -LEASE_SECONDS) < LEASE_SECONDS / 3:
                self.early_repeats.append(key)
            self.taken[key] = now

    def _ask_to_wait(self, handler: Handler) -> None:
        handler.answer(503, Retry_After=str(RETRY_AFTER_SECONDS))
        with self._lock:
            self.asked_to_wait.append(time.monotonic())

    def _answer_slowly(self, handler: Handler) -> None:
        self._take(handler)
        time.sleep(READ_SECONDS / 10)
        handler.answer(200)
        self._note_taken(handler)

    def _answer_too_slowly(self, handler: Handler) -> None:
        self._take(handler)
        time.sleep(READ_SECONDS + 0.3)
        handler.answer(200)

    def _redirect(self, handler: Handler) -> None:
        handler.answer(self._chance.choice([301, 302, 307, 308]), Location=self._foreign_url)

    def _take_and_babble(self, handler: Handler) -> None:
        self._take(handler)
        say(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{not json")

    def impatient_requests(self, kills: list[float]) -> list[float]:
        """Return when requests came although the site had asked for time.

        Not where a worker was killed before it could say so to the others.
        """
        found = []
        for asked_at in self.asked_to_wait:
            noticed_at = asked_at + NOTICED_WITHIN_SECONDS
            if any(asked_at - 0.1 <= killed_at <= noticed_at for killed_at in kills):
                continue
            until = asked_at + RETRY_AFTER_SECONDS
            found += [at - asked_at for at in self.arrivals if noticed_at < at < until]
        return found


def say(handler: Handler, raw: bytes) -> None:
    """Answer with these bytes, and close the connection."""
    handler.wfile.write(raw)
    handler.close_connection = True


def reset(handler: Handler) -> None:
    """Break the connection off so that the other side notices at once."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True


class Listener(ThreadingHTTPServer):
    """Counts the requests that come, and holds those that do until it is told to answer."""

    daemon_threads = True

    def __init__(self, address: str) -> None:
        super().__init__((address, 0), HoldingHandler)
        self.heard: list[bytes] = []
        self.holding = threading.Event()
        self.released = threading.Event()

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host}:{port}/webhook"


class HoldingHandler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        self.server.heard.append(self.requestline.encode() + bytes(self.headers))
        self.server.holding.set()
        with suppress(OSError):
            self.connection.settimeout(30)
            while self.rfile.read(1):  # until the other side gives up
                pass
        self.server.holding.clear()
        self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def listener(address: str) -> Iterator[Listener]:
    """Run a website that never answers."""
    server = Listener(address)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
