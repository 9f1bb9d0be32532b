"""One request a second, whoever asks: the moments are the database's."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone

from integrations.registers import health, limiter, refreshing
from integrations.registers.krs.errors import KrsError
from integrations.registers.limiter import BusyError
from integrations.registers.models import KrsState
from tests.integrations.registers.register import KRS, status

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def a_second_between(monkeypatch, no_second_between) -> None:
    monkeypatch.setattr(limiter, "INTERVAL", SECOND)
    monkeypatch.setattr(limiter, "PATIENCE", timedelta(minutes=1))


def reserve() -> datetime:
    with closing(connection):
        return limiter.reserve()


@pytest.mark.django_db(transaction=True)
def test_moments_given_to_many_at_once_are_a_second_apart():
    KrsState.load()
    with ThreadPoolExecutor(4) as pool:
        moments = sorted(done.result() for done in [pool.submit(reserve) for _ in range(12)])
    gaps = [after - before for before, after in pairwise(moments)]
    assert min(gaps) >= SECOND


@pytest.mark.django_db
def test_who_would_wait_too_long_is_told_so(monkeypatch):
    monkeypatch.setattr(limiter, "PATIENCE", 3 * SECOND)
    for _ in range(4):
        limiter.reserve()
    with pytest.raises(BusyError, match="za minutę"):
        limiter.reserve()


@pytest.mark.django_db
def test_clock_that_was_set_back_does_not_silence_the_register():
    KrsState.load()
    KrsState.objects.update(next_call_at=timezone.now() + timedelta(days=1))
    assert limiter.reserve() <= timezone.now() + SECOND


@pytest.mark.django_db
def test_retry_after_binds_everybody_and_nothing_is_sent(register):
    register.always = status(429, Retry_After="120")
    with pytest.raises(KrsError):
        refreshing.look_up(KRS)
    register.always = None
    with pytest.raises(BusyError, match="prosi"):
        refreshing.look_up(KRS)
    assert len(register.asked) == 1

    KrsState.objects.update(blocked_until=timezone.now() - SECOND)
    refreshing.look_up(KRS)
    assert KrsState.load().failures == 0


@pytest.mark.django_db
def test_rest_grows_with_each_failure_and_ends_with_an_answer():
    waits = []
    for _ in range(12):
        health.failed(KrsError("…", is_about_register=True))
        waits.append(KrsState.load().rest_until - timezone.now())
    assert waits[0] < timedelta(minutes=1) < waits[4]
    assert waits[-1] <= health.LONGEST_REST * (1 + health.JITTER)
    health.answered()
    state = KrsState.load()
    assert (state.failures, state.rest_until, state.failing_since) == (0, None, None)
