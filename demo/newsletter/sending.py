"""Has the demo's edition sent, once, and says who has not got it."""

import math
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from demo.newsletter import content
from demo.newsletter.content import Standing
from demo.newsletter.mails import Mails
from newsletters.editions.models import NewsletterPage
from newsletters.mailings import selectors, services
from newsletters.mailings.models import Delivery, Mailing

# The same at every start, so that however often it is ordered, it goes out once.
REQUEST_ID = uuid5(NAMESPACE_URL, "https://example.org/razem/demo/edition")
# So long after a mailing has finished, a copy too many would still be noticed.
SETTLED_SECONDS = 60


def order_edition() -> None:
    """Have the sample edition sent unless it was, or was deleted, or ordered by the newcomer.

    Raises services.NotSendableError with what speaks against it.
    """
    edition = NewsletterPage.objects.filter(slug=content.EDITION["slug"], is_sample=True).first()
    ordered = Mailing.objects.filter(request_id=REQUEST_ID).first()
    if ordered is None and edition is not None and selectors.mailing_of(edition) is None:
        order(edition, REQUEST_ID)
    elif ordered is not None and ordered.state == Mailing.State.PAUSED and not ordered.retry_at:
        # A start that was killed before the mails were gone: too late now without being told.
        services.resume(ordered)


def order(edition: NewsletterPage, request_id: UUID | None = None) -> Mailing:
    """Have an edition sent at once: this process has no time for second thoughts."""
    return services.order(page=edition, user=None, starts_at=None, request_id=request_id or uuid4())


def subject_sent() -> str:
    """Return the subject of the sample edition that was ordered; empty where there is none."""
    mailing = demo_mailing()
    return mailing.subject if mailing else ""


def demo_mailing() -> Mailing | None:
    """Return the mailing of the sample edition, unless it was cancelled or the edition deleted."""
    ours = Mailing.objects.filter(request_id=REQUEST_ID, page__isnull=False)
    return ours.exclude(state=Mailing.State.CANCELLED).first()


def what_is_missing(mails: Mails | None) -> list[str]:
    """Return in words what the mailing of the sample edition lacks; [] where there is none.

    Without a mailbox of ours only the ledger can tell.
    """
    mailing = demo_mailing()
    if mailing is None:
        return []
    if mails is None:
        return [*unfinished(REQUEST_ID), *not_accepted(mailing)]
    # What the newcomer sends later under the same subject is another matter.
    until = mailing.finished_at.timestamp() + SETTLED_SECONDS if mailing.finished_at else math.inf
    arrived = mails.differences(mailing.subject, confirmed_readers(), until=until)
    return [*unfinished(REQUEST_ID), *arrived]


def unfinished(request_id: UUID) -> list[str]:
    """Return that a mailing goes on, or why it does not; only then can copies still come."""
    mailing = Mailing.objects.get(request_id=request_id)
    if mailing.state == Mailing.State.FINISHED:
        return []
    reason = f": {mailing.pause_reason}" if mailing.pause_reason else ""
    return [f"„{mailing.subject}” is not sent to all yet ({mailing.state}{reason})"]


def confirmed_readers() -> list[str]:
    return [one.email for one in content.READERS if one.standing == Standing.CONFIRMED]


def not_accepted(mailing: Mailing) -> list[str]:
    """Return what the mail server has not taken."""
    accepted = selectors.progress(mailing).counts.get(Delivery.State.ACCEPTED, 0)
    wanted = len(confirmed_readers())
    if accepted == wanted:
        return []
    return [f"„{mailing.subject}”: the mail server took {accepted} copies of {wanted}"]
