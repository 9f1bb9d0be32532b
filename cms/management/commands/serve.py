import os
import socket
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.core.management.base import BaseCommand, CommandError

from cms.jobs.supervisor import Child, Supervisor

WEB_STOP_SECONDS = 10.0
WORKER_STOP_SECONDS = 20.0
# Each thread may hold a database connection; granian's default would be 256 of them.
WEB_THREADS = 4
# For glibc: what a large answer took goes back to the system instead of staying with the process.
# Without them a worker that has sent changes by the hundred holds 30 MB more.
MEMORY = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}


class Command(BaseCommand):
    help = (
        "Runs everything on this machine: the web server (granian) and the background worker, "
        "each restarted when it ends, all stopped by Ctrl-C or SIGTERM. On several machines run "
        "`serve --workers 0` for the web and `worker` for the jobs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on")
        parser.add_argument("--web-workers", type=int, default=2, help="web processes")
        parser.add_argument(
            "--workers",
            type=int,
            default=1,
            help="`manage.py worker` processes, each with JOB_WORKERS of its own (0: none)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if options["web_workers"] < 1 or options["workers"] < 0:
            raise CommandError("--web-workers takes 1 or more, --workers 0 or more.")
        check_is_free(host, port)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE)
        for name, value in MEMORY.items():
            os.environ.setdefault(name, value)
        web = web_child(host=host, port=port, processes=options["web_workers"])
        self.stdout.write(f"Serving on http://{host}:{port}/ (Ctrl-C stops it)")
        Supervisor([web, *worker_children(options["workers"])]).run()


def check_is_free(host: str, port: int) -> None:
    """Raise CommandError when the web server could not listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except (OSError, OverflowError) as error:
        raise CommandError(
            f"Cannot listen on {host}:{port}: {error}. Another program may use this port: "
            "stop it, or choose another with --port."
        ) from error


def web_child(*, host: str, port: int, processes: int) -> Child:
    """Return the web server: granian, which also serves the published files."""
    command = [
        "granian",
        settings.WSGI_APPLICATION.replace(".application", ":application"),
        *("--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port), "--workers", str(processes)),
        *("--blocking-threads", str(WEB_THREADS)),
        *("--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--workers-kill-timeout", "5", "--log-level", "warning"),
        *_media_mount(),
    ]
    return Child("web", command, stop_seconds=WEB_STOP_SECONDS)


def worker_children(count: int) -> Iterable[Child]:
    for number in range(1, count + 1):
        name = "worker" if count == 1 else f"worker-{number}"
        yield Child(name, ["django", "worker"], stop_seconds=WORKER_STOP_SECONDS)


def _media_mount() -> list[str]:
    """Have granian serve MEDIA_ROOT (published files only), unless they are stored elsewhere."""
    if not isinstance(storages["public"], FileSystemStorage):
        return []
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    route = "/" + settings.MEDIA_URL.strip("/")
    return ["--static-path-route", route, "--static-path-mount", str(root)]
