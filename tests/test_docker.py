"""The image and the composition, checked without a container engine.

`Image` carries out the Dockerfile's own steps in an empty folder: what COPY brings, RUN changes and
ENTRYPOINT starts is what an engine would have. Only switching the user is not done, but checked.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import yaml
from django.db import connection

from tests.test_setup import documented_variables, variables_of_settings

ROOT = Path(__file__).resolve().parent.parent
# The image's own folders; everything else on its PATH is this machine's.
OURS = re.compile(r"(?<![\w/.])/(?=(opt|var/lib/razem|tmp)\b)")
ROLES = ["web", "worker", "migrate", "manage"]


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile as (instruction, the rest of its line)."""
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    return [
        (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
        for line in lines
        if line.strip() and not line.startswith("#")
    ]


def values_of(instruction: str) -> list[str]:
    return [rest for name, rest in instructions() if name == instruction]


def is_ignored(path: str) -> bool:
    """Say whether .dockerignore keeps `path` out: the last pattern that matches it, or a parent."""
    parents = [*reversed([str(p) for p in Path(path).parents if str(p) != "."]), path]
    ignored = False
    for pattern in (ROOT / ".dockerignore").read_text().splitlines():
        if not pattern or pattern.startswith("#"):
            continue
        bare = pattern.removeprefix("!")
        deep = bare.removeprefix("**/")
        if any(fnmatch(Path(p).name if deep != bare else p, deep) for p in parents):
            ignored = not pattern.startswith("!")
    return ignored


@dataclass
class Image:
    """An image's file system below `root`, built by the Dockerfile's own steps."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"

    def build(self) -> None:
        for name, rest in instructions():
            step = getattr(self, f"step_{name.lower()}", None)
            if step:
                step(rest)

    def inside(self, text: str) -> str:
        """Return `text` with the image's absolute paths turned into ours."""
        return OURS.sub(f"{self.root}/", text)

    def path(self, inside: str) -> Path:
        return self.root / (Path(self.folder) / inside).relative_to("/")

    def step_from(self, rest: str) -> None:
        """Begin a stage: an interpreter called `python`, nothing else of ours."""
        assert "python:" in rest
        tools = self.root / "tools"
        tools.mkdir(exist_ok=True)
        python = tools / "python"
        if not python.exists():
            python.symlink_to(Path(sys.base_exec_prefix) / "bin/python3")
        passed_on = re.compile("^(PIP_|SSL_|REQUESTS_|https?_proxy)", re.IGNORECASE)
        self.environment = {k: v for k, v in os.environ.items() if passed_on.match(k)}
        self.environment |= {"PATH": f"{tools}:/usr/bin:/bin", "HOME": os.environ["HOME"]}

    def step_env(self, rest: str) -> None:
        name, value = rest.split("=", 1)
        value = self.inside(value)
        if name == "PATH":
            value = value.replace("/usr/local/bin", str(self.root / "tools"))
        self.environment[name] = value

    def step_workdir(self, rest: str) -> None:
        self.folder = rest
        self.path(".").mkdir(parents=True, exist_ok=True)

    def step_copy(self, rest: str) -> None:
        if rest.startswith("--from="):
            # All stages share `root`; the path is the same in both.
            _, source, target = rest.split()
            assert source == target
            assert self.path(source).is_dir()
            return
        *sources, target = rest.split()
        for source in sources:
            self.copy(source, self.path(target))

    def copy(self, source: str, target: Path) -> None:
        tops = [ROOT / source] if source != "." else list(ROOT.iterdir())
        files = [
            file
            for top in tops
            if not is_ignored(top.name)
            for file in ([top] if top.is_file() else top.rglob("*"))
            if file.is_file() and not is_ignored(str(file.relative_to(ROOT)))
        ]
        assert files, f"COPY {source} brings nothing"
        for file in files:
            place = target / file.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, place)

    def step_run(self, rest: str) -> None:
        if "useradd" in rest:
            self.path(values_of("VOLUME")[0]).mkdir(parents=True)
            return
        done = self.run("sh", "-c", self.inside(rest))
        assert done.returncode == 0, f"RUN {rest}\n{done.stdout}{done.stderr}"

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.path("."),
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def entrypoint(self) -> list[str]:
        [entrypoint] = values_of("ENTRYPOINT")
        command: list[str] = json.loads(entrypoint)
        return [str(self.path(command[0])), *command[1:]]


