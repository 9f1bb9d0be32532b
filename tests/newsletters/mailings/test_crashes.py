"""Workers that are killed, stopped and doubled in the middle of a mailing: nobody is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from django.conf import settings as django_settings
from django.db import connection

from cms.jobs.tasks import run_slice
from newsletters.mailings import selectors, services
from newsletters.mailings.models import Delivery, Mailing
from tests.cms.jobs.installation import wait_until
from tests.newsletters.mailings import ledgers
from tests.newsletters.smtp_server import Hang, SmtpServer, Stage

pytestmark = pytest.mark.django_db(transaction=True)
State = Mailing.State
LEASE_SECONDS = 3.0


class Workers:
    """Worker processes on the test's own database and mail server."""

    def __init__(self, port: int) -> None:
        name = str(django_settings.DATABASES["default"]["NAME"])
        url = os.environ["DATABASE_URL"].rpartition("/")[0]
        sqlite = f"sqlite:///{name}"
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": sqlite if connection.vendor == "sqlite" else f"{url}/{name}",
            "LOG_LEVEL": "ERROR",
        }
        self._port = port
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.newsletters.mailings.worker"]
        process = subprocess.Popen(
            [*command, str(self._port), str(LEASE_SECONDS)], env=self._environment
        )
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        self.running.remove(process)


@contextmanager
def workers(port: int, count: int) -> Iterator[Workers]:
    group = Workers(port)
    try:
        for _ in range(count):
            group.start()
        yield group
    finally:
        for process in [*group.running]:
            group.kill(process)


def is_ended(made: Mailing) -> bool:
    return Mailing.objects.get(pk=made.pk).state == State.FINISHED


def test_mailing_survives_ten_kills_without_loss_or_repetition(smtp: SmtpServer) -> None:
    smtp.script.reply_seconds = 0.002
    made = ledgers.mailing(ledgers.subscribers(600))
    kills = 10
    chance = random.Random(600)

    with workers(smtp.port, 2) as group:
        assert smtp.wait_for(20, seconds=60)
        for _ in range(kills):
            time.sleep(chance.uniform(0.1, 0.6))
            group.kill(chance.choice(group.running))
            group.start()
        killed_at = len(smtp.mails)
        wait_until(lambda: is_ended(made), 120, "the mailing finished")

    # The kills fell into the middle of it, or they would prove nothing.
    assert 20 < killed_at < 600
    counts = selectors.progress(made).counts
    uncertain = counts.get("uncertain", 0)
    assert uncertain <= kills
    assert counts == {"accepted": 600 - uncertain} | ({"uncertain": uncertain} if uncertain else {})
    copies = smtp.copies()
    assert max(copies.values()) == 1
    states = ledgers.states(made)
    got_none = {address for address in states if copies[address] == 0}
    assert got_none <= {address for address, state in states.items() if state == "uncertain"}


def test_two_workers_share_a_mailing_and_send_one_copy_each(smtp: SmtpServer) -> None:
    made = ledgers.mailing(ledgers.subscribers(200))
    with workers(smtp.port, 3):
        wait_until(lambda: is_ended(made), 60, "the mailing finished")

    assert Counter(smtp.copies().values()) == {1: 200}
    assert selectors.progress(made).counts == {"accepted": 200}
    assert len({mail.connection for mail in smtp.mails}) > 1


def test_worker_stopped_longer_than_its_lease_writes_no_outcome(smtp: SmtpServer) -> None:
    made = ledgers.mailing(ledgers.subscribers(1))
    smtp.script.faults = [Hang(Stage.DOT, times=1)]
    with workers(smtp.port, 1) as group:
        [sleeper] = group.running
        assert smtp.wait_until(lambda: bool(smtp.unanswered), 30)
        sleeper.send_signal(signal.SIGSTOP)
        time.sleep(LEASE_SECONDS + 0.5)
        run_slice(services.JOB_NAME)
        assert selectors.progress(made).counts == {"uncertain": 1}
        token_before = Delivery.objects.get().token

        smtp.release()
        sleeper.send_signal(signal.SIGCONT)
        time.sleep(1.5)

    assert selectors.progress(made).counts == {"uncertain": 1}
    assert Delivery.objects.get().token == token_before
    assert smtp.copies() == {"osoba-0@example.org": 1}


def test_worker_stopped_before_the_transfer_sends_nothing_when_it_wakes(smtp: SmtpServer) -> None:
    made = ledgers.mailing(ledgers.subscribers(1))
    smtp.script.faults = [Hang(Stage.RCPT, times=1)]
    with workers(smtp.port, 1) as group:
        [sleeper] = group.running
        assert smtp.wait_until(lambda: smtp.attempts["osoba-0@example.org"] == 1, 30)
        time.sleep(0.2)
        sleeper.send_signal(signal.SIGSTOP)
        time.sleep(LEASE_SECONDS + 0.5)
        smtp.script.faults = []
        run_slice(services.JOB_NAME)
        assert selectors.progress(made).counts == {"accepted": 1}

        smtp.release()
        sleeper.send_signal(signal.SIGCONT)
        time.sleep(1.5)

    assert smtp.copies() == {"osoba-0@example.org": 1}
    assert is_ended(made)


def test_same_slice_three_times_at_once_sends_one_copy_each(smtp: SmtpServer) -> None:
    made = ledgers.mailing(ledgers.subscribers(60))

    def run() -> None:
        with closing(connection):
            run_slice(services.JOB_NAME)

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(run) for _ in range(3)]:
            done.result()

    run_slice(services.JOB_NAME)
    assert Counter(smtp.copies().values()) == {1: 60}
    assert is_ended(made)
