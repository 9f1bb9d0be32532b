"""What every test gets: its own database, files and cache, and no skip that goes unnoticed."""

import os
import shutil
import socket
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django.fixtures import Settings

from cms.search.dictionary import file_path
from tests import database as tests_database
from tests.wordpress import missing_parts

pytest_plugins = ["tests.wordpress"]
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
IN_CI = os.environ.get("CI") == "true"


def pytest_configure(config: pytest.Config) -> None:
    """Change what the environment cannot: before the first test, for the whole run."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    for database in django_settings.DATABASES.values():
        if database["ENGINE"] == "django.db.backends.sqlite3":
            # A file, as in production: WAL, several processes; memory would be shared-cache.
            database.setdefault("TEST", {})["NAME"] = str(Path(database["NAME"]).with_name("tests"))
    tests_database.prepare(config.cache.mkdir("migrated"))


@pytest.fixture(autouse=True)
def own_files_and_cache(settings: Settings, tmp_path: Path) -> None:
    """Give each test empty media folders and an empty cache, whoever else uses the same Redis."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    storages = {**settings.STORAGES}
    for alias, root in (("default", tmp_path / "private"), ("public", tmp_path / "media")):
        options = {**storages[alias]["OPTIONS"], "location": str(root)}
        storages[alias] = {**storages[alias], "OPTIONS": options}
    settings.STORAGES = storages
    settings.CACHES = {
        alias: {**cache, "KEY_PREFIX": uuid4().hex} for alias, cache in settings.CACHES.items()
    }


@pytest.fixture(scope="session", autouse=True)
def kept_dictionary(pytestconfig: pytest.Config) -> Generator[None, None, None]:
    """Keep the dictionary, which takes seconds to write, from one run to the next."""
    kept = Path(pytestconfig.cache.mkdir("dictionary")) / file_path().name
    if kept.exists():
        copy_whole(kept, file_path())
    yield
    if file_path().exists() and not kept.exists():
        copy_whole(file_path(), kept)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file so that no other process sees a part of it."""
    part = target.with_name(f"{target.name}-{uuid4().hex}")
    shutil.copyfile(source, part)
    part.replace(target)


@pytest.fixture
def unused_port() -> int:
    """Return a loopback port on which nothing listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process run all that need WordPress, and give back the migrations' rows.

    Every test that commits must get them back (root page, content types): a flush without it
    leaves new content types, which clash with the rows that the next such test restores.
    """
    for item in items:
        if item.get_closest_marker("wordpress"):
            item.add_marker(pytest.mark.xdist_group("wordpress"))
        for mark in item.iter_markers("django_db"):
            if mark.kwargs.get("transaction"):
                mark.kwargs["serialized_rollback"] = True
        names = getattr(item, "fixturenames", [])
        if {"live_server", "transactional_db"} & set(names):
            names.append("django_db_serialized_rollback")
    keep_groups_together(items)


def keep_groups_together(items: list[pytest.Item]) -> None:
    """Name the group in each id, as pytest-xdist's scheduler wants it (its issue 1386)."""
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        if groups and "PYTEST_XDIST_WORKER" in os.environ and "@" not in item.name:
            item._id = type(item._id).parse(f"{item.nodeid}@{'_'.join(groups)}")


def missing_part(item: pytest.Item) -> str | None:
    """Return why this machine cannot run the test, or None: its markers say what it needs."""
    if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
        return "needs PostgreSQL: DATABASE_URL=postgres://… make test"
    if item.get_closest_marker("sqlite") and connection.vendor != "sqlite":
        return "is about SQLite: make test without DATABASE_URL"
    if item.get_closest_marker("browser") and not CHROMIUM.exists():
        return "needs Chromium: scripts/install-debian-packages, or CHROMIUM=/path/to/it"
    if item.get_closest_marker("wordpress") and missing_parts():
        return missing_parts()
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    reason = missing_part(item)
    if reason:
        pytest.skip(reason)


def is_for_the_other_database(reason: str) -> bool:
    """CI runs everything twice, so a test for one database is skipped on the other, only there."""
    other = "SQLite" if connection.vendor == "postgresql" else "PostgreSQL"
    return other in reason


def fail_instead_of_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """In CI a skipped test is a failed one: there, no part may be missing."""
    if not (IN_CI and report.skipped) or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not is_for_the_other_database(reason):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: may not be skipped in CI. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    fail_instead_of_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    fail_instead_of_skip(report)
    return report
