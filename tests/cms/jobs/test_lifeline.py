"""A process dies with its parent: by the kernel on Linux, by looking elsewhere."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cms.jobs.installation import ROOT, wait_until

CHAIN = """
import os, sys, time
from multiprocessing import get_context

def leaf(path, way):
    open(os.path.join(path, way), "w").write(str(os.getpid()))
    time.sleep(60)

if __name__ == "__main__":
    path = sys.argv[1]
    get_context("fork").Process(target=leaf, args=[path, "forked"]).start()
    leaf(path, "main")
"""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("is_kernel_asked", [True, False])
def test_process_whose_grandparent_is_killed_dies_too(
    tmp_path: Path, is_kernel_asked: bool
) -> None:
    (tmp_path / "chain.py").write_text(CHAIN)
    start = [str(tmp_path / "chain.py"), str(tmp_path)]
    runner = (
        "import os, sys; from cms.jobs import lifeline; "
        f"lifeline._libc = lifeline._libc if {is_kernel_asked} else None; "
        f"sys.argv = ['lifeline', str(os.getppid()), *{start!r}]; lifeline.main()"
    )
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys, time; "
            f"subprocess.Popen([sys.executable, '-c', {runner!r}]); time.sleep(60)",
        ],
        cwd=ROOT,
    )
    names = ["main", "forked"]
    wait_until(lambda: all((tmp_path / n).exists() for n in names), 20)
    wait_until(lambda: all((tmp_path / n).read_text() for n in names), 5)
    pids = [int((tmp_path / name).read_text()) for name in names]
    assert all(map(is_alive, pids))

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    wait_until(lambda: not any(map(is_alive, pids)), 5, "nobody outlives the parent")


def test_process_whose_parent_was_gone_before_it_looked_ends_at_once(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "cms.jobs.lifeline", str(os.getppid()), "this"],
        cwd=ROOT,
        check=False,
    )

    assert outcome.returncode == -signal.SIGKILL
