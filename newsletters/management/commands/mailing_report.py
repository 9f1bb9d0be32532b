import csv
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsletters.mailings import selectors
from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.selectors import Progress

FIELDS = ("address", "state", "attempts", "changed_at", "reason")
CHUNK = 2000


class Command(BaseCommand):
    help = (
        "Print every recipient of a mailing with what became of the mail, and how many are in each "
        "state. States: pending, claimed, sending, deferred (still open); accepted, failed, "
        "suppressed, uncertain, cancelled (final). The address of someone who was erased is empty. "
        "Exit code 1 when the states do not add up to the recipients that the mailing was frozen "
        "with. csv prints the rows to standard output and the counts to standard error."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, metavar="ID", help="the mailing's id")
        parser.add_argument("--format", choices=["text", "json", "csv"], default="text")
        parser.add_argument(
            "--state",
            choices=Delivery.State.values,
            default="",
            help="list only these recipients; the counts are of all",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mailing = Mailing.objects.defer("html", "text").filter(pk=options["id"]).first()
        if mailing is None:
            raise CommandError(f"There is no mailing with the id {options['id']}.")
        progress = selectors.progress(mailing)
        formats: dict[str, Callable[[Mailing, Progress, str], None]] = {
            "text": self.print_text,
            "json": self.print_json,
            "csv": self.print_csv,
        }
        try:
            formats[options["format"]](mailing, progress, options["state"])
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever read it (`| head`) has seen enough; there is nobody to flush the rest to.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        if mailing.prepared_at and mailing.audience != progress.total:
            raise CommandError(
                f"The states add up to {progress.total} recipients, but the mailing was frozen "
                f"with {mailing.audience}."
            )

    def print_text(self, mailing: Mailing, progress: Progress, state: str) -> None:
        for line in summary(mailing, progress):
            self.stdout.write(line)
        for row in rows(mailing, state):
            self.stdout.write("\t".join(str(value) for value in row.values()))

    def print_json(self, mailing: Mailing, progress: Progress, state: str) -> None:
        """Print one object, its deliveries one a line, without holding them all."""
        head = orjson.dumps(facts(mailing, progress)).decode().removesuffix("}")
        self.stdout.write(f'{head},"deliveries":[')
        separator = ""
        for row in rows(mailing, state):
            self.stdout.write(f"{separator}{orjson.dumps(row).decode()}", ending="")
            separator = ",\n"
        self.stdout.write("\n]}")

    def print_csv(self, mailing: Mailing, progress: Progress, state: str) -> None:
        writer = csv.DictWriter(self.stdout, FIELDS, lineterminator="\n")
        writer.writeheader()
        for row in rows(mailing, state):
            writer.writerow(row)
        for line in summary(mailing, progress):
            self.stderr.write(line)


def facts(mailing: Mailing, progress: Progress) -> dict[str, Any]:
    """Return what is said of the mailing as a whole."""
    return {
        "mailing": mailing.pk,
        "subject": mailing.subject,
        "state": mailing.state,
        "audience": mailing.audience,
        "counts": progress.counts,
    }


def summary(mailing: Mailing, progress: Progress) -> Iterator[str]:
    yield f"Mailing {mailing.pk}: {mailing.subject}"
    yield f"State: {mailing.state}"
    if mailing.audience is None:
        yield "Recipients: not frozen yet"
    else:
        yield f"Recipients: {mailing.audience}"
    for state, count in progress.counts.items():
        yield f"  {state}: {count}"


def rows(mailing: Mailing, state: str) -> Iterator[dict[str, Any]]:
    """Return the recipients one by one, however many there are."""
    found = selectors.deliveries(mailing, state).values_list(
        "subscriber__email", "state", "attempts", "changed_at", "reason"
    )
    for address, state_then, attempts, at, reason in found.iterator(chunk_size=CHUNK):
        values = (address or "", state_then, attempts, at.isoformat(), reason)
        yield dict(zip(FIELDS, values, strict=True))
