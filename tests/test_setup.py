"""What a newcomer, an operator and CI rely on before any of our code runs."""

import ast
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests import conftest

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt"]
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[0-9][0-9a-z.]*)( ; .+)?$")
HASH = re.compile(r"^--hash=sha256:[0-9a-f]{64}$")


def requirements(name: str) -> list[list[str]]:
    """Return the requirements of a file, each with its continued lines, comments left out."""
    text = re.sub(r"^\s*#.*$", "", (ROOT / name).read_text(), flags=re.MULTILINE)
    joined = re.sub(r"\\\n", "\0", text)
    return [
        [part.strip() for part in line.split("\0")] for line in joined.splitlines() if line.strip()
    ]


def documented_variables() -> set[str]:
    """Return the names in .env.example, the commented defaults included."""
    example = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, flags=re.MULTILINE))


def variables_of_settings() -> set[str]:
    """Return the names that config/settings.py asks the environment for."""
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / "config/settings.py").read_text()))
        if isinstance(node, ast.Call) and node.args
    ]
    asked = [
        call.args[0]
        for call in calls
        if (isinstance(call.func, ast.Name) and call.func.id in {"secret", "rate", "origins"})
        or (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "env"
            and call.func.attr != "read_env"
        )
    ]
    return {str(name.value) for name in asked if isinstance(name, ast.Constant)}


def variables_of_the_container() -> set[str]:
    """Return what the entry point and compose.yaml ask for beside the settings."""
    entrypoint = (ROOT / "docker/entrypoint.sh").read_text()
    compose = (ROOT / "compose.yaml").read_text()
    return set(re.findall(r"\$\{?([A-Z][A-Z_]+)", entrypoint + compose))


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_every_line_is_a_pin_with_hashes(name: str):
    found = requirements(name)

    assert len(found) > 50
    for pin, *hashes in found:
        assert PIN.match(pin), f"{name}: {pin} is not an exact version"
        assert hashes, f"{name}: {pin} has no hash"
        assert all(HASH.match(value) for value in hashes), f"{name}: {pin}"


@pytest.mark.parametrize("name", [*REQUIREMENTS, "requirements.in", "requirements-dev.in"])
def test_requirements_name_no_address_and_no_index(name: str):
    text = (ROOT / name).read_text()

    assert not re.search(r"https?:|file:|git\+|--(extra-)?index-url|--find-links|^-[if] ", text)


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_are_resolved_from_their_source(name: str):
    source = (ROOT / name.replace(".txt", ".in")).read_text()
    wanted = set(re.findall(r"^([A-Za-z0-9_.-]+)(?=\[|[<>=~!]|\s*$)", source, re.MULTILINE))
    pinned = {pin.split("==")[0] for pin, *_ in requirements(name)}

    assert {re.sub(r"[-_.]+", "-", one).lower() for one in wanted} <= pinned


def test_requirements_both_files_pin_the_same_versions():
    runtime = {pin.split(" ;")[0] for pin, *_ in requirements("requirements.txt")}
    development = {pin.split(" ;")[0] for pin, *_ in requirements("requirements-dev.txt")}
    names = {pin.split("==")[0] for pin in runtime}

    assert {pin for pin in development if pin.split("==")[0] in names} <= runtime


def test_env_example_documents_exactly_what_is_read():
    assert variables_of_settings() >= {"SECRET_KEY", "SECRETS_KEY", "DATABASE_URL", "DEBUG"}
    assert documented_variables() == variables_of_settings() | variables_of_the_container()


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with this environment and nothing else of ours."""
    foreign = documented_variables() - environment.keys()
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif((ROOT / ".env").exists(), reason="your .env would answer for the environment")
def test_settings_without_a_secret_stop_and_name_it(tmp_path: Path):
    done = manage("check", DATA_DIR=str(tmp_path), SECRETS_KEY="k" * 50)

    assert done.returncode != 0
    assert "SECRET_KEY is missing or shorter than 32 characters" in done.stderr


def test_make_help_lists_every_command():
    makefile = (ROOT / "Makefile").read_text()
    [phony] = re.findall(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)

    done = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    listed = {line.split()[1] for line in done.splitlines() if line.startswith("make ")}
    assert listed == set(phony.split())
    assert {"install", "demo", "serve", "test", "lint", "bench", "help"} <= listed


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with scripts/install and requirements that need no download."""
    folder = tmp_path / "clone"
    (folder / "scripts").mkdir(parents=True)
    script = folder / "scripts/install"
    script.write_bytes((ROOT / "scripts/install").read_bytes())
    script.chmod(0o755)
    for name in REQUIREMENTS:
        (folder / name).write_text("# nothing\n")
    return folder


def fake_python(folder: Path, *, name: str, program: str) -> None:
    """Put an interpreter into `folder` that runs `program` before what it is asked to run."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"#!/bin/sh\nexec {sys.executable} -I -c '{program}; exec(sys.argv[1])' \"$2\"\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def install(clone: Path, *arguments: str, path: str = os.environ["PATH"]) -> tuple[int, list[str]]:
    """Return the exit code of scripts/install, and the lines that it printed."""
    done = subprocess.run(
        ["scripts/install", *arguments],
        cwd=clone,
        env={"PATH": path, "PYTHON": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """Return a folder that is a PATH with the shell's tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "dirname", "basename", "cat", "cksum"):
        (folder / tool).symlink_to(f"/usr/bin/{tool}")
    return folder


