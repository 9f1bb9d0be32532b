"""What stands between the municipality's WordPress and the real Razem, and can be at fault."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

Answer = tuple[int, dict[str, str], bytes]
PASSED_ON = ("Content-Type", "ETag", "Retry-After", "Location")


class Front:
    """A server on loopback that passes everything on to Razem, unless `instead` answers.

    `instead` gets the path asked and returns an answer, or None to pass the question on. LOST
    breaks the connection off without an answer.
    """

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.asked: list[tuple[str, int]] = []  # (path, status answered; 0: none)
        self.instead: Callable[[str], Answer | None] = lambda path: None
        self._held: threading.Event | None = None
        self._is_asked = threading.Event()
        front = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                front.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @contextmanager
    def hold(self) -> Iterator[threading.Event]:
        """Keep every answer back meanwhile; the event is set once somebody waits for one."""
        self._held, self._is_asked = threading.Event(), threading.Event()
        try:
            yield self._is_asked
        finally:
            self._held.set()
            self._held = None

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if self._held:
            self._is_asked.set()
            self._held.wait(30)
        found = self.instead(request.path)
        status, headers, body = found or self.pass_on(request)
        self.asked.append((request.path, status))
        if not status:
            request.close_connection = True
            return
        try:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name, value)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:  # who asked was killed
            request.close_connection = True

    def pass_on(self, request: BaseHTTPRequestHandler) -> Answer:
        etag = request.headers.get("If-None-Match")
        headers = {"If-None-Match": etag} if etag else {}
        real = requests.get(self.server_url + request.path, headers=headers, timeout=30)
        kept = {name: real.headers[name] for name in PASSED_ON if name in real.headers}
        return real.status_code, kept, real.content

    def feed_questions(self) -> list[tuple[str, int]]:
        return [asked for asked in self.asked if asked[0].startswith("/api/v1/changes/")]

    def images_asked(self) -> list[str]:
        return [path for path, _ in self.asked if path.startswith("/media/")]


LOST: Answer = (0, {}, b"")


def only(prefix: str, answer: Answer, times: int = 10**9) -> Callable[[str], Answer | None]:
    """Answer so whoever asks for a path that begins so, the next few times."""
    left = [times]

    def instead(path: str) -> Answer | None:
        if not path.startswith(prefix) or not left[0]:
            return None
        left[0] -= 1
        return answer

    return instead
