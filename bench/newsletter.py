"""How many mails leave in a second: with the ledger, with Django alone, with smtplib alone.

They go into Postfix's smtp-sink, which throws them away; smtp-source shows what it takes at most.
The ways take turns, so that a machine that is busy for a while is so for all of them. The readers
of the mails share the processors with their senders.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
import uuid
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from bench import baselines, edition
from bench.environment import Environment
from bench.processes import running
from newsletters.editions.models import NewsletterPage
from newsletters.mailings.models import Delivery

SOURCE_SESSIONS = 4
MOST_PROCESSES = 4
DJANGO = "Django: EmailMultiAlternatives, send_messages"
LOOP = "smtplib loop without a ledger"
BARE_LOOP = "the same, without sendmail's pass over each mail"
LEDGER = "ledger, one sender"
PARALLEL = {
    "ledger, one process with 2 senders": (1, 2),
    "ledger, one process with 8 senders": (1, 8),
    "ledger, 2 processes with 1 sender": (2, 1),
    "ledger, 2 processes with 2 senders": (2, 2),
    "ledger, 2 processes with 8 senders": (2, 8),
    "ledger, 4 processes with 1 sender": (4, 1),
}
SOURCE = f"Postfix's smtp-source, {SOURCE_SESSIONS} sessions"


class Worker:
    """A process of bench.sender, which sends when it is told to."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def tell(self, mailing_id: int, senders: int) -> None:
        assert self._process.stdin is not None
        print(mailing_id, senders, file=self._process.stdin, flush=True)

    def wait_for(self, word: str) -> None:
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        if said != word:
            sys.exit(f"A sender ended instead of saying {word!r}.")


def run(options: Namespace, environment: Environment) -> None:
    sink = [tool("smtp-sink"), *as_nobody(), f"127.0.0.1:{environment.mail_port}", "100"]
    recipients = edition.subscribe(options.mails)
    page, content = edition.publish(), edition.content(uuid.uuid4())
    size = len(baselines.built(content))
    print(f"{options.mails} mails of {size / 1000:.0f} KB, median of {options.rounds} runs each\n")
    with running(sink, port=environment.mail_port), ExitStack() as stack:
        workers = [stack.enter_context(worker()) for _ in range(MOST_PROCESSES)]
        ways: dict[str, Callable[[], float]] = {
            DJANGO: timed(lambda: baselines.send_by_django(content, recipients)),
            LOOP: timed(lambda: baselines.send_by_smtplib(content, recipients)),
            BARE_LOOP: timed(lambda: baselines.send_barely(content, recipients)),
            LEDGER: with_ledger(page, workers[:1], 1),
            **{
                name: with_ledger(page, workers[:processes], senders)
                for name, (processes, senders) in PARALLEL.items()
            },
            SOURCE: timed(lambda: send_by_source(environment.mail_port, options.mails, size)),
        }
        report(measured(ways, options.rounds, options.mails))


def tool(name: str) -> str:
    """Return the path of one of Postfix's test programs, which are beside its servers."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None:
        sys.exit(f"{name} is missing. It comes with Postfix: scripts/install-debian-packages")
    return path


def as_nobody() -> list[str]:
    """Return what smtp-sink wants of root."""
    return ["-u", "nobody"] if os.geteuid() == 0 else []


@contextmanager
def worker() -> Iterator[Worker]:
    """Have a process ready to send while the block runs."""
    command = [sys.executable, "-m", "bench.sender"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            ready = Worker(process)
            ready.wait_for("ready")
            yield ready
        finally:
            process.terminate()


def timed(send: Callable[[], None]) -> Callable[[], float]:
    """Return what sends, and says how many seconds that took."""

    def seconds() -> float:
        started = time.perf_counter()
        send()
        return time.perf_counter() - started

    return seconds


def with_ledger(
    page: NewsletterPage, workers: Sequence[Worker], senders: int
) -> Callable[[], float]:
    """Return what sends by the product's own job, in each of these processes at once."""

    def seconds() -> float:
        mailing = edition.order(page)
        started = time.perf_counter()
        for one in workers:
            one.tell(mailing.pk, senders)
        for one in workers:
            one.wait_for("done")
        took = time.perf_counter() - started
        left = mailing.deliveries.exclude(state=Delivery.State.ACCEPTED).count()
        if left:
            sys.exit(f"{left} mails were not accepted.")
        return took

    return seconds


def send_by_source(port: int, mails: int, size: int) -> None:
    """Send mails of that size as fast as Postfix's own test program does, connections kept."""
    options = ["-d", "-s", str(SOURCE_SESSIONS), "-l", str(size), "-m", str(mails)]
    addresses = ["-f", "razem@example.org", "-t", "reader@example.org"]
    command = [tool("smtp-source"), *options, *addresses, f"127.0.0.1:{port}"]
    subprocess.run(command, check=True)


def measured(
    ways: dict[str, Callable[[], float]], rounds: int, mails: int
) -> dict[str, list[float]]:
    """Return the mails per second of each way's runs."""
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, seconds in ways.items():
            rates[name].append(mails / seconds())
    return rates


def report(rates: dict[str, list[float]]) -> None:
    median = {name: statistics.median(runs) for name, runs in rates.items()}
    print(f"{'mails per second':<48} {'median':>7} {'lowest':>7} {'highest':>7}")
    for name, runs in rates.items():
        print(f"{name:<48} {median[name]:7.0f} {min(runs):7.0f} {max(runs):7.0f}")
    fastest = max(PARALLEL, key=lambda name: median[name])
    print()
    for name, other, aim in (
        (LEDGER, DJANGO, "aim: 2.5"),
        (LEDGER, LOOP, "aim: 0.6"),
        (LEDGER, BARE_LOOP, "for comparison"),
        (fastest, DJANGO, "aim: 8"),
    ):
        print(f"{median[name] / median[other]:5.2f} × {other}: {name} ({aim})")
