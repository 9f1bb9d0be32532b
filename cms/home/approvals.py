"""„Do zatwierdzenia”: steps of workflows, and what else other apps register for a second person."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from cms.channels import Todo
from cms.home import drafts

# More than that nobody reads at once; pages alone are counted by Wagtail's own report.
MOST = 500

_found_elsewhere: list[Callable[[Any], Iterable[Todo]]] = []


def register(find: Callable[[Any], Iterable[Todo]]) -> None:
    """Add what returns the rows that wait for this person. Call it in `AppConfig.ready`."""
    if find not in _found_elsewhere:
        _found_elsewhere.append(find)


def waiting(user: Any) -> list[Todo]:
    """Return all that waits for the person's approval, pages first, the oldest first."""
    rows = [drafts.task_row(state) for state in drafts.tasks(user)[:MOST]]
    for find in _found_elsewhere:
        rows += islice(find(user), MOST)
    return rows
