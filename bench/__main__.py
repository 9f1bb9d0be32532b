"""Measure on this machine: how fast the API answers, and how long publishing an event takes.

`make bench`, or `make bench ARGS='--requests 5000'`. Everything happens in a scratch folder, on
SQLite or in the (empty) database that DATABASE_URL names, with the demo content. The client shares
the processors with the server, so that a server of its own answers faster than this.
"""

import argparse
import http.client
import io
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ADDRESSES = ["/healthz", "/api/v1/events/", "/api/v1/organizations/", "/api/v1/changes/?since=0"]
START_SECONDS = 60


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=1000, help="requests for each address")
    parser.add_argument("--publishes", type=int, default=30, help="how often to publish an event")
    return parser.parse_args()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def set_environment(folder: Path, port: int) -> None:
    """Set what production has, with files and, if none is given, a database in `folder`."""
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'razem.sqlite3'}")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(folder),
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SECRETS_KEY": secrets.token_urlsafe(48),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "EMAIL_URL": "dummymail://",
        "API_RATE": "1000000/s",
        "LOG_LEVEL": "WARNING",
    }


def load_content() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    for command in ("migrate", "setup_site", "load_demo"):
        call_command(command, verbosity=0, stdout=io.StringIO())


@contextmanager
def server(port: int) -> Iterator[None]:
    """Run the web server, as in production, while the block runs."""
    command = [sys.executable, "manage.py", "serve", "--workers", "0", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"The server did not start within {START_SECONDS} seconds.")


def durations(action: Callable[[], None], count: int) -> list[float]:
    """Return how many milliseconds each of `count` calls took."""
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        action()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def report(name: str, taken: list[float]) -> None:
    ninety_fifth = statistics.quantiles(taken, n=20)[-1]
    rate = 1000 / statistics.mean(taken)
    print(f"{name:<26} {statistics.median(taken):8.2f} ms {ninety_fifth:8.2f} ms {rate:8.0f} /s")


def measure_reads(port: int, count: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def read(address: str) -> None:
        connection.request("GET", address)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            sys.exit(f"{address} answered {response.status}.")

    for address in ADDRESSES:
        durations(lambda: read(address), 20)  # noqa: B023 (called at once)
        report(address, durations(lambda: read(address), count))  # noqa: B023


def measure_publishing(count: int) -> None:
    from cms.models import EventPage

    event = EventPage.objects.live().first()
    if event is None:
        sys.exit("The demo content has no event to publish.")

    def publish() -> None:
        event.save_revision().publish()

    report("publish an event", durations(publish, count))


def main() -> None:
    options = arguments()
    if options.requests < 2 or options.publishes < 2:
        sys.exit("--requests and --publishes take 2 or more.")
    with tempfile.TemporaryDirectory(prefix="razem-bench-") as folder:
        port = free_port()
        (Path(folder) / "static").mkdir()
        set_environment(Path(folder), port)
        load_content()
        print(f"{'':<26} {'median':>11} {'95 %':>11} {'one client':>11}")
        with server(port):
            measure_reads(port, options.requests)
        measure_publishing(options.publishes)


if __name__ == "__main__":
    main()
