"""Work on several destinations at once, each in its own thread, so that none waits for another.

A destination that is dead and slow holds up its own thread only, and no process ever has two for
the same destination. A thread that is still waiting for an answer at the end of a slice is left
to finish: its claim is in the ledger, and the next slice of this process waits for it as for its
own.
"""

import threading
from collections.abc import Callable, Iterable

import structlog
from django.db import connection

from cms.jobs.deadline import Deadline

logger = structlog.get_logger(__name__)

MOST_LANES = 8

_lanes: dict[int, threading.Thread] = {}
_errors: dict[int, Exception] = {}
_changed = threading.Condition()


def start(
    destination_ids: Iterable[int], work: Callable[[int, Deadline], object], deadline: Deadline
) -> None:
    """Start a lane for each destination that has none, as far as there are lanes.

    One whose lane has failed waits until `raise_errors` was called.
    """
    with _changed:
        for destination_id in destination_ids:
            is_free = destination_id not in _lanes and destination_id not in _errors
            if is_free and len(_lanes) < MOST_LANES:
                thread = threading.Thread(
                    target=_run,
                    args=[destination_id, work, deadline],
                    name=f"municipal-{destination_id}",
                    daemon=True,
                )
                _lanes[destination_id] = thread
                thread.start()


def wait(seconds: float) -> bool:
    """Wait until a lane ends, at most that long; return whether any runs."""
    with _changed:
        if _lanes:
            _changed.wait(seconds)
        return bool(_lanes)


def raise_errors() -> None:
    """Raise what went wrong, apart from destinations, in any lane since the last time."""
    with _changed:
        errors = list(_errors.values())
        _errors.clear()
    if errors:
        raise errors[0]


def _run(destination_id: int, work: Callable[[int, Deadline], object], deadline: Deadline) -> None:
    error: Exception | None = None
    try:
        work(destination_id, deadline)
    except Exception as raised:  # kept, and raised by whoever waits for the lanes
        logger.exception("sync_lane_failed", destination=destination_id)
        error = raised
    finally:
        connection.close()
        with _changed:
            del _lanes[destination_id]
            if error is not None:
                _errors[destination_id] = error
            _changed.notify_all()
