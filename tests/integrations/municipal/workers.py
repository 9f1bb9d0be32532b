"""The worker processes of a test, on its own database, and what they write to their logs."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings as django_settings
from django.db import connection


class Workers:
    """Starts, stops and kills them. May be used from any thread."""

    def __init__(self, log: Path) -> None:
        name = str(django_settings.DATABASES["default"]["NAME"])
        url = os.environ["DATABASE_URL"].rpartition("/")[0]
        is_sqlite = connection.vendor == "sqlite"
        self.log = log
        self.running: list[int] = []
        self._lock = threading.RLock()
        with log.open("wb") as output:
            self._host = subprocess.Popen(
                [sys.executable, "-m", "tests.integrations.municipal.worker"],
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "config.settings",
                    "DATABASE_URL": f"sqlite:///{name}" if is_sqlite else f"{url}/{name}",
                    "LOG_LEVEL": "DEBUG",
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )

    def start(self, count: int) -> None:
        """Have so many run."""
        with self._lock:
            while len(self.running) < count:
                self._host.stdin.write("\n")
                self._host.stdin.flush()
                self.running.append(int(self._host.stdout.readline()))

    def kill_one(self) -> None:
        """Kill the oldest, if any runs, as the kernel does when memory is short."""
        with self._lock:
            if self.running:
                os.kill(self.running.pop(0), signal.SIGKILL)

    def kill_all(self) -> None:
        with self._lock:
            while self.running:
                self.kill_one()

    def end(self) -> None:
        self.kill_all()
        self._host.stdin.close()
        self._host.stdout.close()
        self._host.wait()
