from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.jobs.sweep import sweep_forever, sweep_once


class Command(BaseCommand):
    help = (
        "Asks every background job whether it has work to do and wakes those that do, unless "
        "they have been woken within the last 20 seconds. Nothing is worked on here: the worker "
        "does that. `manage.py worker` runs a sweep by itself every SWEEP_EVERY_SECONDS."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every",
            type=float,
            metavar="SECONDS",
            help="go on for ever, once in so many seconds (default: sweep once and end)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        every_seconds: float | None = options["every"]
        if every_seconds is None:
            self.stdout.write(", ".join(sweep_once()) or "Nothing was due.")
            return
        if every_seconds <= 0:
            raise CommandError("--every takes a number of seconds above 0.")
        sweep_forever(every_seconds=every_seconds)
