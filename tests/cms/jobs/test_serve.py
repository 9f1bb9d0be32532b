import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.cms.jobs.installation import Installation, wait_until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


@dataclass
class Replaced:
    """True when there are as many processes of a kind as there should be, the victim not among."""

    installation: Installation
    kind: str
    victim: int
    count: int

    def __call__(self) -> bool:
        pids = self.installation.pids(self.kind)
        return self.victim not in pids and len(pids) == self.count


def test_serve_answers_heals_and_leaves_nobody_when_killed(own_installation: Installation) -> None:
    address = f"http://127.0.0.1:{(port := free_port())}"
    own_installation.start("serve", "--port", str(port), "--web-workers", "2")
    wait_until(lambda: get(f"{address}/healthz") == (200, b"ok"), 60)
    wait_until(lambda: get(f"{address}/readyz")[0] == 200, 60, "the worker proved itself")
    assert json.loads(get(f"{address}/readyz")[1])["status"] == "ready"

    wait_until(own_installation.is_whole, 60)
    wait_until(lambda: len(own_installation.pids("web worker")) == 2, 60)
    for kind, count in {"web worker": 2, "web": 1, "worker": 1}.items():
        victim = own_installation.pids(kind)[0]
        os.kill(victim, signal.SIGKILL)
        is_back = Replaced(own_installation, kind, victim, count)
        wait_until(is_back, 60, f"another {kind}")
    wait_until(lambda: get(f"{address}/healthz") == (200, b"ok"), 60, "the web is back")
    wait_until(own_installation.is_whole, 60)
    assert len(own_installation.pids("web worker")) == 2
    assert own_installation.orphans() == []

    assert own_installation.top is not None
    own_installation.top.kill()
    own_installation.top.wait()
    wait_until(lambda: own_installation.processes() == [], 5, "nobody outlives the top process")


def test_serve_stops_everything_when_asked(own_installation: Installation) -> None:
    port = free_port()
    own_installation.start("serve", "--port", str(port), "--web-workers", "1", "--workers", "2")
    wait_until(lambda: get(f"http://127.0.0.1:{port}/healthz")[0] == 200, 60)

    assert own_installation.stop() == 0
    assert own_installation.processes() == []


def test_serve_on_a_used_port_says_so(tmp_path: Path) -> None:
    without_tables = Installation(tmp_path, f"sqlite:///{tmp_path / 'razem.sqlite3'}")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        outcome = subprocess.run(
            [sys.executable, "-m", "django", "serve", "--port", str(port)],
            env=without_tables.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert outcome.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in outcome.stderr