def test_install_without_python_first_says_what_to_install(clone: Path, bare_path: Path):
    code, printed = install(clone, path=str(bare_path))

    assert code == 1
    assert "Python 3.11 or newer: apt install python3-venv" in printed[0]
    assert not (clone / ".venv").exists()


def test_install_with_an_old_python_first_says_what_to_install(clone: Path, bare_path: Path):
    old = "import sys; sys.version_info = (3, 10, 13)"
    fake_python(bare_path, name="python3", program=old)

    code, printed = install(clone, path=str(bare_path))

    assert code == 1
    assert "Python 3.11 or newer: apt install python3-venv" in printed[0]


def test_install_without_venv_first_says_what_to_install(clone: Path, bare_path: Path):
    fake_python(bare_path, name="python3.11", program='import sys; sys.modules["ensurepip"] = None')

    code, printed = install(clone, path=str(bare_path))

    assert code == 1
    assert "venv module: apt install python3.11-venv" in printed[0]


def test_install_again_does_nothing_until_requirements_change(clone: Path):
    first_code, first = install(clone)
    second = install(clone)
    (clone / "requirements.txt").write_text("# changed\n")
    third_code, third = install(clone)

    assert (first_code, third_code) == (0, 0)
    assert any(line.startswith("Making .venv") for line in first)
    assert second == (0, [])
    assert any("Installing requirements.txt" in line for line in third)
    assert not any(line.startswith("Making .venv") for line in third)


def test_install_in_a_moved_folder_makes_the_environment_anew(clone: Path):
    install(clone)
    moved = clone.rename(clone.with_name("moved"))

    code, printed = install(moved)

    assert code == 0
    assert any(line.startswith("Making .venv") for line in printed)


def skipped(reason: str) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid="tests/test_x.py::test_x",
        location=("tests/test_x.py", 1, "test_x"),
        keywords={},
        outcome="skipped",
        longrepr=("tests/test_x.py", 1, f"Skipped: {reason}"),
        when="setup",
    )


@pytest.mark.parametrize(
    ("in_ci", "vendor", "reason", "outcome"),
    [
        (False, "sqlite", "needs Chromium", "skipped"),
        (True, "sqlite", "needs Chromium", "failed"),
        (True, "sqlite", "needs PostgreSQL", "skipped"),
        (True, "postgresql", "needs PostgreSQL", "failed"),
        (True, "postgresql", "is about SQLite", "skipped"),
    ],
)
def test_skip_in_ci_is_a_failure_unless_the_other_database_runs_it(
    monkeypatch: pytest.MonkeyPatch, in_ci: bool, vendor: str, reason: str, outcome: str
):
    monkeypatch.setattr(conftest, "IN_CI", in_ci)
    monkeypatch.setattr(conftest.connection, "vendor", vendor)
    report = skipped(reason)

    conftest.fail_instead_of_skip(report)

    assert report.outcome == outcome


MAKE = """#!/bin/sh
echo "make $*"
if [ "$1" = test ]; then
    echo "====== 3 passed, 1 skipped in 0.10s ======"
fi
if [ "$1" = "$FAILING" ]; then
    echo "====== 2 failed, 1 passed, 1 error in 0.10s ======"
    exit 2
fi
"""


def run_ci(folder: Path, *, failing: str = "", redis: str = "PONG") -> tuple[int, list[str]]:
    """Run .ci/run with stand-ins for the programs that it calls; return code and output."""
    nothing = "#!/bin/sh\n"
    programs = {"make": MAKE, "psql": nothing, "redis-cli": f"#!/bin/sh\necho {redis}\n"}
    for name, text in (programs | {"../scripts/install-debian-packages": nothing}).items():
        path = folder / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    script = folder / ".ci/run"
    script.parent.mkdir()
    script.write_bytes((ROOT / ".ci/run").read_bytes())
    done = subprocess.run(
        ["bash", script],
        cwd="/",
        env={"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "FAILING": failing},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def ci_folder(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "bin").mkdir()
    return tmp_path


def test_ci_when_all_is_well_ends_with_the_sum_of_both_test_runs(ci_folder: Path):
    code, printed = run_ci(ci_folder)

    assert code == 0
    assert printed[-1] == "6 passed, 0 failed"
    for stage in ("make install", "make lint", "make test, SQLite", "make test, PostgreSQL"):
        assert any(re.search(rf"\d+ s  {stage}", line) for line in printed), stage


@pytest.mark.parametrize(
    ("failing", "summary"), [("lint", "1 passed, 3 failed"), ("demo", "1 passed, 3 failed")]
)
def test_ci_when_a_stage_fails_stops_there_and_fails(ci_folder: Path, failing: str, summary: str):
    code, printed = run_ci(ci_folder, failing=failing)

    assert code != 0
    assert printed[-1] == summary
    assert any(line.endswith("FAILED") and failing in line for line in printed)
    assert "make test" not in printed


def test_ci_without_redis_fails_and_counts_it(ci_folder: Path):
    code, printed = run_ci(ci_folder, redis="Could not connect to Redis")

    assert code != 0
    assert printed[-1] == "0 passed, 1 failed"
    assert not any(line.startswith("make ") for line in printed)
