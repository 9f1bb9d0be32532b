"""How fast the API answers, and how long publishing an event takes, with the demo content.

The client shares the processors with the server, so that a server of its own answers faster.
"""

import http.client
import statistics
import sys
import time
from argparse import Namespace
from collections.abc import Callable

from bench.environment import Environment, call
from bench.processes import running
from cms.models import EventPage

ADDRESSES = ["/healthz", "/api/v1/events/", "/api/v1/organizations/", "/api/v1/changes/?since=0"]


def run(options: Namespace, environment: Environment) -> None:
    call("load_demo")
    port = environment.web_port
    # As in production.
    command = [sys.executable, "manage.py", "serve", "--workers", "0", "--port", str(port)]
    print(f"{'':<26} {'median':>11} {'95 %':>11} {'one client':>11}")
    with running(command, port=port):
        measure_reads(port, options.requests)
    measure_publishing(options.publishes)


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
    event = EventPage.objects.live().first()
    if event is None:
        sys.exit("The demo content has no event to publish.")

    def publish() -> None:
        event.save_revision().publish()

    report("publish an event", durations(publish, count))


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