@pytest.fixture
def database_url() -> Iterator[str]:
    """Yield an empty database of the kind that the tests run on, "" for the image's own SQLite."""
    if connection.vendor != "postgresql":
        yield ""
        return
    given = connection.settings_dict
    server = {
        "host": given["HOST"],
        "port": given["PORT"],
        "user": given["USER"],
        "password": given["PASSWORD"],
    }
    name = f"razem_image_{uuid4().hex[:8]}"
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name}")
        try:
            login = (
                f"{server['user']}:{server['password']}" if server["password"] else server["user"]
            )
            yield f"postgres://{login}@{server['host']}:{server['port']}/{name}"
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


def get(port: int, path: str) -> tuple[int, str]:
    """Return status and body as the TLS proxy in front of the container would get them."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={"Host": "razem.example.org", "X-Forwarded-Proto": "https"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.status, response.read().decode(errors="replace")


def wait_until_healthy(image: Image, process: subprocess.Popen[bytes], **env: str) -> None:
    """Repeat the image's HEALTHCHECK until it passes, as an engine does."""
    [healthcheck] = values_of("HEALTHCHECK")
    command = json.loads(healthcheck.split(" CMD ")[1])
    for _ in range(120):
        assert process.poll() is None, f"the web role ended with {process.returncode}"
        if image.run(*command, **env).returncode == 0:
            return
        time.sleep(0.5)
    pytest.fail("the image's HEALTHCHECK never passed")


@pytest.mark.skipif(
    not (os.environ.get("CI") == "true" or os.environ.get("TEST_IMAGE")),
    reason="installs every library anew: TEST_IMAGE=1 make test ARGS=tests/test_docker.py",
)
def test_dockerfile_steps_in_an_empty_folder_give_a_server_that_answers(
    tmp_path: Path, database_url: str, unused_port: int
):
    image = Image(tmp_path / "image")
    image.root.mkdir()
    image.build()

    kept = {str(p.relative_to(image.path("."))) for p in image.path(".").rglob("*")}
    assert {"manage.py", "config/settings.py", "locale/pl/LC_MESSAGES/django.mo"} <= kept
    assert not {"tests", "bench", "docs", ".git", ".env", ".venv", "data"} & kept
    assert list(image.path("/var/lib/razem").iterdir()) == []

    env = {
        "SECRET_KEY": "s" * 50,
        "SECRETS_KEY": "k" * 50,
        "SITE_URL": "https://razem.example.org",
        "ALLOWED_HOSTS": "razem.example.org",
        "BEHIND_PROXY": "1",
        "PORT": str(unused_port),
        **({"DATABASE_URL": database_url} if database_url else {}),
    }
    migrated = image.run(*image.entrypoint(), "migrate", **env)
    assert migrated.returncode == 0, migrated.stderr
    assert image.run(*image.entrypoint(), "worker", "--help", **env).returncode == 0
    assert image.run(*image.entrypoint(), "unknown", **env).returncode == 64

    [default_role] = [json.loads(rest) for rest in values_of("CMD")]
    process = subprocess.Popen(
        [*image.entrypoint(), *default_role],
        cwd=image.path("."),
        env=image.environment | env,
        start_new_session=True,
    )
    try:
        wait_until_healthy(image, process, **env)
        assert get(unused_port, "/healthz")[0] == 200
        status, page = get(unused_port, "/admin/login/")
        assert status == 200
        for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
            assert get(unused_port, address)[0] == 200, address
        (image.path("/var/lib/razem/media") / "published.txt").write_text("published")
        assert get(unused_port, "/media/published.txt") == (200, "published")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
        with pytest.raises(urllib.error.URLError):
            get(unused_port, "/healthz")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_dockerfile_runs_as_a_user_of_its_own():
    names = [name for name, _ in instructions()]
    [user], [useradd] = values_of("USER"), [run for run in values_of("RUN") if "useradd" in run]

    assert re.search(rf"useradd .*--uid [1-9]\d+ .*\b{user}\b", useradd)
    assert f"install -d -o {user} -g {user} {values_of('VOLUME')[0]}" in useradd
    assert user not in {"root", "0"}
    assert not {"COPY", "RUN", "ADD"} & set(names[names.index("USER") :])


