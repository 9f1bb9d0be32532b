from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.scale import loading


class Command(BaseCommand):
    help = (
        "Add sample organizations and events in any number, for measurements: real pages with "
        "their documents, written in bulk, marked as samples. Refuses a database with content of "
        "its own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--events", type=int, default=5000, help="events to add (5000)")
        parser.add_argument(
            "--organizations", type=int, default=2000, help="organizations to add (2000)"
        )
        parser.add_argument(
            "--dependents", type=int, default=0, help="events that the first organization holds"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same content")
        parser.add_argument(
            "--force", action="store_true", help="also where there is content that is no sample"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("events", "organizations", "dependents"):
            if options[name] < 0:
                raise CommandError(f"--{name} takes 0 or more.")
        if options["dependents"] > options["events"]:
            raise CommandError("--dependents cannot be more than --events.")
        if options["dependents"] and not options["organizations"]:
            raise CommandError("--dependents takes one of --organizations at least.")
        if not options["force"]:
            self.refuse_real_content()
        names = ("events", "organizations", "dependents", "seed")
        self.load({name: options[name] for name in names})

    def refuse_real_content(self) -> None:
        try:
            loading.check_only_samples()
        except loading.NotEmptyError as error:
            raise CommandError(
                f"This database has content that is no sample ({error}). Take an empty one, or "
                "add --force."
            ) from error

    def load(self, wanted: dict[str, int]) -> None:
        is_terminal = self.stdout.isatty()
        counts = {"organizations": 0, "events": 0}
        for what, count in loading.load(**wanted):
            counts[what] = count
            if is_terminal and count % 100 == 0:
                self.stdout.write(f"\r{what}: {count}   ", ending="")
        self.stdout.write(
            f"{counts['organizations']} organizations and {counts['events']} events added."
        )
