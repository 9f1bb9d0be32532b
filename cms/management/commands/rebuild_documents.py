from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.documents.rebuilding import differences, rebuild
from cms.documents.rewriting import due_documents, rewrite_due
from cms.documents.sequence import start_epoch
from cms.jobs.deadline import Deadline


class Command(BaseCommand):
    help = (
        "Bring all documents to what their pages say now. With --check, change nothing and exit "
        "with 1 if a document differs. Run it with --new-epoch after a database was restored from "
        "a backup: readers of the change feed are then told to start from 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare")
        parser.add_argument(
            "--new-epoch", action="store_true", help="the database was restored from a backup"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self.check_documents()
            return
        if options["new_epoch"]:
            epoch = start_epoch().epoch
            self.stdout.write(f"A new epoch began: {epoch}")
        for count, _page_id in enumerate(rebuild(), start=1):
            if count % 100 == 0 and self.stdout.isatty():
                self.stdout.write(f"\r{count} pages", ending="")
        while due_documents().exists() and rewrite_due(Deadline("documents")):
            pass
        self.stdout.write("All documents equal their pages.")

    def check_documents(self) -> None:
        found = 0
        for difference in differences():
            found += 1
            self.stdout.write(f"{difference.document}: {difference.reason}")
        if found:
            raise CommandError(f"{found} documents differ; run rebuild_documents.")
        self.stdout.write("All documents equal a fresh serialization of their pages.")
