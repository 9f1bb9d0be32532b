"""The kinds of background work that the apps offer; each registers its own in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass

from cms.jobs.deadline import Deadline


@dataclass(frozen=True)
class Job:
    """One kind of background work. It may run twice, at once, be killed anywhere, or never come.

    `run` works on what its tables say is due until the deadline is over, and returns whether more
    is due at once. `is_due` is one cheap query that says whether there is anything to do.
    """

    name: str
    run: Callable[[Deadline], bool]
    is_due: Callable[[], bool]


class UnknownJobError(LookupError):
    """No app has registered a job of that name."""


_jobs: dict[str, Job] = {}


def register(job: Job) -> None:
    """Offer a job; the same one may be registered again, another of its name may not."""
    if _jobs.setdefault(job.name, job) != job:
        raise ValueError(f"Two different jobs are named {job.name!r}.")


def get(name: str) -> Job:
    """Return the job of that name, or raise UnknownJobError."""
    try:
        return _jobs[name]
    except KeyError:
        raise UnknownJobError(name) from None


def all() -> list[Job]:
    """Return every registered job, in the order of registration."""
    return list(_jobs.values())
