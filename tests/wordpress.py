"""A real WordPress on loopback, as a municipality has it: `shared/municipal-wordpress`.

One for each process of the run; each test that asks for `wordpress` finds it as freshly installed.
Mark such tests `@pytest.mark.wordpress`. The tool's README.md says what is in it and how it can be
made to misbehave; it lies beside the project, or where MUNICIPAL_WORDPRESS says.
"""

import functools
import json
import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 120
ANSWER_SECONDS = 60
# What WordPress expects to find, so that wp-load.php runs without a web server.
BOOT = (
    "$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'SERVER_NAME' => '127.0.0.1',"
    " 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1',"
    " 'REMOTE_ADDR' => '127.0.0.1']; require '%s/wp-load.php';"
    " $arguments = json_decode(stream_get_contents(STDIN), true);"
)


def tool() -> Path | None:
    """Return the folder of the tool that installs and starts WordPress, or None."""
    named = os.environ.get("MUNICIPAL_WORDPRESS")
    beside = [folder / "shared" / "municipal-wordpress" for folder in ROOT.parents]
    return next((one for one in ([Path(named)] if named else beside) if _is_tool(one)), None)


def _is_tool(folder: Path) -> bool:
    return (folder / "start").exists()


@functools.cache
def missing_parts() -> str:
    """Return in words what is not here, or ""."""
    folder = tool()
    if folder is None:
        return "needs shared/municipal-wordpress beside the project, or MUNICIPAL_WORDPRESS"
    script = f'. "{folder}/lib.sh"; find_tools || echo $MISSING'
    found = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    packages = found.stdout.strip()
    return f"needs {packages}: scripts/install-debian-packages" if packages else ""


