import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cms.jobs import registry
from cms.jobs.deadline import Deadline
from tests.cms.jobs.installation import Installation, installation, wait_until

RegisterJob = Callable[..., registry.Job]


@pytest.fixture
def register_job(monkeypatch: pytest.MonkeyPatch) -> RegisterJob:
    """Register jobs for one test: those that it names, and no other."""
    monkeypatch.setattr(registry, "_jobs", {})

    def register(
        name: str = "counting",
        run: Callable[[Deadline], bool] = lambda deadline: False,
        is_due: Callable[[], bool] = lambda: False,
    ) -> registry.Job:
        job = registry.Job(name, run=run, is_due=is_due)
        registry.register(job)
        return job

    return register


@pytest.fixture(scope="session")
def worker(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
) -> Iterator[Installation]:
    """One worker for all the tests that leave it as they found it: whole and idle."""
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    with installation(tmp_path_factory.mktemp("worker")) as running:
        running.start("worker")
        running.open_control()
        wait_until(running.is_whole, 60, "the worker started")
        yield running


@pytest.fixture
def own_installation(tmp_path: Path, django_db_setup: None) -> Iterator[Installation]:
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    with installation(tmp_path / "installation") as own:
        yield own
