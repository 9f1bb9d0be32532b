"""What `manage.py worker` promises, with real processes: issue 2, item 6; RELIABILITY.md §4."""

import os
import signal
import time

import pytest

from tests.cms.jobs.installation import Installation, wait_until


def kill_each(pids: list[int], number: signal.Signals) -> None:
    assert pids
    for pid in pids:
        os.kill(pid, number)


def test_wake_while_the_sweep_is_stopped_runs_within_5_seconds(worker: Installation) -> None:
    wait_until(worker.is_whole, 60)
    sweep = worker.pids("sweep")
    kill_each(sweep, signal.SIGSTOP)
    try:
        worker.wake_and_wait(seconds=5)
    finally:
        kill_each(sweep, signal.SIGCONT)


def test_wake_that_is_lost_is_delivered_by_the_sweep(worker: Installation) -> None:
    wait_until(worker.is_whole, 60)

    worker.wake_and_wait(seconds=60, command="lose")


@pytest.mark.parametrize("kind", ["main", "sentinel", "monitor", "pusher", "sweep"])
def test_worker_whose_process_is_killed_heals_without_orphans(
    worker: Installation, kind: str
) -> None:
    wait_until(worker.is_whole, 60)
    [victim] = worker.pids(kind)

    os.kill(victim, signal.SIGKILL)

    wait_until(lambda: victim not in worker.pids(kind), 5)
    worker.wake_and_wait(seconds=60)
    wait_until(worker.is_whole, 60, "every process is back, once")
    assert worker.orphans() == []
    # What is done from now on is done once: it leaves the queue.
    worker.tell("empty")
    worker.wake_and_wait(seconds=60)
    wait_until(lambda: worker.tell("count") == "0", 20, "finished jobs leave the queue")


def test_worker_whose_idle_processes_are_killed_one_by_one_heals(worker: Installation) -> None:
    """One of the two is next in line and takes the queue's lock with it: whichever comes first."""
    for victim in worker.pids("idle"):
        wait_until(worker.is_whole, 60)
        if victim not in worker.pids("idle"):
            [victim, _] = worker.pids("idle")

        os.kill(victim, signal.SIGKILL)

        wait_until(lambda gone=victim: gone not in worker.pids("idle"), 5)
        worker.wake_and_wait(seconds=60)
        wait_until(worker.is_whole, 60, "every process is back, once")
        assert worker.orphans() == []


def test_worker_killed_at_work_does_the_work_again(worker: Installation) -> None:
    wait_until(worker.is_whole, 60)
    (worker.folder / "block").touch()
    before = worker.runs()
    worker.tell("wake")
    wait_until(worker.busy_pid, 10, "the probe job is at work")
    victim = worker.busy_pid()
    assert victim is not None

    os.kill(victim, signal.SIGKILL)

    (worker.folder / "busy").unlink(missing_ok=True)
    (worker.folder / "block").unlink()
    wait_until(lambda: worker.runs() > before, 60, "the probe job ran again")
    wait_until(worker.is_whole, 60, "every process is back, once")
    assert worker.orphans() == []


def test_cluster_that_stands_still_is_replaced(worker: Installation) -> None:
    """Its processes live but do nothing, for a cause that nobody foresaw: the watchdog's case."""
    wait_until(worker.is_whole, 60)
    stopped = worker.pids("idle")

    kill_each(stopped, signal.SIGSTOP)

    worker.wake_and_wait(seconds=60)
    wait_until(worker.is_whole, 60)
    assert not set(stopped) & {process.pid for process in worker.processes()}
    assert worker.orphans() == []


@pytest.mark.postgresql
def test_worker_whose_database_was_away_goes_on(worker: Installation) -> None:
    wait_until(worker.is_whole, 60)
    assert worker.top is not None

    with worker.database_away():
        time.sleep(4)

    assert worker.top.poll() is None
    worker.wake_and_wait(seconds=60)
    wait_until(worker.is_whole, 60)
    assert worker.orphans() == []


def test_worker_asked_to_stop_ends_after_the_work_in_hand(own_installation: Installation) -> None:
    own_installation.start("worker")
    wait_until(own_installation.is_whole, 60)
    (own_installation.folder / "block").touch()
    own_installation.tell("wake")
    wait_until(own_installation.busy_pid, 10)
    assert own_installation.top is not None

    own_installation.top.send_signal(signal.SIGTERM)
    wait_until(lambda: not own_installation.pids("sweep"), 10, "it is stopping")
    (own_installation.folder / "block").unlink()

    assert own_installation.top.wait(timeout=20) == 0
    assert own_installation.runs() == 1
    assert own_installation.processes() == []
