"""Measure on this machine how fast Razem is.

`make bench` measures everything, `make bench ARGS='newsletter --mails 2000'` one thing. All of it
happens in a scratch folder, on SQLite or in the (empty) database that DATABASE_URL names.
"""

import argparse
import platform
import tempfile
from collections.abc import Callable
from importlib import import_module
from os import cpu_count
from pathlib import Path

from bench import environment

# The modules of this package that have `run`. What they load stays: name them one by one.
BENCHES = {
    "newsletter": "mails per second, with the ledger and without",
    "api": "answers of the API, beside nginx, Wagtail's API v2 and DRF",
    "scale": "lists and publishing in a table that grows",
    "sync": "changes pushed to a municipal site, a run with nothing to do, a comparison",
    "wordpress": "filling the section of a real WordPress",
    "hostile": "how fast the API refuses 10 MB, NUL and deep nesting",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = ", ".join(f"{name} ({text})" for name, text in BENCHES.items())
    parser.add_argument("names", nargs="*", choices=list(BENCHES), metavar="NAME", help=what)
    parser.add_argument("--mails", type=at_least(4), default=1000, help="recipients in each run")
    parser.add_argument("--rounds", type=at_least(1), default=5, help="runs of each row of a table")
    parser.add_argument("--seconds", type=at_least(1), default=3, help="of each run of load")
    parser.add_argument("--events", type=at_least(4500), default=5000, help="events of the API")
    parser.add_argument(
        "--organizations", type=at_least(10), default=2000, help="organizations of the API"
    )
    parser.add_argument(
        "--sizes", default="1000,100000", help="numbers of events between which `scale` grows"
    )
    parser.add_argument(
        "--publishes", type=at_least(2), default=30, help="how often to publish an event"
    )
    parser.add_argument(
        "--documents", type=at_least(10), default=200, help="documents that fill a WordPress"
    )
    return parser.parse_args()


def at_least(least: int) -> Callable[[str], int]:
    """Return what reads a whole number that is not smaller."""

    def number(text: str) -> int:
        read = int(text)
        if read < least:
            raise argparse.ArgumentTypeError(f"{read} is less than {least}")
        return read

    return number


def machine() -> str:
    """Return what the figures were taken on."""
    from django.db import connection

    version = ".".join(str(part) for part in connection.get_database_version())
    python = platform.python_version()
    return f"{connection.display_name} {version}, Python {python}, {cpu_count()} processors"


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="razem-bench-") as folder:
        prepared = environment.prepare(Path(folder))
        print(machine())
        for name in options.names or BENCHES:
            print(f"\n{name}: {BENCHES[name]}")
            import_module(f"bench.{name}").run(options, prepared)


if __name__ == "__main__":
    main()
