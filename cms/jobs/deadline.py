"""How long a slice of work may last, and the sign of life that it gives meanwhile."""

import time

from django.utils import timezone

from cms.jobs import state

SLICE_SECONDS = 10.0
BEAT_EVERY_SECONDS = 1.0


class Deadline:
    """The end of one slice of a job, by a clock that never jumps."""

    def __init__(self, job_name: str, *, seconds: float = SLICE_SECONDS) -> None:
        self.job_name = job_name
        self._ends_at = time.monotonic() + seconds
        self._next_beat_at = 0.0

    def is_over(self) -> bool:
        return time.monotonic() >= self._ends_at

    def remaining_seconds(self) -> float:
        """Return what is left, 0 when it is over."""
        return max(0.0, self._ends_at - time.monotonic())

    def beat(self) -> None:
        """Say that the slice is making progress: call it between items, outside transactions.

        The watchdog restarts the worker when jobs wait and nobody says so for 20 s. At most one
        beat a second is written, and none while a transaction that wakes this job goes on.
        """
        now = time.monotonic()
        if now < self._next_beat_at:
            return
        self._next_beat_at = now + BEAT_EVERY_SECONDS
        state.note(self.job_name, beat_at=timezone.now())
