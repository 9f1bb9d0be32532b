"""Four eyes: while the team requires it, a mail is sent once a second person has approved it."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from cms.accounts.models import TeamSettings
from cms.channels import Todo, Urgency
from newsletters.editions.models import NewsletterPage
from newsletters.editions.rendering import RenderingError, render_mail
from newsletters.mailings.models import Approval, Mailing, marker_of
from newsletters.subscribers.selectors import clause_in_force

APPROVING = "newsletters.approve_mailing"
NO_REQUEST = UUID(int=0)
# An edition that was published this long ago, and not ordered, waits for nobody any more.
RECENT = timedelta(days=14)
MOST = 10

OWN_VERSION = gettext_lazy("You saved this version yourself: somebody else has to look.")
PUBLISH_FIRST = gettext_lazy("Only a published version can be approved. Publish it first.")


class NotApprovableError(Exception):
    """The approval cannot be given; the message says why, in words for staff."""


def is_required() -> bool:
    """Whether newsletters need a second person at all."""
    return TeamSettings.load().is_approval_required


def may_approve(user: Any, page: NewsletterPage) -> bool:
    """Whether the person may approve editions; whether also this one, `is_author` says."""
    may_publish: bool = page.permissions_for_user(user).can_publish()
    return may_publish and bool(user.has_perm(APPROVING))


def is_author(user: Any, page: NewsletterPage) -> bool:
    """Whether the person has saved what is published: that one cannot be the second."""
    return user is not None and user.pk == author_id(page)


def author_id(page: NewsletterPage) -> int | None:
    """Return who saved the published version; of a page without versions, who owns it."""
    revision = page.live_revision
    return revision.user_id if revision and revision.user_id else page.owner_id


def fingerprint_of(page: NewsletterPage) -> str:
    """Return the fingerprint of the mail as it reads now. Raises RenderingError."""
    marker = marker_of(NO_REQUEST)
    mail = render_mail(page, clause=clause_in_force(), token=marker)
    return fingerprint_of_texts(mail.subject, mail.html, mail.text, marker)


def fingerprint_of_texts(subject: str, html: str, text: str, marker: str) -> str:
    """Return the SHA-256 of what a mail says, without the marker of the recipient's token."""
    said = "\0".join([subject, html, text]).replace(marker, "")
    return hashlib.sha256(said.encode()).hexdigest()


def approval_of(page: NewsletterPage, mark: str) -> Approval | None:
    """Return the approval of a mail with that fingerprint by somebody other than its author."""
    found = Approval.objects.filter(page_id=page.pk, fingerprint=mark, approved_by__isnull=False)
    return found.exclude(approved_by=author_id(page)).select_related("approved_by").first()


def is_missing(page: NewsletterPage) -> bool:
    """Whether the edition may not be sent yet because nobody else has approved it.

    An edition that cannot become a mail has another obstacle; this one can wait.
    """
    if not is_required():
        return False
    try:
        return approval_of(page, fingerprint_of(page)) is None
    except RenderingError:
        return False


@transaction.atomic
def approve(*, page: NewsletterPage, user: Any, seen: str) -> Approval:
    """Approve the mail whose fingerprint the person has seen. Raises NotApprovableError."""
    page = NewsletterPage.objects.get(pk=page.pk)
    if is_author(user, page):
        raise NotApprovableError(str(OWN_VERSION))
    if not page.live or page.has_unpublished_changes:
        raise NotApprovableError(str(PUBLISH_FIRST))
    try:
        now = fingerprint_of(page)
    except RenderingError as error:
        raise NotApprovableError(str(error)) from error
    if seen != now:
        raise NotApprovableError(
            _("The mail has changed since you opened this page. Look at it again.")
        )
    approval, is_new = Approval.objects.get_or_create(page=page, fingerprint=now, approved_by=user)
    if is_new:
        log(instance=page, action="newsletters.approve", user=user)
    return approval


@transaction.atomic
def withdraw(*, page: NewsletterPage, user: Any) -> bool:
    """Take back the person's approvals of an edition; return False if there were none."""
    count, _rows = Approval.objects.filter(page_id=page.pk, approved_by=user).delete()
    if count:
        log(instance=page, action="newsletters.withdraw_approval", user=user)
    return bool(count)


def todo(user: Any) -> Iterator[Todo]:
    """Tell of the published editions that wait for this person's approval."""
    if not (user.has_perm(APPROVING) and is_required()):
        return
    ordered = Mailing.objects.filter(page=OuterRef("pk")).exclude(state=Mailing.State.CANCELLED)
    editions = NewsletterPage.objects.filter(
        ~Exists(ordered), live=True, last_published_at__gt=timezone.now() - RECENT
    )
    for page in editions.order_by("last_published_at")[:MOST]:
        if may_approve(user, page) and not is_author(user, page) and is_missing(page):
            yield Todo(
                text=_("Newsletter “%(title)s”") % {"title": page.title},
                url=reverse("mailings:approve", args=[page.pk]),
                urgency=Urgency.SOON,
                note=_("to be approved before it is sent"),
            )
