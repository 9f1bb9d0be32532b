"""How fast the API refuses what nobody honest sends: 10 MB, NUL, deep nesting, everywhere.

From the first byte sent to the status line read, each time on a new connection, as the server that
production runs answers it. The target is 50 ms.
"""

import base64
import os
import socket
import statistics
import sys
import time
from argparse import Namespace
from contextlib import suppress

from bench.environment import Environment
from bench.processes import running

TRIES = 21
MEGABYTES = 10_000_000
NESTED = b"[" * 5_000_000 + b"]" * 5_000_000
LONGEST_TARGET = 60_000  # above, the server itself answers 414, without asking Django


def request(
    target: bytes = b"/api/v1/events/",
    *,
    method: bytes = b"GET",
    headers: dict[bytes, bytes] | None = None,
    body: bytes = b"",
    is_chunked: bool = False,
) -> bytes:
    """Return a request as it goes over the wire, whatever HTTP says of its parts."""
    fields = {b"Host": b"127.0.0.1", b"Connection": b"close", **(headers or {})}
    if is_chunked:
        fields[b"Transfer-Encoding"] = b"chunked"
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    elif body:
        fields[b"Content-Length"] = b"%d" % len(body)
    lines = b"".join(b"%b: %b\r\n" % field for field in fields.items())
    return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (method, target, lines, body)


def nested_cursor(depth: int) -> bytes:
    return base64.urlsafe_b64encode(b"[" * depth + b"]" * depth).rstrip(b"=")


JSON_BODY = {b"Content-Type": b"application/json"}
FORM_BODY = {b"Content-Type": b"multipart/form-data; boundary=x"}
LIST = b"/api/v1/events/?"
REFUSED: dict[str, bytes] = {
    "10 MB as the body of GET": request(body=b"x" * MEGABYTES),
    "10 MB as the body of POST": request(method=b"POST", headers=JSON_BODY, body=b"x" * MEGABYTES),
    "10 MB of nesting as a body": request(method=b"POST", headers=JSON_BODY, body=NESTED),
    "10 MB of NUL as a form": request(
        method=b"POST", headers=FORM_BODY, body=b"--x\r\n" + b"\0" * MEGABYTES
    ),
    "10 MB in chunks": request(method=b"POST", body=b"x" * MEGABYTES, is_chunked=True),
    "10 MB to the tokens": request(
        method=b"POST", headers={b"Authorization": b"Bearer x"}, body=b"x" * MEGABYTES
    ),
    "10 MB as a path": request(b"/api/v1/" + b"a" * MEGABYTES),
    "10 MB as a query": request(LIST + b"q=" + b"a" * MEGABYTES),
    "10 MB as a header": request(headers={b"Accept": b"a" * MEGABYTES}),
    "60 KB as a slug": request(b"/api/v1/events/" + b"a" * LONGEST_TARGET + b"/"),
    "60 KB as a path": request(b"/api/v1/" + b"a/" * (LONGEST_TARGET // 2)),
    "60 KB as a value": request(LIST + b"topic=" + b"a" * LONGEST_TARGET),
    "60 KB as a name": request(LIST + b"a" * LONGEST_TARGET + b"=1"),
    "60 KB of parameters": request(LIST + b"a=1&" * (LONGEST_TARGET // 4)),
    "60 KB of ids": request(LIST + b"ids=" + b"," * LONGEST_TARGET),
    "60 KB as a token": request(headers={b"Authorization": b"Bearer " + b"a" * LONGEST_TARGET}),
    "60 KB as a link to a draft": request(b"/api/v1/preview/" + b"a." * 30_000 + b"/"),
    "60 KB as Accept": request(headers={b"Accept": b";q=0 , " * 8000}),
    "NUL in the path": request(b"/api/v1/events/\0/"),
    "NUL in the path, escaped": request(b"/api/v1/events/%00/"),
    "NUL in a value": request(LIST + b"topic=%00"),
    "NUL in a name": request(LIST + b"%00=1"),
    "NUL in a header": request(headers={b"Accept": b"application/\0json"}),
    "NUL as a token": request(headers={b"Authorization": b"Bearer \0"}),
    "NUL in the host": request(headers={b"Host": b"127.0.0.1\0"}),
    "no UTF-8 in a value": request(LIST + b"topic=%ff%fe"),
    "no UTF-8 in the path": request(b"/api/v1/events/%ff%fe/"),
    "nesting in a cursor": request(LIST + b"cursor=" + nested_cursor(1400)),
    "60 KB of nesting in a cursor": request(LIST + b"cursor=" + nested_cursor(20_000)),
    "nesting in a value": request(LIST + b"topic" + b"[a]" * 10_000 + b"=1"),
    "60 KB of dots": request(b"/api/v1/" + b"../" * 20_000),
}


def ask(port: int, message: bytes) -> tuple[int, float]:
    """Return the status of the answer, and the seconds that it took.

    The server may answer and close before it has read everything: then that is the answer.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        started = time.perf_counter()
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(message)
        line = connection.makefile("rb").readline()
        seconds = time.perf_counter() - started
    return int(line.split()[1]), seconds


def run(options: Namespace, environment: Environment) -> None:
    port = environment.web_port
    os.environ["LOG_LEVEL"] = "ERROR"  # each refusal is a warning
    command = [sys.executable, "manage.py", "serve", "--workers", "0", "--port", str(port)]
    print(f"{'':<32} {'status':>6} {'median':>11} {'slowest':>11}")
    with running(command, port=port):
        ask(port, request())
        for name, message in REFUSED.items():
            measure(port, name, message)


def measure(port: int, name: str, message: bytes) -> None:
    answers = [ask(port, message) for _ in range(TRIES)]
    times = [seconds * 1000 for _, seconds in answers]
    statuses = ", ".join(sorted({str(status) for status, _ in answers}))
    print(f"{name:<32} {statuses:>6} {statistics.median(times):>8.1f} ms {max(times):>8.1f} ms")
