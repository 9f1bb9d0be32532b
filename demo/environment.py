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
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PREFERRED_PORTS = {"web": 8000, "pull": 8001, "push": 8002, "mail": 8003, "smtp": 8025}
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}
SENDER = "Centrum Organizacji Pozarządowych (przykład) <biuletyn@example.org>"
# Time for second thoughts after „Wyślij”: short, newcomers want to see something arrive.
GRACE_SECONDS = "20"


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
    """The demo's folder and what is kept in it; `lock` is held as long as the demo runs.

    `own_mail_server` is where the newcomer has mails sent; empty: to the demo's mailbox. Web and
    workers let `grace_seconds` pass before a newsletter leaves, this process does not.
    """

    folder: Path
    kept: Kept
    lock: IO[str]
    own_mail_server: str = ""
    grace_seconds: str = GRACE_SECONDS

    def url(self, name: str) -> str:
        """Return the address of "web", "pull", "push" or "mail"."""
        return f"http://127.0.0.1:{self.kept.ports[name]}"


def prepare() -> Environment:
    """Make or find the demo's folder, and set the environment for Django and all children.

    Raises RuntimeError when another demo runs in the same folder, or mails would leave the machine.
    """
    mail_server = own_mail_server()
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "data" / "demo").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise RuntimeError(f"Another demo is running with its data in {folder}.") from None
    kept = _keep(folder / "demo.json")
    grace_seconds = os.environ.get("MAILING_GRACE_SECONDS", GRACE_SECONDS)
    environment = Environment(folder, kept, lock, mail_server, grace_seconds)
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
        "MAILING_GRACE_SECONDS": "0",
    }
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'razem.sqlite3'}")
    os.environ["EMAIL_URL"] = (
        environment.own_mail_server or f"smtp://127.0.0.1:{kept.ports['smtp']}"
    )
    os.environ.setdefault("DEFAULT_FROM_EMAIL", SENDER)
    return environment


def own_mail_server() -> str:
    """Return EMAIL_URL as the newcomer set it; RuntimeError for a server on another machine."""
    address = os.environ.get("EMAIL_URL", "")
    parts = urlsplit(address)
    if address and not (parts.scheme.startswith("smtp") and parts.hostname in LOOPBACK_HOSTS):
        raise RuntimeError(
            f"EMAIL_URL names {parts.scheme}://{parts.hostname or ''}: the demo hands its mails, "
            "to invented people, only to a mail server on this machine (smtp://127.0.0.1:PORT). "
            "Without EMAIL_URL it brings a mailbox of its own."
        )
    return address


def _keep(file: Path) -> Kept:
    """Read what was kept, or make it; a port that something else took meanwhile is replaced."""
    kept = Kept(**json.loads(file.read_text())) if file.exists() else first_run()
    kept.ports = _usable(kept.ports)
    # Written aside and renamed: a killed start leaves no half-written file.
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(kept), indent=2))
    draft.rename(file)
    return kept


def _usable(ports: dict[str, int]) -> dict[str, int]:
    """Return a port for each name: the kept or preferred one, unless something else has it."""
    found: dict[str, int] = {}
    for name, preferred in (PREFERRED_PORTS | ports).items():
        is_taken = preferred in found.values() or not _is_free(preferred)
        found[name] = free_port() if is_taken else preferred
    return found


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
