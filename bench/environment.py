"""A scratch installation with production's settings: its folder, its ports, its first content."""

import io
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Environment:
    """The ports on loopback that the web server and the mail server of a bench listen on."""

    web_port: int
    mail_port: int


def prepare(folder: Path) -> Environment:
    """Set the environment, with files and, if none is given, a database in `folder`; load Django.

    The database then has its tables and the site's skeleton.
    """
    environment = Environment(web_port=free_port(), mail_port=free_port())
    (folder / "static").mkdir()
    _set_variables(folder, environment)
    import django

    django.setup()
    call("migrate")
    call("setup_site")
    return environment


def call(command: str) -> None:
    """Run one of manage.py's commands quietly."""
    from django.core.management import call_command

    call_command(command, verbosity=0, stdout=io.StringIO())


def analyze() -> None:
    """Let the database know how much there is, as its own upkeep does in time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _set_variables(folder: Path, environment: Environment) -> None:
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'razem.sqlite3'}")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(folder),
        "DEBUG": "0",
        "RAZEM_DEMO": "0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SECRETS_KEY": secrets.token_urlsafe(48),
        "SITE_URL": f"http://127.0.0.1:{environment.web_port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "EMAIL_URL": f"smtp://127.0.0.1:{environment.mail_port}",
        "DEFAULT_FROM_EMAIL": "razem@example.org",
        "API_RATE": "1000000/s",
        "LOG_LEVEL": "WARNING",
    }
