"""The least that a municipal site can do: take signed changes, and list posts as WordPress does."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from integrations.municipal.connectors.wordpress.connector import NEEDED_RIGHTS


class Receiver(ThreadingHTTPServer):
    """Answers 200 to every POST and notes when each document came; lists `posts`, if there are."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.arrived: dict[str, float] = {}
        self.posts: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.arrived[json.loads(body)["id"]] = time.monotonic()
        self.answer(b"{}")

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path.endswith("/users/me"):
            capabilities = dict.fromkeys(NEEDED_RIGHTS, True)
            self.answer(json.dumps({"id": 1, "slug": "cop", "capabilities": capabilities}).encode())
            return
        posts = self.server.posts if address.path.endswith("/posts") else []
        size, page = int(asked.get("per_page", 100)), int(asked.get("page", 1))
        part = posts[(page - 1) * size : page * size]
        totals = {"X-WP-Total": len(posts), "X-WP-TotalPages": max(1, -(-len(posts) // size))}
        self.answer(json.dumps(part).encode(), totals)

    def answer(self, body: bytes, headers: dict[str, Any] | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run one, in a thread, while the block runs."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
