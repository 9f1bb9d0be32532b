"""The servers that a bench starts beside itself."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

START_SECONDS = 60


@contextmanager
def started(
    command: list[str],
    *,
    port: int,
    environment: Mapping[str, str] | None = None,
    stderr: Any = None,
) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a server while the block runs; it begins once the server listens on `port`."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=stderr, env=environment and dict(environment)
    )
    try:
        _wait_for(process, port)
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def running(command: list[str], *, port: int) -> Iterator[None]:
    """Run a server while the block runs; it begins once the server listens on `port`."""
    with started(command, port=port):
        yield


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{process.args!r} did not start within {START_SECONDS} seconds.")
