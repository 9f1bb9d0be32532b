"""What the page shows that asks whether to send an edition: what, to whom, what hinders it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletters.editions.models import NewsletterPage
from newsletters.editions.rendering import Mail, RenderingError, render_mail
from newsletters.mailings import approvals, selectors, wording, words
from newsletters.mailings.permissions import may_see_addresses
from newsletters.sender import in_words, sender_in_force
from newsletters.subscribers.selectors import clause_in_force

# Stands for the recipient's token in what is rendered only to be looked at.
NOBODY_TOKEN = "podglad"  # noqa: S105  (no secret)


@dataclass(frozen=True)
class Obstacle:
    """Why the edition cannot be sent, and where to do something about it, if anywhere."""

    words: str
    url: str = ""
    link: str | Promise = ""


@dataclass(frozen=True)
class Offer:
    """One edition as it would be sent now."""

    page: NewsletterPage
    subject: str
    sender: str
    whom: str
    count: int
    obstacles: list[Obstacle]


def offer(page: NewsletterPage, user: Any, *, reasons: list[str] | None = None) -> Offer:
    """Return what would be sent, with the given reasons against it, or those that there are."""
    mail, fault = _mail(page)
    if reasons is None:
        reasons = [*selectors.obstacles(page, user=user), *([fault] if fault else [])]
    return Offer(
        page=page,
        subject=mail.subject if mail else page.title,
        sender=in_words(sender_in_force()),
        whom=wording.whom(
            [topic.name for topic in page.topics.all()],
            is_sample=mail.is_sample if mail else page.is_sample,
        ),
        count=selectors.audience_of(page, shows_samples=bool(mail and mail.is_sample)).count(),
        obstacles=[_with_link(reason, page, user) for reason in reasons],
    )


def _mail(page: NewsletterPage) -> tuple[Mail | None, str]:
    """Return the mail, or why there is none."""
    try:
        return render_mail(page, clause=clause_in_force(), token=NOBODY_TOKEN), ""
    except RenderingError as error:
        return None, str(error)


def _with_link(reason: str, page: NewsletterPage, user: Any) -> Obstacle:
    for text, find in LINKS:
        if reason == str(text):
            return find(reason, page, user)
    return Obstacle(reason)


def _to_editor(reason: str, page: NewsletterPage, user: Any) -> Obstacle:
    return Obstacle(
        reason, reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Open the editor")
    )


def _to_mailing(reason: str, page: NewsletterPage, user: Any) -> Obstacle:
    mailing = selectors.mailing_of(page)
    if mailing is None:
        return Obstacle(reason)
    return Obstacle(reason, reverse("mailings:show", args=[mailing.pk]), _("See its mailing"))


def _to_approval(reason: str, page: NewsletterPage, user: Any) -> Obstacle:
    if not approvals.may_approve(user, page) or approvals.is_author(user, page):
        return Obstacle(reason)
    return Obstacle(reason, reverse("mailings:approve", args=[page.pk]), _("Look and approve"))


def _to_clauses(reason: str, page: NewsletterPage, user: Any) -> Obstacle:
    if not user.has_perm("newsletters.add_consentclause"):
        return Obstacle(reason)
    return Obstacle(reason, reverse("consent_clauses:add"), _("Add a clause"))


def _to_subscribers(reason: str, page: NewsletterPage, user: Any) -> Obstacle:
    if not may_see_addresses(user):
        return Obstacle(reason)
    return Obstacle(reason, reverse("subscribers:index"), _("See the subscribers"))


LINKS: tuple[tuple[str | Promise, Callable[[str, NewsletterPage, Any], Obstacle]], ...] = (
    (words.NOT_PUBLISHED, _to_editor),
    (words.UNPUBLISHED_CHANGES, _to_editor),
    (words.NOT_APPROVED, _to_approval),
    (words.ORDERED_ALREADY, _to_mailing),
    (words.NO_CLAUSE, _to_clauses),
    (words.NOBODY, _to_subscribers),
)
