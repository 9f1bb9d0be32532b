"""Workers killed in the middle of a sweep: the next one goes on, and two do not work at once."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings as django_settings
from django.db import connection

from integrations.registers.models import Bulletin, KrsEntry
from tests.cms.jobs.installation import wait_until
from tests.integrations.registers.helpers import profile, waiting
from tests.integrations.registers.register import Register

pytestmark = pytest.mark.django_db(transaction=True)
PROFILES = 40
KILLS = 6


@contextmanager
def worker(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker on the test's own database, and kill it at the end."""
    name = str(django_settings.DATABASES["default"]["NAME"])
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{name}" if connection.vendor == "sqlite" else f"{url}/{name}",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "tests.integrations.registers.worker", address]
    process = subprocess.Popen(command, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def unanswered() -> int:
    return KrsEntry.objects.filter(outcome="").count()


def test_sweep_goes_on_after_each_kill_and_ends(register: Register) -> None:
    for number in range(PROFILES):
        krs = f"{9999100 + number:010}"
        profile(krs, nip="" if number == 0 else "9990000014")
        register.enter(krs)
    chance = random.Random(40)

    done_at_kills = []
    for _ in range(KILLS):
        asked = len(register.asked)
        with worker(register.url) as process:
            wait_until(lambda asked=asked: len(register.asked) > asked, 60, "it asks again")
            time.sleep(chance.uniform(0.0, 0.15))
            process.kill()
        done_at_kills.append(unanswered())
    with worker(register.url):
        wait_until(lambda: KrsEntry.objects.count() == PROFILES and not unanswered(), 60)

    # The kills fell into the middle of it, or they would prove nothing.
    assert done_at_kills[-1] > 0
    # A kill costs the request that was on its way, and no more.
    assert sum(Counter(register.numbers).values()) <= PROFILES + KILLS
    assert Bulletin.objects.get().state == "read"
    assert waiting() == {"nip": "9990000014"}


def test_two_workers_ask_about_each_profile_once(register: Register) -> None:
    for number in range(PROFILES):
        krs = f"{9999100 + number:010}"
        profile(krs)
        register.enter(krs)
    with worker(register.url), worker(register.url):
        wait_until(lambda: KrsEntry.objects.count() == PROFILES and not unanswered(), 90)
    assert set(Counter(register.numbers).values()) == {1}
