"""Collects the static files when they changed, since collecting takes seconds each time."""

import hashlib
from pathlib import Path

from django.core.management import call_command

from demo.environment import ROOT


def collect_if_changed(target: Path) -> None:
    """Collect into the target unless that was done for these libraries and files already."""
    stamp = target / ".collected"
    fingerprint = _fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def _fingerprint() -> str:
    state = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for file in sorted((ROOT / "static").rglob("*")):
        if file.is_file():
            state.update(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}".encode())
    return state.hexdigest()
