import time
from pathlib import Path

from cms.jobs.supervisor import Child, Supervisor
from tests.cms.jobs.installation import wait_until

NOTE_START = "open(sys.argv[1], 'a').write('x')"
STUBBORN = f"""
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
{NOTE_START}
time.sleep(60)
"""
SHORT_LIVED = f"import sys\n{NOTE_START}\n"


def child(tmp_path: Path, code: str, **options: float) -> tuple[Child, Path]:
    script, starts = tmp_path / "child.py", tmp_path / "starts"
    script.write_text(code)
    starts.touch()
    return Child("child", [str(script), str(starts)], **options), starts  # type: ignore[arg-type]


def tick_until_started(supervisor: Supervisor, starts: Path, times: int) -> None:
    def enough() -> bool:
        supervisor.tick()
        return len(starts.read_text()) >= times

    wait_until(enough, 20, f"started {times} times")


def test_child_that_ends_is_started_again_later_each_time(tmp_path: Path) -> None:
    short_lived, starts = child(tmp_path, SHORT_LIVED)
    supervisor = Supervisor([short_lived])
    supervisor.start()
    began = time.monotonic()

    tick_until_started(supervisor, starts, 4)
    supervisor.stop()

    # 0.2 + 0.4 + 0.8 s of waiting: no busy loop of restarts.
    assert time.monotonic() - began > 1.4


def test_child_that_ignores_sigterm_is_killed_in_its_time(tmp_path: Path) -> None:
    stubborn, starts = child(tmp_path, STUBBORN, stop_seconds=0.5)
    supervisor = Supervisor([stubborn])
    supervisor.start()
    wait_until(starts.read_text, 10)

    supervisor.stop()

    assert supervisor.pid("child") is None


def test_child_to_be_restarted_is_killed_and_started_at_once(tmp_path: Path) -> None:
    stubborn, starts = child(tmp_path, STUBBORN, stop_seconds=0.1)
    supervisor = Supervisor([stubborn])
    supervisor.start()
    wait_until(starts.read_text, 10)
    first, started_at = supervisor.pid("child"), supervisor.started_at("child")

    supervisor.restart("child")
    tick_until_started(supervisor, starts, 2)

    assert supervisor.pid("child") != first
    assert supervisor.started_at("child") > started_at
    supervisor.stop()


def test_child_with_a_log_file_writes_there(tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text("print('hello', flush=True)\nimport time\ntime.sleep(60)\n")
    log = tmp_path / "log"
    supervisor = Supervisor([Child("child", [str(script)], log_file=log)])
    supervisor.start()
    wait_until(lambda: log.exists() and log.read_text() == "hello\n", 10)

    supervisor.stop()

    assert log.read_text() == "hello\n"
