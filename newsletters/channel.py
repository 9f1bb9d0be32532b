"""Tells cms in which newsletters a document went out: the channel "newsletter"."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.channels import Action, ChannelStatus, Todo, Urgency
from cms.documents.addresses import absolute
from cms.models.documents import Document
from newsletters.editions.models import NewsletterPage
from newsletters.mailings import wording
from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.permissions import LOOKING, may_steer
from newsletters.mailings.selectors import Progress, may_send, progress_of_all

State = Mailing.State
# So many of the latest mailings are told of; who wants more looks into the list of mailings.
MOST = 10
# An edition that was published this long ago, and not ordered, waits for nobody any more.
RECENT = timedelta(days=14)


class NewsletterChannel:
    """The `Channel` of documents in mails. A mail is never taken back: it keeps what it says."""

    name = gettext_lazy("Newsletter")

    def status(self, document: Document) -> Iterator[ChannelStatus]:
        mailings = list(mailings_with(document)[:MOST])
        progress, addresses = progress_of_all(mailings), _archive_addresses(mailings)
        for mailing in mailings:
            address = addresses.get(mailing.page_id, "")
            yield _status(mailing, progress[mailing.pk], document, address)

    def actions(self, document: Document) -> Iterator[Action]:
        return iter(())

    def todo(self, user: Any) -> Iterator[Todo]:
        """Tell of mailings that stand still, of unknown outcomes, and of editions to be ordered."""
        if may_steer(user):
            yield from _paused()
            yield from _with_trouble()
        if user.has_perm("newsletters.add_mailing"):
            yield from _unordered(user)

    def has(self, document_id: UUID, destination: str) -> bool:
        """No mailing is a destination with addresses of pages."""
        return False


def mailings_with(document: Document) -> QuerySet[Mailing]:
    """Return the mailings that show the document, the latest first, without their texts."""
    found = Mailing.objects.filter(documents__has_key=str(document.pk))
    return found.defer("html", "text")


def _status(
    mailing: Mailing, progress: Progress, document: Document, address: str
) -> ChannelStatus:
    is_current = mailing.documents.get(str(document.pk)) == document.sequence
    return ChannelStatus(
        place=mailing.subject,
        state=wording.state_in_words(mailing, progress, timezone.now()),
        is_current=is_current,
        address=address,
        when=mailing.finished_at or mailing.started_at or mailing.starts_at,
        error=mailing.pause_reason if mailing.state == State.PAUSED else "",
        note=_note(progress, is_current=is_current),
        detail_url=reverse("mailings:show", args=[mailing.pk]),
        detail_for=LOOKING,
    )


def _note(progress: Progress, *, is_current: bool) -> str:
    accepted = progress.counts.get(Delivery.State.ACCEPTED, 0)
    words = _("got by %(people)s") % {"people": wording.people(accepted)} if accepted else ""
    earlier = "" if is_current else _("says what was published when it was ordered")
    return "; ".join(part for part in (words, earlier) if part)


def _archive_addresses(mailings: list[Mailing]) -> dict[int | None, str]:
    """Return where the archive shows the editions, by page id, of those that it shows."""
    ids = [mailing.page_id for mailing in mailings]
    pages = NewsletterPage.objects.filter(pk__in=ids).live().public()
    return {page.pk: absolute(parts[2]) for page in pages if (parts := page.get_url_parts())}


def _paused() -> Iterator[Todo]:
    paused = Mailing.objects.filter(state=State.PAUSED).defer("html", "text")
    for mailing in paused[:MOST]:
        yield Todo(
            text=_("Newsletter “%(title)s” is paused") % {"title": mailing.subject},
            url=reverse("mailings:show", args=[mailing.pk]),
            urgency=Urgency.NOW,
            note=mailing.pause_reason,
        )


def _with_trouble() -> Iterator[Todo]:
    uncertain = Delivery.objects.filter(mailing=OuterRef("pk"), state=Delivery.State.UNCERTAIN)
    recent = Mailing.objects.filter(created_at__gt=timezone.now() - RECENT).exclude(
        state=State.PAUSED
    )
    mailings = list(recent.filter(Exists(uncertain)).defer("html", "text")[:MOST])
    progress = progress_of_all(mailings)
    for mailing in mailings:
        count = progress[mailing.pk].counts[Delivery.State.UNCERTAIN]
        words = ngettext(
            "Newsletter “%(title)s”: %(count)d mail may have arrived or not",
            "Newsletter “%(title)s”: %(count)d mails may have arrived or not",
            count,
        )
        address = reverse("mailings:show", args=[mailing.pk])
        yield Todo(
            text=words % {"title": mailing.subject, "count": count},
            url=f"{address}?stan={Delivery.State.UNCERTAIN}",
            count=count,
        )


def _unordered(user: Any) -> Iterator[Todo]:
    ordered = Mailing.objects.filter(page=OuterRef("pk")).exclude(state=State.CANCELLED)
    editions = NewsletterPage.objects.filter(
        ~Exists(ordered), live=True, first_published_at__gt=timezone.now() - RECENT
    )
    for page in editions.order_by("-first_published_at")[:MOST]:
        if may_send(user, page):
            yield Todo(
                text=_("Newsletter “%(title)s” is published, but was not sent")
                % {"title": page.title},
                url=reverse("mailings:order", args=[page.pk]),
                urgency=Urgency.NOTE,
            )
