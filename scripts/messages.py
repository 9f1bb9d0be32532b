#!/usr/bin/env python
"""Collect every text for translation into locale/pl, and compile what is translated.

With --check nothing is written; exit code 1 and a difference are the answer when the catalogue is
not what the source texts ask for: a text missing, superfluous, untranslated or fuzzy, or a
compiled catalogue (django.mo, committed so that installing needs no gettext) that is not the
translated one. Needs gettext's own programs (scripts/install-debian-packages).
"""

import argparse
import difflib
import gettext
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/pl/LC_MESSAGES/django.po")
SOURCES = ["cms", "config", "demo", "integrations", "newsletters", "templates"]


def run(*command: str, cwd: Path) -> str:
    """Return what the command prints; stop the whole script with its own words if it fails."""
    environment = {"DEBUG": "1"} | os.environ | {"PYTHONPATH": str(cwd)}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout


def collect(root: Path) -> None:
    """Let Django bring the catalogue below `root` up to date with the sources below `root`."""
    catalogue = root / CATALOGUE
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    options = ["--locale=pl", "--add-location=file", "--no-wrap", "--extension=html,mjml,py,txt"]
    ignored = [
        f"--ignore={name}" for name in ("bench/*", "data/*", "docs/*", "scripts/*", "tests/*")
    ]
    run(sys.executable, "manage.py", "makemessages", *options, *ignored, cwd=root)


def entries(catalogue: Path) -> list[str]:
    """Return the catalogue's lines in a form in which only texts and translations count."""
    text = run(
        "msgattrib",
        "--no-obsolete",
        "--no-location",
        "--no-wrap",
        "--sort-output",
        str(catalogue),
        cwd=ROOT,
    )
    return [line for line in text.splitlines() if not line.startswith('"POT-Creation-Date')]


def compile_catalogue(catalogue: Path, compiled: Path) -> None:
    run("msgfmt", "--check", f"--output-file={compiled}", str(catalogue), cwd=ROOT)


def translations(compiled: Path) -> dict[object, str]:
    """Return what Python reads in a compiled catalogue, the header's dates left out."""
    if not compiled.exists():
        return {}
    with compiled.open("rb") as file:
        read: dict[object, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    return {key: value for key, value in read.items() if key != ""}


def write() -> None:
    collect(ROOT)
    catalogue = ROOT / CATALOGUE
    compile_catalogue(catalogue, catalogue.with_suffix(".mo"))
    # Says how many texts are translated, fuzzy and untranslated.
    subprocess.run(["msgfmt", "--statistics", "--output-file=/dev/null", catalogue], check=True)


def problems(fresh_root: Path) -> list[str]:
    """Return what is wrong with the catalogue; `fresh_root` is an empty folder to work in."""
    for name in [*SOURCES, "locale"]:
        shutil.copytree(ROOT / name, fresh_root / name)
    shutil.copy(ROOT / "manage.py", fresh_root)
    collect(fresh_root)

    catalogue, fresh = ROOT / CATALOGUE, fresh_root / CATALOGUE
    found = list(
        difflib.unified_diff(
            entries(catalogue), entries(fresh), "the catalogue", "the source texts", lineterm=""
        )
    )
    for option, fault in (("--untranslated", "not translated"), ("--only-fuzzy", "fuzzy")):
        listed = run("msgattrib", option, "--no-obsolete", "--no-wrap", str(catalogue), cwd=ROOT)
        found += [
            f"{fault}:\n{entry}"
            for entry in listed.split("\n\n")
            if "msgid" in entry and "Project-Id-Version:" not in entry
        ]
    compile_catalogue(catalogue, fresh_root / "django.mo")
    if translations(fresh_root / "django.mo") != translations(catalogue.with_suffix(".mo")):
        found.append("the compiled catalogue, django.mo, is not the translated one")
    return found


def check() -> None:
    if not (ROOT / CATALOGUE).exists():
        sys.exit(f"{CATALOGUE} does not exist: run `make messages`.")
    with tempfile.TemporaryDirectory() as folder:
        found = problems(Path(folder))
    if found:
        sys.exit("\n".join([*found, "Run `make messages`, then translate what it added."]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, report differences")
    if parser.parse_args().check:
        check()
    else:
        write()


if __name__ == "__main__":
    main()
