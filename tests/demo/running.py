"""A demo as `make demo` starts it, in a folder and a database of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import requests
from django.db import connection

from demo.environment import first_run, free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 150
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MAIL_SETTINGS = {"EMAIL_URL", "DEFAULT_FROM_EMAIL", "MAILING_GRACE_SECONDS"}


class RunningDemo:
    """The demo's processes, its addresses and what its sites hold."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        # The demo brings a mail server and a sender of its own.
        inherited = {name: os.environ[name] for name in os.environ if name not in MAIL_SETTINGS}
        self.environment = {
            **inherited,
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "CACHE_URL": "locmemcache://razem-demo",
            "DEMO_WEB_WORKERS": "2",
            "DEMO_WORKERS": "2",
        }
        self.process: subprocess.Popen[bytes] | None = None
        # Ports of its own: another worker of this test run may start a demo at the same moment.
        kept = first_run()
        kept.ports = {name: free_port() for name in kept.ports}
        (folder / "demo.json").write_text(json.dumps(asdict(kept)))

    def start(self) -> None:
        with (self.folder / "demo.log").open("ab") as log:
            log.truncate(0)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "demo"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                # Tests started in the background of a script hand on that Ctrl-C is ignored.
                preexec_fn=hear_ctrl_c,
            )
        wait_until(lambda: "Everything arrived" in self.log() or self.has_ended(), START_SECONDS)
        assert "Everything arrived" in self.log(), self.log()

    def run_once(self) -> subprocess.CompletedProcess[str]:
        """Run the demo with DEMO_ONCE=1 to its end."""
        return subprocess.run(
            [sys.executable, "-m", "demo"],
            cwd=ROOT,
            env={**self.environment, "DEMO_ONCE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    def stop(self) -> None:
        """Press Ctrl-C; nothing of the demo may be left."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=40)
        assert not self.processes()

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def log(self) -> str:
        return (self.folder / "demo.log").read_text()

    def kept(self) -> dict[str, Any]:
        return json.loads((self.folder / "demo.json").read_text())

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.kept()['ports'][name]}"

    def live(self) -> dict[str, Any]:
        """Return the API's live documents by id."""
        documents: dict[str, Any] = {}
        address = f"{self.url('web')}/api/v1/changes/?since=0"
        while address:
            page = requests.get(address, timeout=10).json()
            for change in page["results"]:
                documents.pop(change["id"], None)
                if change["action"] == "upsert":
                    documents[change["id"]] = change["document"]
            address = page["next"]
        return documents

    def copy(self, mode: str) -> dict[str, Any]:
        """Return what the municipal site of a mode holds."""
        answer = requests.get(f"{self.url(mode)}/copy.json", timeout=10)
        documents: dict[str, Any] = answer.json()["documents"]
        return documents

    def mails(self, recipient: str = "") -> list[dict[str, Any]]:
        """Return what the mailbox holds, newest first: all, or one recipient's."""
        answer = requests.get(f"{self.url('mail')}/mails.json", {"do": recipient}, timeout=10)
        mails: list[dict[str, Any]] = answer.json()["mails"]
        return mails

    def all_agree(self) -> bool:
        try:
            live = self.live()
            return bool(live) and self.copy("pull") == live == self.copy("push")
        except (requests.RequestException, ValueError):
            return False

    def edit(self, script: str) -> None:
        """Run Python in a process of its own, as an editor's request would."""
        outcome = subprocess.run(
            [sys.executable, "manage.py", "shell", "--command", script],
            cwd=ROOT,
            env={**self.environment, **self.demo_environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stderr

    def demo_environment(self) -> dict[str, str]:
        kept = self.kept()
        return {
            "RAZEM_DEMO": "1",
            "DEBUG": "0",
            "SITE_URL": self.url("web"),
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECRET_KEY": kept["secret_key"],
            "SECRETS_KEY": kept["secrets_key"],
            "LOG_LEVEL": "WARNING",
            "EMAIL_URL": f"smtp://127.0.0.1:{kept['ports']['smtp']}",
            "MAILING_GRACE_SECONDS": "0",
        }

    def processes(self, word: str = "") -> list[int]:
        """Return the ids of the demo's processes: those with its folder in their environment."""
        mark = f"DATA_DIR={self.folder}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0") and (
                    word.encode() in (folder / "cmdline").read_bytes()
                ):
                    found.append(int(folder.name))
            except OSError:
                continue
        return found


def hear_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    """Return whether the condition came true in that time."""
    gives_up_at = time.monotonic() + seconds
    while time.monotonic() < gives_up_at:
        if condition():
            return True
        time.sleep(0.2)
    return bool(condition())


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """Give the address of a new database of the kind that the tests run on."""
    if connection.vendor != "postgresql":
        yield f"sqlite:///{folder / 'razem.sqlite3'}"
        return
    name = f"razem_demo_{uuid4().hex[:12]}"
    here = urlsplit(os.environ["DATABASE_URL"])
    # The tests run beside the database that the address names: it need not exist.
    with psycopg.connect(urlunsplit(here._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(here._replace(path=f"/{name}"))
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
