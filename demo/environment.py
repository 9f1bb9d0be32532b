"""Where the demo lives: its folder, ports, secrets and passwords, made on the first run."""

import base64
import fcntl
import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
PREFERRED_PORTS = {"web": 8000, "pull": 8001, "push": 8002}


@dataclass
class Kept:
    """What stays the same from one start to the next."""

    ports: dict[str, int]
    secret_key: str
    secrets_key: str
    admin_password: str
    webhook_secret: str


@dataclass(frozen=True)
class Environment:
    """The demo's folder and what is kept in it; `lock` is held as long as the demo runs."""

    folder: Path
    kept: Kept
    lock: IO[str]

    def url(self, name: str) -> str:
        """Return the address of "web", "pull" or "push"."""
        return f"http://127.0.0.1:{self.kept.ports[name]}"


def prepare() -> Environment:
    """Make or find the demo's folder, and set the environment for Django and all children.

    Raises RuntimeError when another demo runs in the same folder.
    """
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "data" / "demo").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise RuntimeError(f"Another demo is running with its data in {folder}.") from None
    environment = Environment(folder, _keep(folder / "demo.json"), lock)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "RAZEM_DEMO": "1",
        "DEBUG": "0",
        "DATA_DIR": str(folder),
        "SITE_URL": environment.url("web"),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SECRET_KEY": environment.kept.secret_key,
        "SECRETS_KEY": environment.kept.secrets_key,
        "LOG_LEVEL": "WARNING",
    }
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'razem.sqlite3'}")
    os.environ.setdefault("EMAIL_URL", "dummymail://")
    return environment


def _keep(file: Path) -> Kept:
    """Read what was kept, or make it; a port that something else took meanwhile is replaced."""
    kept = Kept(**json.loads(file.read_text())) if file.exists() else first_run()
    for name, port in kept.ports.items():
        if not _is_free(port):
            kept.ports[name] = free_port()
    # Written aside and renamed: a killed start leaves no half-written file.
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(kept), indent=2))
    draft.rename(file)
    return kept


def first_run() -> Kept:
    """Make what is kept from the first start on."""
    return Kept(
        ports=dict(PREFERRED_PORTS),
        secret_key=secrets.token_urlsafe(48),
        secrets_key=secrets.token_urlsafe(48),
        admin_password=secrets.token_urlsafe(12),
        webhook_secret=f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}",
    )


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a loopback port on which nothing listens now."""
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        port: int = candidate.getsockname()[1]
    return port
