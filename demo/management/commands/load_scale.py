from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.scale import loading, subscribers


class Command(BaseCommand):
    help = (
        "Add sample organizations, events and subscribers in any number, for measurements: real "
        "pages with their documents, written in bulk, marked as samples. Refuses a database with "
        "content of its own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--events", type=int, default=5000, help="events to add (5000)")
        parser.add_argument(
            "--organizations", type=int, default=2000, help="organizations to add (2000)"
        )
        parser.add_argument(
            "--dependents", type=int, default=0, help="events that the first organization holds"
        )
        parser.add_argument(
            "--subscribers", type=int, default=0, help="subscribers to add, at example.org (0)"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same content")
        parser.add_argument(
            "--force", action="store_true", help="also where there is content that is no sample"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("events", "organizations", "dependents", "subscribers"):
            if options[name] < 0:
                raise CommandError(f"--{name} takes 0 or more.")
        if options["dependents"] > options["events"]:
            raise CommandError("--dependents cannot be more than --events.")
        if options["dependents"] and not options["organizations"]:
            raise CommandError("--dependents takes one of --organizations at least.")
        if not options["force"]:
            self.refuse_real_content()
        names = ("events", "organizations", "dependents", "seed")
        self.load({name: options[name] for name in names}, options["subscribers"])

    def refuse_real_content(self) -> None:
        try:
            loading.check_only_samples()
        except loading.NotEmptyError as error:
            raise CommandError(
                f"This database has content that is no sample ({error}). Take an empty one, or "
                "add --force."
            ) from error

    def load(self, wanted: dict[str, int], readers: int) -> None:
        counts = {"organizations": 0, "events": 0, "subscribers": 0}
        for what, count in loading.load(**wanted):
            self.tell(counts, what, count)
        for count in subscribers.load(readers):
            self.tell(counts, "subscribers", count)
        said = ", ".join(f"{count} {what}" for what, count in counts.items())
        self.stdout.write(f"Added: {said}.")

    def tell(self, counts: dict[str, int], what: str, count: int) -> None:
        counts[what] = count
        if self.stdout.isatty() and count % 100 == 0:
            self.stdout.write(f"\r{what}: {count}   ", ending="")
