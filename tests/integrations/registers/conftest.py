from collections.abc import Iterator
from datetime import timedelta

import pytest

from integrations.registers import limiter
from tests.integrations.registers.register import Register


@pytest.fixture
def register(settings) -> Iterator[Register]:
    """A register on loopback, where the demo may ask."""
    running = Register()
    settings.IS_DEMO = True
    settings.KRS_API_URL = running.url
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def no_second_between(monkeypatch) -> None:
    """Have requests follow each other at once; tests/…/test_limiter.py is about the second."""
    monkeypatch.setattr(limiter, "INTERVAL", timedelta(0))
