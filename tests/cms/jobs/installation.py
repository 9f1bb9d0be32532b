"""A running installation of its own: data folder, database, processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


def wait_until(condition: Callable[[], object], seconds: float, what: str = "") -> None:
    """Wait until the condition is true; fail when it takes longer than the promise allows."""
    gives_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < gives_up_at, f"not within {seconds} s: {what or condition}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    title: str


@dataclass
class Installation:
    """Everything runs in `folder`, which is how its processes are known from all others."""

    folder: Path
    database_url: str
    top: subprocess.Popen[bytes] | None = None
    controls: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.cms.jobs.probe.settings",
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder),
            "SWEEP_EVERY_SECONDS": "3",
        }

    def manage(self, *arguments: str) -> None:
        outcome = subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stderr

    def start(self, *arguments: str) -> None:
        with (self.folder / "log").open("ab") as log:
            self.top = subprocess.Popen(
                [sys.executable, "-m", "django", *arguments],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def stop(self) -> int:
        """Ask the top process to end, as a service manager does, and return its exit code."""
        assert self.top is not None
        self.top.send_signal(signal.SIGTERM)
        return self.top.wait(timeout=30)

    def kill_everything(self) -> None:
        if self.top is not None:
            self.top.kill()
            self.top.wait()
        for process in self.processes():
            os.kill(process.pid, signal.SIGKILL)
        for control in self.controls:
            assert control.stdin is not None
            assert control.stdout is not None
            control.stdin.close()
            control.wait(timeout=10)
            control.stdout.close()

    # What a web process does

    def open_control(self) -> None:
        self.controls.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.cms.jobs.probe.control"],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )

    def tell(self, command: str) -> str:
        """Have the control process do something, and return what it answers."""
        if not self.controls:
            self.open_control()
        control = self.controls[0]
        assert control.stdin is not None
        assert control.stdout is not None
        control.stdin.write(f"{command}\n")
        control.stdin.flush()
        answer = control.stdout.readline()
        assert answer, "the control process ended"
        return answer.strip()

    # The probe job

    def runs(self) -> int:
        path = self.folder / "runs"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def wake_and_wait(self, *, seconds: float, command: str = "wake") -> None:
        before = self.runs()
        self.tell(command)
        wait_until(lambda: self.runs() > before, seconds, "the probe job ran")

    def busy_pid(self) -> int | None:
        path = self.folder / "busy"
        return int(path.read_text() or 0) or None if path.exists() else None

    # Its database

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """Have PostgreSQL end all connections to the database and refuse new ones for a while."""
        name = urlsplit(self.database_url).path.strip("/")
        _run_on_server(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            _run_on_server(END_CONNECTIONS, name)
            yield
        finally:
            _run_on_server(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    # Its processes

    def processes(self) -> list[Process]:
        """Return the living processes below the top one."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(entry / "cwd") != str(self.folder):
                    continue
                title = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z" and not (self.top and int(entry.name) == self.top.pid):
                found.append(Process(int(entry.name), int(parent), title))
        return found

    def orphans(self) -> list[Process]:
        """Return those that do not descend from the top process."""
        assert self.top is not None
        processes = self.processes()
        known = {self.top.pid}
        while more := {p.pid for p in processes if p.parent in known} - known:
            known |= more
        return [p for p in processes if p.pid not in known]

    def pids(self, kind: str) -> list[int]:
        """Return the processes of a kind (see `_kind`)."""
        processes = self.processes()
        titles = {p.pid: p.title for p in processes}
        return [p.pid for p in processes if _kind(p, titles.get(p.parent, "")) == kind]

    def is_whole(self) -> bool:
        """Whether the worker has every process that it should have, once."""
        counts = {kind: len(self.pids(kind)) for kind in EVERY_KIND}
        return counts == EVERY_KIND


EVERY_KIND = {"main": 1, "sentinel": 1, "idle": 2, "monitor": 1, "pusher": 1, "sweep": 1}


def _kind(process: Process, parent_title: str) -> str:
    title = process.title
    if title.startswith("qcluster MainProcess"):
        return "sentinel" if parent_title.startswith("qcluster MainProcess") else "main"
    if title.startswith("qcluster"):
        return title.split()[-1]
    if " sweep " in title:
        return "sweep"
    if title.startswith("granian "):
        return "web worker" if " worker-" in title else "web"
    return "worker" if title.endswith(" django worker") else "other"


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """Give an empty database of the kind that the tests run on, as a DATABASE_URL."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'razem.sqlite3'}"
        return
    name = f"razem_jobs_{uuid4().hex}"
    _run_on_server(f'CREATE DATABASE "{name}"')
    try:
        yield _server_url(name)
    finally:
        _run_on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run_on_server(statement: str, *values: str) -> None:
    with psycopg.connect(_server_url("postgres"), autocommit=True) as server:
        server.execute(statement, values)  # type: ignore[call-overload]


def _server_url(name: str) -> str:
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(scheme="postgresql", path=f"/{name}"))


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """Set up an installation with empty tables; whatever runs in it at the end is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    with own_database(folder) as database_url:
        own = Installation(folder.resolve(), database_url)
        own.manage("migrate", "--run-syncdb", "--verbosity=0")
        try:
            yield own
        finally:
            own.kill_everything()
