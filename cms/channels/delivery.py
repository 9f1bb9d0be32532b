"""Tells where a document is by pull: in the API, on our own page, in calendars and feeds."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.api.kinds import kind_of
from cms.basepage.models import BasePage
from cms.channels import Action, ChannelStatus, Todo, Urgency
from cms.documents.writing import MOST_ATTEMPTS
from cms.feeds.subjects import SUBJECTS
from cms.models.documents import Document

# So many documents that cannot be written are named; of the others there is a count.
NAMED = 5


class DeliveryChannel:
    """The `Channel` of what others fetch from here."""

    name = gettext_lazy("API and this website")

    def status(self, document: Document) -> Iterator[ChannelStatus]:
        is_current, error = _freshness(document)
        yield ChannelStatus(
            place=_("API"),
            state=_state_in_api(document),
            is_current=is_current,
            address=_api_address(document),
            when=document.updated_at,
            error=error,
            note=_("version %(number)s") % {"number": document.sequence},
        )
        if document.path:
            yield _own_page(document, is_current=is_current)
        if document.type in {subject.document_type for subject in SUBJECTS}:
            yield _feeds(document, is_current=is_current)

    def actions(self, document: Document) -> Iterator[Action]:
        return iter(())

    def todo(self, user: Any) -> Iterator[Todo]:
        """Name the documents whose new state cannot be written: saving the page shows why."""
        failed = Document.objects.filter(rewrite_attempts__gte=MOST_ATTEMPTS, page__isnull=False)
        pages = PagePermissionPolicy(BasePage).instances_user_has_any_permission_for(
            user, {"change"}
        )
        mine = failed.filter(page__in=pages).order_by("-dirty_at")[:NAMED]
        for document in mine:
            yield Todo(
                text=_("“%(title)s”: the new version cannot be prepared. Save the page again.")
                % {"title": document.title},
                url=reverse("wagtailadmin_pages:edit", args=[document.page_id]),
                urgency=Urgency.NOW,
            )

    def has(self, document_id: UUID, destination: str) -> bool:
        """Nothing is sent anywhere: destinations are of other channels."""
        return False


def _freshness(document: Document) -> tuple[bool, str]:
    if document.rewrite_attempts >= MOST_ATTEMPTS:
        return False, _("The new version cannot be prepared. Save the page again.")
    return document.dirty_at is None, ""


def _state_in_api(document: Document) -> str:
    if not document.is_live:
        return _("withdrawn; whoever fetches changes is told to remove it")
    if document.dirty_at is not None:
        return _("published; a newer version is being prepared")
    return pgettext("channel", "published")


def _api_address(document: Document) -> str:
    """Return the address of the JSON; "" where the API has no such type, or for a tombstone."""
    kind = kind_of(document.type)
    if kind is None or not document.is_live:
        return ""
    path = reverse(f"api:{kind.url_name}", args=[document.pk])
    return f"{settings.SITE_URL}{path}"


def _state_of_page(document: Document) -> str:
    if document.is_live:
        return pgettext("channel", "published")
    return _("withdrawn; the address says so")


def _state_in_feeds(document: Document) -> str:
    if document.is_live:
        return pgettext("channel", "included")
    return pgettext("channel", "not included any more")


def _own_page(document: Document, *, is_current: bool) -> ChannelStatus:
    return ChannelStatus(
        place=_("Page on this website"),
        state=_state_of_page(document),
        is_current=is_current,
        address=f"{settings.SITE_URL}{document.path}" if document.is_live else "",
    )


def _feeds(document: Document, *, is_current: bool) -> ChannelStatus:
    is_event = document.type == Document.Type.EVENT
    return ChannelStatus(
        place=_("Calendar and feeds") if is_event else _("Feeds"),
        state=_state_in_feeds(document),
        is_current=is_current,
        address=_calendar_address(document) if is_event and document.is_live else "",
    )


def _calendar_address(document: Document) -> str:
    return f"{settings.SITE_URL}{reverse('api:event-calendar', args=[document.pk])}"
