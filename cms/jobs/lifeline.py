"""Processes that die with their parent, whatever kills it.

    python -m cms.jobs.lifeline PARENT_PID MODULE_OR_FILE.py [ARGUMENTS…]

runs a Python module or file like `python -m` does, in a process that is killed when its parent
ends, and so is each process that it forks, at any depth. Linux does this by itself
(PR_SET_PDEATHSIG); elsewhere a thread looks at the parent's id twice a second. Django is not
needed here.

On Linux the signal comes when the *thread* that started the process ends: start processes from
a thread that lives as long as they should, the main thread for choice.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.5

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_own_pid = os.getpid()
_is_following = False


def die_with_parent(parent_pid: int) -> None:
    """Have this process, and every one that it forks from now on, killed when its parent ends."""
    global _is_following
    if not _is_following:
        _is_following = True
        os.register_at_fork(after_in_child=_guard_forked_child)
    _guard(parent_pid)


def _guard_forked_child() -> None:
    global _own_pid
    parent_pid, _own_pid = _own_pid, os.getpid()
    _guard(parent_pid)


def _guard(parent_pid: int) -> None:
    if _libc is None or _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        threading.Thread(target=_watch, args=[parent_pid], name="lifeline", daemon=True).start()
    # The parent may have ended before the guard stood.
    if os.getppid() != parent_pid:
        _die()


def _watch(parent_pid: int) -> None:
    while os.getppid() == parent_pid:
        time.sleep(POLL_SECONDS)
    _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    parent_pid, target, *arguments = sys.argv[1:]
    die_with_parent(int(parent_pid))
    sys.argv = [target, *arguments]
    if target.endswith(".py"):
        runpy.run_path(target, run_name="__main__")
    else:
        runpy.run_module(target, run_name="__main__")


if __name__ == "__main__":
    main()
elif __name__ == "__mp_main__":
    # A process that multiprocessing spawned (instead of forking it) from a guarded one.
    die_with_parent(os.getppid())
