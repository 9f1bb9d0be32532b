from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import RequestFactory
from django.utils import timezone

from cms.models import JobState
from config import health


def test_healthz_asks_no_database(rf: RequestFactory) -> None:
    answer = health.healthz(rf.get("/healthz"))

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_with_a_living_worker_is_ready(rf: RequestFactory) -> None:
    JobState.objects.create(name="heartbeat", finished_at=timezone.now())

    answer = health.readyz(rf.get("/readyz"))

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("max-age=0")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("beat", "reason"),
    [
        (None, b"has not run yet"),
        (timedelta(seconds=90), b"silent for 90 seconds"),
    ],
)
def test_readyz_without_a_living_worker_says_so(
    rf: RequestFactory, beat: timedelta | None, reason: bytes
) -> None:
    if beat:
        JobState.objects.create(name="heartbeat", finished_at=timezone.now() - beat)

    answer = health.readyz(rf.get("/readyz"))

    assert answer.status_code == 503
    assert reason in answer.content


@pytest.mark.django_db
def test_readyz_without_all_migrations_says_so(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *args: [("one", False)])

    answer = health.readyz(rf.get("/readyz"))

    assert answer.status_code == 503
    assert b"1 not applied" in answer.content
    assert b'"worker": "unknown"' in answer.content


def test_readyz_without_a_database_tells_no_secret(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise OperationalError("connection to server at db.internal, user razem: refused")

    monkeypatch.setitem(health.CHECKS, "database", fail)

    answer = health.readyz(rf.get("/readyz"))

    assert answer.status_code == 503
    assert b"failed: OperationalError" in answer.content
    assert b"db.internal" not in answer.content
