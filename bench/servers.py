"""The servers that are compared: Razem, the same models behind other APIs, nginx with a file."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.environment import free_port
from bench.processes import started

WORKERS = 2
NGINX = """
worker_processes {workers};
pid {folder}/nginx.pid;
error_log stderr crit;
daemon off;
{user}
events {{ worker_connections 256; }}
http {{
  access_log off;
  default_type application/json;
  sendfile on;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


@dataclass(frozen=True)
class Server:
    """A server that listens on loopback, and the process above all of its own."""

    port: int
    pid: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def django_server(**environment: str) -> Iterator[Server]:
    """Run `manage.py serve` without the worker, with more variables of environment."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--workers", "0"]
    command += ["--web-workers", str(WORKERS), "--port", str(port)]
    with started(command, port=port, environment=os.environ | environment) as process:
        yield Server(port, process.pid)


@contextmanager
def nginx(folder: Path, body: bytes) -> Iterator[Server]:
    """Run nginx with the body as a static file, `/body.json`."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        sys.exit("nginx is missing: scripts/install-debian-packages")
    port = free_port()
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files/body.json").write_bytes(body)
    user = "user root;" if os.geteuid() == 0 else ""
    text = NGINX.format(workers=WORKERS, folder=folder, port=port, user=user)
    (folder / "nginx.conf").write_text(text)
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with started(command, port=port, stderr=subprocess.DEVNULL) as process:
        yield Server(port, process.pid)