def test_dockerfile_installs_wheels_by_hash_only():
    [install] = [run for run in values_of("RUN") if "pip install" in run]

    assert "--require-hashes --only-binary :all: --requirement requirements.txt" in install


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        (".env", True),
        (".git/config", True),
        (".venv/bin/python", True),
        ("data/razem.sqlite3", True),
        ("tests/test_docker.py", True),
        ("docs/operations.md", True),
        ("cms/__pycache__/apps.cpython-311.pyc", True),
        ("locale/pl/LC_MESSAGES/django.po", True),
        ("locale/pl/LC_MESSAGES/django.mo", False),
        ("cms/models/pages.py", False),
        ("manage.py", False),
        ("docker/entrypoint.sh", False),
    ],
)
def test_dockerignore_lets_in_what_runs_and_no_secret(path: str, ignored: bool):
    assert is_ignored(path) is ignored


@pytest.fixture(scope="module")
def composition() -> dict:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_compose_runs_each_role_from_the_same_image(composition: dict):
    entrypoint = (ROOT / "docker/entrypoint.sh").read_text()
    roles = re.findall(r"^    (\w+)\)", entrypoint, flags=re.MULTILINE)
    services = {name: composition["services"][name] for name in ("web", "worker", "migrate")}

    assert sorted(roles) == sorted(ROLES)
    assert {service["image"] for service in services.values()} == {"razem:${RAZEM_VERSION:-latest}"}
    assert {name: service["command"] for name, service in services.items()} == {
        name: [name] for name in services
    }


def test_compose_restarts_what_serves_and_migrates_once(composition: dict):
    services = composition["services"]

    kept_up = ("db", "cache", "web", "worker")
    assert {services[name]["restart"] for name in kept_up} == {"always"}
    assert services["migrate"]["restart"] == "on-failure"
    assert services["migrate"]["depends_on"] == {
        name: {"condition": "service_healthy"} for name in ("db", "cache")
    }
    for name in ("web", "worker"):
        awaited = {
            "migrate": {"condition": "service_completed_successfully"},
            "cache": {"condition": "service_healthy"},
        }
        assert services[name]["depends_on"] == awaited


def test_compose_keeps_media_and_database_in_volumes(composition: dict):
    services = composition["services"]
    [data_dir] = [rest.split("=")[1] for rest in values_of("ENV") if rest.startswith("DATA_DIR=")]

    assert values_of("VOLUME") == [data_dir]
    assert services["web"]["volumes"] == services["worker"]["volumes"] == [f"data:{data_dir}"]
    assert services["db"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert set(composition["volumes"]) == {"data", "database"}
    assert "pg_isready" in services["db"]["healthcheck"]["test"][1]


def test_compose_publishes_on_loopback_only(composition: dict):
    ports = [
        port for service in composition["services"].values() for port in service.get("ports", [])
    ]

    assert ports == ["127.0.0.1:${PORT:-8000}:8000"]


def test_compose_passes_on_every_setting_of_a_container(composition: dict):
    passed = set(composition["services"]["web"]["environment"])
    not_for_containers = {"DEBUG", "RAZEM_DEMO", "DATA_DIR", "STATIC_ROOT"}

    assert variables_of_settings() - not_for_containers <= passed
    assert passed <= documented_variables()
    assert (
        composition["services"]["worker"]["environment"]
        == (composition["services"]["web"]["environment"])
    )
