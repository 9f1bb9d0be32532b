"""How the example site starts, reports and ends."""

import re
import subprocess
import sys

import pytest
import requests

from tests.municipal_example.documents import event, upsert
from tests.municipal_example.servers import PATIENCE_SECONDS, SCRIPT, SECRET, site, wait_until


def test_site_told_to_end_ends_with_success(tmp_path):
    with site(tmp_path, "--push", SECRET) as running:
        assert running.stop() == 0


def test_site_listens_on_loopback_only_by_default(tmp_path):
    with site(tmp_path, "--push", SECRET) as running:
        assert running.url.startswith("http://127.0.0.1:")


def test_health_check_gives_the_sequence(tmp_path):
    with site(tmp_path, "--push", SECRET) as running:
        running.deliver(upsert(event(version=3), epoch="epoch-1"))

        assert running.get("/healthz").json() == {"status": "ok", "sequence": 3}
        answer = requests.head(running.url + "/", timeout=10)
        assert (answer.status_code, answer.content) == (200, b"")


def test_site_with_exit_with_parent_ends_when_its_parent_is_killed(tmp_path):
    arguments = ["--push", SECRET, "--data", str(tmp_path), "--port", "0", "--exit-with-parent"]
    parent_code = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, *sys.argv[1:]])\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-c", parent_code, str(SCRIPT), *arguments]
    log = tmp_path / "log.txt"
    with log.open("w") as stderr:
        parent = subprocess.Popen(command, stderr=stderr)
    with parent:
        wait_until(lambda: "serving on" in log.read_text())
        url = re.search(r"http://\S+", log.read_text())[0]
        assert answers(url)
        parent.kill()

    wait_until(lambda: not answers(url))


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=10).ok
    except requests.ConnectionError:
        return False


def test_site_reads_arguments_from_a_file_so_that_no_secret_is_on_the_command_line(tmp_path):
    arguments = tmp_path / "site.conf"
    arguments.write_text(f"--push\n{SECRET}\n")
    with site(tmp_path, f"@{arguments}") as running:
        assert running.deliver(upsert(event(), epoch="epoch-1")).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--pull"),
        (["--push", "secret"], "invalid secret value"),
        (["--push", "whsec_ą"], "invalid secret value"),
        (["--pull", "ftp://example.org"], "invalid web_address value"),
        (["--pull", "http://example.org", "--push", SECRET], "not allowed with"),
    ],
)
def test_site_with_wrong_arguments_says_which_and_fails(arguments, message):
    run = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert run.returncode == 2
    assert message in run.stderr
