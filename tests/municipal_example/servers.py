"""The example site as a real process, and a small Razem for it to pull from."""

import base64
import contextlib
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from standardwebhooks import Webhook

SCRIPT = Path(__file__).parents[2] / "docs" / "municipal" / "example_site.py"
PATIENCE_SECONDS = 30
SECRET = "whsec_" + base64.b64encode(b"the first secret of the tests").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"the second secret of the tests").decode()


def wait_until(condition: Callable[[], Any]) -> None:
    """Return once the condition holds; fail after PATIENCE_SECONDS."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up_at, "it did not come true"
        time.sleep(0.05)


class Site:
    """One run of example_site.py on a free port."""

    def __init__(self, data: Path, *arguments: str) -> None:
        data.mkdir(exist_ok=True)
        self.log = data / "log.txt"
        command = [sys.executable, str(SCRIPT), *arguments, "--data", str(data), "--port", "0"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(lambda: self._address() or self.process.poll() is not None)
        self.url = self._address()
        assert self.url, self.log.read_text()

    def _address(self) -> str:
        found = re.search(r"serving on (http://\S+:\d+)/", self.log.read_text())
        return found[1] if found else ""

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=10)

    def page(self, path: str = "/") -> str:
        answer = self.get(path)
        answer.encoding = "utf-8"
        return answer.text

    def copy(self) -> dict[str, Any]:
        copy: dict[str, Any] = self.get("/copy.json").json()
        return copy

    def slugs(self) -> set[str]:
        return {document["slug"] for document in self.copy()["documents"].values()}

    def post(self, body: bytes, headers: dict[str, str]) -> requests.Response:
        return requests.post(self.url + "/webhook", data=body, headers=headers, timeout=10)

    def deliver(self, change: dict[str, Any], secret: str = SECRET) -> requests.Response:
        body = json.dumps(change).encode()
        return self.post(body, signed(body, secret=secret))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


@contextlib.contextmanager
def site(data: Path, *arguments: str) -> Iterator[Site]:
    running = Site(data, *arguments)
    try:
        yield running
    finally:
        running.kill()


def signed(body: bytes, *, secret: str = SECRET, age_seconds: int = 0) -> dict[str, str]:
    """Return the three headers of Standard Webhooks, by the library that Razem signs with."""
    sent_at = datetime.now(UTC) - timedelta(seconds=age_seconds)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", sent_at, body.decode()),
    }


class Razem:
    """The change feed of a small Razem on loopback, with everything that it was asked."""

    def __init__(self, *, epoch: str = "epoch-1", page_size: int = 100) -> None:
        self.epoch, self.page_size = epoch, page_size
        self.changes: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, int]] = []  # (query, status answered)
        self.asked_at: list[float] = []  # seconds, of the same
        self.refusal: tuple[int, dict[str, str]] | None = None  # (status, headers) for everyone
        self.on_page: Callable[[int], None] = lambda since: None
        self.port = 0
        self.start()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"

    def start(self) -> None:
        razem = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                razem.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def publish(self, *changes: dict[str, Any]) -> None:
        self.changes |= {change["id"]: change for change in changes}

    def restore(self, epoch: str, *changes: dict[str, Any]) -> None:
        self.epoch, self.changes = epoch, {}
        self.publish(*changes)

    def sequence(self) -> int:
        return max((change["sequence"] for change in self.changes.values()), default=0)

    def documents(self) -> dict[str, Any]:
        live = (change for change in self.changes.values() if change["action"] == "upsert")
        return {change["id"]: change["document"] for change in live}

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        query = urlsplit(request.path).query
        parameters = {name: values[0] for name, values in parse_qs(query).items()}
        since = int(parameters["since"])
        self.on_page(since)
        if self.refusal:
            status, headers = self.refusal
            return self.send(request, query, status, {"status": status}, headers)
        etag = f'"{self.epoch}-{self.sequence()}"'
        if parameters.get("epoch", self.epoch) != self.epoch or since > self.sequence():
            return self.send(request, query, 410, {"status": 410, "title": "Start again from 0"})
        if request.headers.get("If-None-Match") == etag:
            return self.send(request, query, 304, None)
        return self.send(request, query, 200, self.feed(since), {"ETag": etag})

    def feed(self, since: int) -> dict[str, Any]:
        ordered = sorted(self.changes.values(), key=lambda change: change["sequence"])
        later = [change for change in ordered if change["sequence"] > since]
        results = later[: self.page_size]
        reached = results[-1]["sequence"] if results else since
        # Behind another name, as where SITE_URL and the address asked differ.
        following = f"http://razem.invalid/api/v1/changes/?since={reached}&epoch={self.epoch}"
        return {
            "epoch": self.epoch,
            "next": following if len(later) > len(results) else None,
            "sequence": reached,
            "results": results,
        }

    def send(
        self,
        request: BaseHTTPRequestHandler,
        query: str,
        status: int,
        content: Any,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.asked.append((query, status))
        self.asked_at.append(time.monotonic())
        body = b"" if content is None else json.dumps(content).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)
