"""What stands between a client and the real server: it cuts pages small, lies, falls silent."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

Answer = tuple[int, dict[str, str], bytes]


class Between:
    """A server on loopback that passes everything on, unless `instead` has another answer.

    `instead` gets the number of the question, from 0, and returns an answer, or None to pass the
    question on. `page_size` takes the place of the client's own limit.
    """

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.page_size = 500
        self.asked: list[str] = []
        self.instead: Callable[[int], Answer | None] = lambda number: None
        between = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                between.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/api/v1"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        number = len(self.asked)
        self.asked.append(request.path)
        status, headers, body = self.instead(number) or self.pass_on(request.path)
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def pass_on(self, path: str) -> Answer:
        asked = path.replace("limit=500", f"limit={self.page_size}")
        real = requests.get(self.server_url + asked, timeout=30)
        return real.status_code, {"Content-Type": real.headers["Content-Type"]}, real.content
