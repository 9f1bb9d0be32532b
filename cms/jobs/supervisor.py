"""Runs child processes, restarts those that end, and leaves none behind.

Each child is its own session and process group, and runs under the lifeline, so that it and all
that it starts end with the supervisor even when that is killed. The top supervisor itself is the
service manager's to restart. Django is not needed here.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

logger = structlog.get_logger(__name__)

CODE_DIR = Path(__file__).resolve().parents[2]
TICK_SECONDS = 0.2
FIRST_BACKOFF_SECONDS = 0.2
MAX_BACKOFF_SECONDS = 30.0
# A child that ran this long was healthy: its next failure is a first one.
HEALTHY_AFTER_SECONDS = 60.0


@dataclass(frozen=True)
class Child:
    """What to run: a Python module (as for `python -m`) or a `.py` file, with its arguments.

    On stopping, SIGTERM goes to the child alone, and after `stop_seconds` SIGKILL to its group.
    """

    name: str
    command: Sequence[str]
    stop_seconds: float = 15.0
    environment: Mapping[str, str] = field(default_factory=dict)
    log_file: Path | None = None


class Supervisor:
    """Keeps children running. Use it from the main thread; only `restart` is for any thread."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._running = {child.name: _Running(child) for child in children}
        self._to_restart: set[str] = set()
        self._lock = threading.Lock()
        self._signals = 0

    def run(self) -> None:
        """Start the children and keep them until SIGTERM or SIGINT; then stop them and return.

        A second signal kills instead of waiting.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # What `nohup` or the shell's `&` has us ignore stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._take_signal)
        try:
            self.start()
            while not self._signals:
                time.sleep(TICK_SECONDS)
                self.tick()
        finally:
            self.stop()

    def start(self) -> None:
        for running in self._running.values():
            running.start()

    def tick(self) -> None:
        """Restart what ended or was asked for; call it several times a second."""
        with self._lock:
            to_restart, self._to_restart = self._to_restart, set()
        for name, running in self._running.items():
            if name in to_restart:
                running.kill()
                running.start()
            else:
                running.keep()

    def stop(self) -> None:
        """Stop all children, each within its `stop_seconds`, and reap them."""
        for running in self._running.values():
            running.terminate()
        stopping_at = time.monotonic()
        first_signals = self._signals
        for running in self._running.values():
            while running.is_alive() and self._signals <= max(1, first_signals):
                if time.monotonic() - stopping_at > running.child.stop_seconds:
                    logger.warning("child_did_not_stop", child=running.child.name)
                    break
                time.sleep(TICK_SECONDS / 4)
            running.kill()

    def restart(self, name: str) -> None:
        """Have the child's process group killed and the child started anew at the next tick."""
        with self._lock:
            self._to_restart.add(name)

    def pid(self, name: str) -> int | None:
        """Return the child's process id, None while it is not running."""
        return self._running[name].pid

    def started_at(self, name: str) -> float:
        """Return when the child was last started, on the monotonic clock; 0.0 for never."""
        return self._running[name].started_at

    def _take_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1


class _Running:
    """One child and, between its ends and starts, its process."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.started_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._backoff_seconds = FIRST_BACKOFF_SECONDS
        self._start_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._process = _launch(self.child)
        self.started_at = time.monotonic()
        logger.info("child_started", child=self.child.name, pid=self._process.pid)

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def keep(self) -> None:
        """Start the child again if it has ended, the later the more often it did."""
        if self.is_alive():
            return
        now = time.monotonic()
        if self._process is not None:
            self._note_end(self._process, now)
        elif now >= self._start_at:
            self.start()

    def terminate(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """Kill whatever is left of the child's process group, and reap the child."""
        if self._process is None:
            return
        _kill_group(self._process.pid)
        self._process.wait()
        self._process = None

    def _note_end(self, process: subprocess.Popen[bytes], now: float) -> None:
        if now - self.started_at >= HEALTHY_AFTER_SECONDS:
            self._backoff_seconds = FIRST_BACKOFF_SECONDS
        logger.error(
            "child_ended",
            child=self.child.name,
            pid=process.pid,
            exit_code=process.returncode,
            restart_in_seconds=self._backoff_seconds,
        )
        self.kill()
        self._start_at = now + self._backoff_seconds
        self._backoff_seconds = min(2 * self._backoff_seconds, MAX_BACKOFF_SECONDS)


def _launch(child: Child) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cms.jobs.lifeline", str(os.getpid()), *child.command]
    log = child.log_file.open("ab") if child.log_file else None
    try:
        return subprocess.Popen(  # noqa: S603  (our own modules, no shell)
            command,
            env=_environment(child),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    finally:
        if log is not None:
            log.close()


def _environment(child: Child) -> dict[str, str]:
    """Return our environment and the child's, with our code where Python finds it."""
    environment = {**os.environ, **child.environment}
    paths = [str(CODE_DIR), *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(paths)}


def _kill_group(group_id: int) -> None:
    try:
        os.killpg(group_id, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # Nobody is left; macOS says "not permitted" of a group that has only ended members.
        return