class WordPress:
    """The running site, and the handles that tests need.

    `folder` is WordPress's own (with wp-content), `settings` what `./start` printed, without the
    prefix MUNICIPAL_WP_: URL, API, USER, APP_PASSWORD, SECTION_PAGE_ID and so on.
    """

    def __init__(self, state: Path) -> None:
        found = tool()
        assert found is not None, missing_parts()
        self._tool = state / "tool"
        shutil.copytree(found, self._tool)
        for path in [self._tool, *self._tool.rglob("*")]:  # ours need no write bits
            path.chmod(path.stat().st_mode | stat.S_IWUSR)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        self._state = state / "site"
        self._environment = {**os.environ, "STATE_DIR": str(self._state), "PORT": str(port)}
        self._environment["DB_FLUSH"] = "2"
        self.folder = self._state / "www"
        self.settings: dict[str, str] = {}
        self.start()
        self._dump = self._database("mariadb-dump --databases wordpress --add-drop-database")
        self._plugins = set(self._plugin_folders())

    @property
    def url(self) -> str:
        return self.settings["URL"]

    # ---- Start, stop, misbehave ------------------------------------------------------------

    def start(self) -> None:
        printed = self._run("start")
        lines = (line.split("=", 1) for line in printed.splitlines())
        self.settings = {name.removeprefix("MUNICIPAL_WP_"): value for name, value in lines}

    def stop(self) -> None:
        """Stop it for good and delete it."""
        self._run("stop", "--purge")

    def fault(self, *mode: str, count: int | None = None, only: str = "all") -> None:
        """Let it misbehave from now on: `fault("status", "503", "30")`, `fault("off")`.

        `count` limits that to the next so many requests, `only` ("reads", "writes") narrows it.
        """
        environment = {"ONLY": only} | ({"COUNT": str(count)} if count is not None else {})
        self._run("fault", *mode, **environment)

    def reset(self) -> None:
        """Make it as it was installed: content, files, plugins, no fault, nothing that runs."""
        self._run("fault", "php-down")
        self._run("fault", "off")
        self._database("mariadb", self._dump)
        for path in self._plugin_folders() - self._plugins:
            path.unlink() if path.is_symlink() or path.is_file() else shutil.rmtree(path)
        shutil.rmtree(self.folder / "wp-content" / "uploads")
        (self.folder / "wp-content" / "uploads").mkdir()

    def _plugin_folders(self) -> set[Path]:
        content = self.folder / "wp-content"
        return {*content.glob("plugins/*"), *content.glob("mu-plugins/*")}

    def _run(self, script: str, *arguments: str, **environment: str) -> str:
        command = [str(self._tool / script), *arguments]
        # Into a file: what it starts would keep a pipe open.
        with (self._tool / "output").open("w+") as output:
            done = subprocess.run(
                command,
                env=self._environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE_SECONDS,
                check=False,
            )
            output.seek(0)
            said = output.read()
        assert done.returncode == 0, f"{script} {arguments}: {said}\n{self.log()}"
        return said

    def log(self) -> str:
        """Return the ends of its logs, for a test that failed."""
        logs = sorted((self._state / "log").glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text()[-2000:]}" for log in logs)

    # ---- Over HTTP ---------------------------------------------------------------------------

    def rest(
        self, method: str, path: str, user: str | None = None, **options: Any
    ) -> requests.Response:
        """Ask its REST API: `rest("GET", "/wp/v2/posts", params={…})`.

        `user` logs in by application password: "" is the synchronisation's account, else "STAFF"
        or "AUTHOR"; None asks anonymously.
        """
        auth = None
        if user is not None:
            prefix = f"{user}_" if user else ""
            auth = (self.settings[f"{prefix}USER"], self.settings[f"{prefix}APP_PASSWORD"])
        address = self.settings["API"] + path
        return requests.request(method, address, auth=auth, timeout=ANSWER_SECONDS, **options)

    def get(self, path: str = "/", **options: Any) -> requests.Response:
        """Visit a page as anybody does."""
        return requests.get(self.url + path, timeout=ANSWER_SECONDS, **options)

    # ---- From inside -------------------------------------------------------------------------

    def php(self, code: str, *arguments: Any) -> Any:
        """Run PHP inside WordPress (`$arguments` is the list) and return what it returned."""
        process = self.start_php(code, *arguments)
        said, complained = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, said + complained
        return json.loads(said.rpartition("\0")[2])

    def start_php(self, code: str, *arguments: Any) -> subprocess.Popen[str]:
        """Start PHP inside WordPress and do not wait for it."""
        boot = BOOT % self.folder
        script = f"{boot} $result = (function ($arguments) {{ {code} }})($arguments); "
        script += 'echo "\\0", json_encode($result);'
        process = subprocess.Popen(
            ["php", "-d", "error_reporting=E_ALL & ~E_DEPRECATED", "-r", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(arguments))
        process.stdin.close()
        process.stdin = None
        return process

    def rows(self, query: str) -> list[dict[str, str | None]]:
        """Ask its database (tables begin with wp_); every value is text or None."""
        code = (
            "global $wpdb; $wpdb->show_errors(); return $wpdb->get_results($arguments[0], ARRAY_A);"
        )
        found: list[dict[str, str | None]] = self.php(code, query)
        return found

    def own_posts(self) -> list[dict[str, str | None]]:
        """Return the municipality's own content, whole: what a synchronisation leaves alone."""
        return self.rows(
            "SELECT p.* FROM wp_posts p LEFT JOIN wp_postmeta m"
            " ON m.post_id = p.ID AND m.meta_key = 'cop_id'"
            " WHERE p.post_author = 1 AND m.meta_id IS NULL AND p.post_type IN ('post', 'page')"
            " AND p.post_status <> 'auto-draft'"
            " ORDER BY p.ID"
        )

    def _database(self, command: str, text: str = "") -> str:
        program, _, options = command.partition(" ")
        connect = f'{program} --no-defaults -uroot -S "$DB_SOCK" {options}'
        code = f'. "{self._tool}/lib.sh"; use_state_dir; {connect}'
        done = subprocess.run(
            ["bash", "-c", code],
            env=self._environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def wordpress_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """The one WordPress of this run, in whatever state the last test left it."""
    running = WordPress(tmp_path_factory.mktemp("wordpress"))
    yield running
    running.stop()


@pytest.fixture
def wordpress(wordpress_site: WordPress) -> WordPress:
    """WordPress as freshly installed."""
    wordpress_site.reset()
    return wordpress_site
