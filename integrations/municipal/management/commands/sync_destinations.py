from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.jobs.deadline import Deadline
from integrations.municipal import claims, fanout, health, job, ledger, reconcile
from integrations.municipal.delivery import Delivery
from integrations.municipal.models import Destination, Run

# How often progress is printed on a terminal.
REPORT_SECONDS = 2.0


class Command(BaseCommand):
    help = (
        "Push everything that is due to the destinations that are switched on, without the worker, "
        "and say what was done. Exit code 1 when something could not be delivered."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="only the destination of this name")
        parser.add_argument("--dry-run", action="store_true", help="only say what is due")
        parser.add_argument(
            "--retry",
            action="store_true",
            help="also try what waits for a later attempt, and what was set aside",
        )
        parser.add_argument(
            "--reconcile",
            action="store_true",
            help="first compare with what is there and put it right; with --dry-run only tell",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        destinations = Destination.objects.filter(is_enabled=True)
        if options["name"]:
            destinations = Destination.objects.filter(name=options["name"])
            if not destinations.exists():
                raise CommandError(f"There is no destination named {options['name']!r}.")
            if not destinations.filter(is_enabled=True).exists():
                raise CommandError(f"{options['name']!r} is switched off.")
        left = 0
        for destination in destinations:
            if options["reconcile"]:
                left += self.compare(destination, is_dry=options["dry_run"])
            if options["dry_run"]:
                self.say_what_is_due(destination)
            else:
                left += self.sync(destination, is_retry=options["retry"])
        if left:
            raise CommandError(f"{left} documents are not where they should be; see the admin.")

    def say_what_is_due(self, destination: Destination) -> None:
        states = ledger.unfinished().filter(destination=destination)
        self.stdout.write(
            f"{destination.name}: due {claims.due(timezone.now()).filter(pk__in=states).count()}, "
            f"waiting or set aside {states.count()}, "
            f"changes not looked at {fanout.unscanned(destination).count()}"
        )

    def sync(self, destination: Destination, *, is_retry: bool) -> int:
        """Push until nothing is due; return how many documents are not delivered."""
        if is_retry:
            health.forget_trouble(destination.pk)
            ledger.retry_now(destination.pk)
        tally: Counter[str] = Counter()
        fanout.fan_out(destination.pk)
        while job.due_destinations().filter(pk=destination.pk).exists():
            tally += Delivery(destination.pk).run(Deadline(job.NAME, seconds=REPORT_SECONDS))
            fanout.fan_out(destination.pk)
            if self.stdout.isatty():
                self.stdout.write(f"{destination.name}: {self.counts(tally)}…")
        destination.refresh_from_db()
        left = ledger.unfinished().filter(destination=destination).count()
        reason = f" – {destination.last_error}" if left and destination.last_error else ""
        self.stdout.write(f"{destination.name}: {self.counts(tally)}, left {left}{reason}")
        return left

    def compare(self, destination: Destination, *, is_dry: bool) -> int:
        """Compare with what is there; return 1 when that failed or a person has to be asked."""
        if destination.kind not in reconcile.LISTING:
            self.stdout.write(f"{destination.name}: cannot be asked what it holds")
            return 0
        run = reconcile.request(destination, is_dry=is_dry)
        while run.state == Run.State.RUNNING:
            run = reconcile.advance(destination, Deadline(reconcile.NAME, seconds=60))
        found = ", ".join(f"{name} {count}" for name, count in run.tally.items())
        words = f" – {run.words}" if run.words else ""
        self.stdout.write(f"{destination.name}: compared: {found or run.state}{words}")
        return int(run.state in {Run.State.FAILED, Run.State.ASKING})

    def counts(self, tally: Counter[str]) -> str:
        return (
            f"published {tally['upsert']}, removed {tally['remove']}, "
            f"nothing to do {tally['skip']}, failed {tally['failed']}, to decide {tally['held']}"
        )
