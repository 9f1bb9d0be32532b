from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsletters.editions.models import NewsletterPage
from newsletters.mailings import selectors, services
from newsletters.mailings.models import Mailing
from newsletters.mailings.times import check_start, read_start
from newsletters.mailings.wording import moment


class Command(BaseCommand):
    help = (
        "Order the mailing of a published newsletter edition, as „Wyślij…” in the admin does: the "
        "same checks, the same time for second thoughts (MAILING_GRACE_SECONDS); the worker sends "
        "it. Safe to run again: what this command ordered is not ordered twice, the second run "
        "names the mailing that there is and exits with 0. Exit code 1, and every reason, when "
        "the edition cannot be sent, was ordered in the admin, or for another time. Once a mailing "
        "was cancelled the edition can be ordered anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, metavar="ID", help="the edition's page id")
        parser.add_argument(
            "--at",
            metavar="TIME",
            help="when it starts, at most a year ahead: 2026-03-15T09:00 (local time), or with an "
            "offset, 2026-03-15T09:00+01:00; without it, as soon as possible",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        page = NewsletterPage.objects.filter(pk=options["id"]).first()
        if page is None:
            raise CommandError(f"There is no newsletter edition with the page id {options['id']}.")
        starts_at = start(options["at"]) if options["at"] else None
        request_id = request_of(page)
        if ordered := selectors.mailing_of(page):
            self.report_ordered(ordered, request_id, starts_at)
            return
        check(starts_at)
        try:
            mailing = services.order(
                page=page, user=None, starts_at=starts_at, request_id=request_id
            )
        except services.NotSendableError as error:
            raise CommandError("\n".join(error.reasons)) from error
        audience = selectors.audience_of_mailing(mailing).count()
        self.stdout.write(
            f"Mailing {mailing.pk}: recipients now {audience}, starts {moment(mailing.starts_at)}."
        )

    def report_ordered(
        self, mailing: Mailing, request_id: UUID, starts_at: datetime | None
    ) -> None:
        """Say which mailing there is. Raises CommandError if it is another order."""
        words = f"Mailing {mailing.pk} was ordered already; it starts {moment(mailing.starts_at)}"
        if mailing.request_id != request_id:
            raise CommandError(f"{words}; not by this command.")
        if starts_at not in {None, mailing.starts_at}:
            raise CommandError(f"{words}, not at that time. Cancel it in the admin to order anew.")
        self.stdout.write(f"{words}. Nothing new was ordered.")


def request_of(page: NewsletterPage) -> UUID:
    """Return the same id at every run, until the mailing made with it was cancelled."""
    cancelled = Mailing.objects.filter(page_id=page.pk, state=Mailing.State.CANCELLED)
    return uuid5(NAMESPACE_URL, f"razem:send_newsletter:{page.pk}:{cancelled.count()}")


def start(text: str) -> datetime:
    """Return the moment that --at names. Raises CommandError."""
    try:
        return read_start(text)
    except ValidationError as error:
        raise CommandError(f"--at {text}: {' '.join(error.messages)}") from error


def check(starts_at: datetime | None) -> None:
    """Raise CommandError for a start that cannot be."""
    if starts_at is None:
        return
    try:
        check_start(starts_at, timezone.now())
    except ValidationError as error:
        raise CommandError(f"--at: {' '.join(error.messages)}") from error
