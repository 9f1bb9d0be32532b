"""Where a page is: what it says of itself, and what every channel says of its document."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.basepage.models import BasePage
from cms.channels import PUBLISH, Action, Answer, ChannelStatus, ask
from cms.documents.liveness import is_public, is_restricted, own_path
from cms.models.documents import Document
from cms.models.published import DocumentPage


@dataclass(frozen=True)
class Place:
    """One place of a channel, with what the person may do there."""

    status: ChannelStatus
    detail_url: str
    actions: list[Action]


@dataclass(frozen=True)
class ChannelView:
    """One channel as the person sees it."""

    name: str
    places: list[Place]
    is_failed: bool


@dataclass(frozen=True)
class Whereabouts:
    """All that is known of where a page is."""

    page: BasePage
    state: str
    notes: list[str]
    channels: list[ChannelView]
    checked_at: datetime


def whereabouts(page: BasePage, user: Any) -> Whereabouts:
    """Ask everyone where the page is. The plain page is enough; it is read, never changed."""
    document = Document.objects.filter(page_id=page.pk).first()
    return Whereabouts(
        page=page,
        state=page_state(page, document),
        notes=list(_notes(page, document)),
        channels=[_seen_by(answer, page, user) for answer in ask(document)] if document else [],
        checked_at=timezone.now(),
    )


def may_see(page: BasePage, user: Any) -> bool:
    """Whether the person works with the page: who may edit or publish it."""
    permissions = page.permissions_for_user(user)
    return bool(permissions.can_edit() or permissions.can_publish())


def may_act(user: Any, page: BasePage | None, permission: str) -> bool:
    """Whether the person holds what an action asks for; nobody publishes a deleted page."""
    if permission != PUBLISH:
        return bool(user.has_perm(permission))
    return page is not None and bool(page.permissions_for_user(user).can_publish())


def page_state(page: BasePage, document: Document | None) -> str:
    """Say whether the world may see the page, and since when."""
    if page.expired or (page.live and page.expire_at and page.expire_at <= timezone.now()):
        return _("Expired %(time)s.") % {"time": moment(page.expire_at)}
    if page.live:
        return _live_state(page)
    if page.first_published_at is None:
        return _("Not published: it is a draft, and never was public.")
    if document is not None and not document.is_live:
        return _("Withdrawn %(time)s.") % {"time": moment(document.updated_at)}
    return _("Withdrawn.")


def moment(at: datetime | None) -> str:
    """Return a time as people here read it, "–" for none."""
    if at is None:
        return "–"
    return date_format(timezone.localtime(at, timezone.get_default_timezone()), "j E Y, H:i")


def _live_state(page: BasePage) -> str:
    if is_restricted(page.path):
        return _("Private: only those who were let in see it. No channel gets it.")
    return _("Published %(time)s.") % {"time": moment(page.last_published_at)}


def _notes(page: BasePage, document: Document | None) -> Iterator[str]:
    if page.live and page.has_unpublished_changes:
        yield _(
            "The latest changes are a draft: nobody outside sees them until they are published."
        )
    if go_live_at := _scheduled_at(page):
        yield _("Will be published %(time)s.") % {"time": moment(go_live_at)}
    if page.live and page.expire_at and page.expire_at > timezone.now():
        yield _("Will be withdrawn %(time)s.") % {"time": moment(page.expire_at)}
    if not issubclass(page.specific_class or BasePage, DocumentPage):
        yield _only_here(page)
    elif document is None:
        yield _("No channel has it yet.")


def _scheduled_at(page: BasePage) -> datetime | None:
    scheduled = page.scheduled_revision
    return scheduled.approved_go_live_at if scheduled else None


def _only_here(page: BasePage) -> str:
    if not is_public(page):
        return _("Pages of this kind are on this website only.")
    return _("Pages of this kind are on this website only: %(address)s") % {
        "address": f"{settings.SITE_URL}{own_path(page)}"
    }


def _seen_by(answer: Answer, page: BasePage, user: Any) -> ChannelView:
    allowed = [action for action in answer.actions if may_act(user, page, action.permission)]
    places = [
        Place(
            status=status,
            detail_url=status.detail_url if _may_look(user, status) else "",
            actions=[action for action in allowed if action.place == status.place],
        )
        for status in answer.statuses
    ]
    return ChannelView(answer.name, places, answer.is_failed)


def _may_look(user: Any, status: ChannelStatus) -> bool:
    return not status.detail_for or any(user.has_perm(name) for name in status.detail_for)
