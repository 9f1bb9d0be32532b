"""Reads about mailings: who is to get one, how far it is, what hinders it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.documents.liveness import is_public
from cms.documents.selectors import live_documents
from cms.models.documents import Document
from newsletters.editions.models import NewsletterPage
from newsletters.mailings import approvals, ledger, smtp, words
from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.recipients import SAMPLE_DOMAIN, are_samples_mailed
from newsletters.subscribers.models import Subscriber
from newsletters.subscribers.selectors import audience, clause_in_force

RECENT = timedelta(seconds=30)

State = Mailing.State


@dataclass(frozen=True)
class Progress:
    """How far a mailing is: deliveries by state; every recipient is in exactly one."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        return sum(self.counts.get(state, 0) for state in Delivery.OPEN)

    @property
    def done(self) -> int:
        return self.total - self.open

    @property
    def percent(self) -> int:
        """Whole percent that are done; 100 only when all are."""
        return self.done * 100 // self.total if self.total else 0


def progress(mailing: Mailing) -> Progress:
    """Count the deliveries of a mailing by state."""
    rows = mailing.deliveries.values_list("state").annotate(number=Count("pk"))
    counts = {str(state): number for state, number in rows.order_by("state")}
    return Progress(counts=counts)


def progress_of_all(mailings: Iterable[Mailing]) -> dict[int, Progress]:
    """Return the counts of several mailings, by id, with one query."""
    counts: dict[int, dict[str, int]] = {mailing.pk: {} for mailing in mailings}
    rows = Delivery.objects.filter(mailing_id__in=counts).values_list("mailing_id", "state")
    for pk, state, number in rows.annotate(number=Count("pk")).order_by("mailing_id", "state"):
        counts[pk][str(state)] = number
    return {pk: Progress(counts=found) for pk, found in counts.items()}


def deliveries(mailing: Mailing, state: str = "") -> QuerySet[Delivery]:
    """Return the ledger rows of a mailing, or those in one state, in a stable order."""
    found = mailing.deliveries.select_related("subscriber").order_by("pk")
    return found.filter(state=state) if state else found


def audience_of(page: NewsletterPage, *, shows_samples: bool = False) -> QuerySet[Subscriber]:
    """Return who would get the edition if it started now; what shows samples goes to samples."""
    clause = clause_in_force()
    if clause is None:
        return Subscriber.objects.none()
    topic_ids = [topic.pk for topic in page.topics.all()]
    return may_get(
        audience(controller=clause.controller, topic_ids=topic_ids),
        is_sample=page.is_sample or shows_samples,
    )


def audience_of_mailing(mailing: Mailing) -> QuerySet[Subscriber]:
    """Return who is to get a mailing that starts now, by its frozen terms."""
    found = audience(controller=mailing.controller, topic_ids=list(mailing.topic_ids))
    return may_get(found, is_sample=mailing.is_sample)


def may_get(subscribers: QuerySet[Subscriber], *, is_sample: bool) -> QuerySet[Subscriber]:
    """Leave out sample addresses outside the demo, and real ones of a sample edition."""
    if not are_samples_mailed():
        subscribers = subscribers.filter(is_sample=False)
    if is_sample:
        at_sample_domain = Q(email__endswith=f"@{SAMPLE_DOMAIN}")
        return subscribers.filter(at_sample_domain | Q(email__endswith=f".{SAMPLE_DOMAIN}"))
    return subscribers


def obstacles(page: NewsletterPage, *, user: Any = None) -> list[str]:
    """Return in words why an edition cannot be sent now; empty when it can.

    With a user, also whether that person may. Commands run as the operator, without one.
    """
    found = [*_obstacles_of_page(page), *_obstacles_of_installation(page)]
    if user is not None and not may_send(user, page):
        found.insert(0, str(words.NOT_ALLOWED))
    return found


def may_send(user: Any, page: NewsletterPage) -> bool:
    """Whether the person may publish the edition and order mailings."""
    can_publish: bool = page.permissions_for_user(user).can_publish()
    return can_publish and bool(user.has_perm("newsletters.add_mailing"))


def _obstacles_of_page(page: NewsletterPage) -> list[str]:
    found = []
    if not page.live or not is_public(page):
        found.append(str(words.NOT_PUBLISHED))
    elif page.has_unpublished_changes:
        found.append(str(words.UNPUBLISHED_CHANGES))
    elif approvals.is_missing(page):
        found.append(str(words.NOT_APPROVED))
    mailing = mailing_of(page)
    if mailing is not None:
        found.append(str(words.ORDERED_ALREADY))
    return found


def _obstacles_of_installation(page: NewsletterPage) -> list[str]:
    found = []
    if not smtp.is_configured():
        found.append(str(smtp.NOT_CONFIGURED))
    if clause_in_force() is None:
        found.append(str(words.NO_CLAUSE))
    elif not audience_of(page).exists():
        found.append(str(words.NOBODY))
    if page.is_sample and not settings.IS_DEMO:
        found.append(_("This is a sample edition: it is sent only in the demo."))
    return found


def mailing_of(page: NewsletterPage) -> Mailing | None:
    """Return the mailing of an edition, unless it was cancelled."""
    mailings: QuerySet[Mailing] = Mailing.objects.filter(page_id=page.pk)
    return mailings.exclude(state=State.CANCELLED).first()


def ready_to_send() -> QuerySet[Mailing]:
    """Return the mailings that have a copy to try now, the oldest first."""
    waiting = ledger.claimable(timezone.now()).filter(mailing=OuterRef("pk"))
    return Mailing.objects.filter(Exists(waiting), state=State.SENDING).order_by("created_at", "pk")


def all_done() -> QuerySet[Mailing]:
    """Return the mailings that are being sent and have nobody left."""
    rest = ledger.unfinished().filter(mailing=OuterRef("pk"))
    return Mailing.objects.filter(~Exists(rest), state=State.SENDING)


def to_start(now: datetime) -> QuerySet[Mailing]:
    """Return the scheduled mailings whose time has come."""
    return Mailing.objects.filter(state=State.SCHEDULED, starts_at__lte=now)


def to_resume(now: datetime) -> QuerySet[Mailing]:
    """Return the mailings that rest because of the server and are to be tried again."""
    return Mailing.objects.filter(state=State.PAUSED, retry_at__lte=now)


def has_recent_success(mailing: Mailing) -> bool:
    """Whether the server has taken a copy in the last half minute."""
    since = timezone.now() - RECENT
    return mailing.deliveries.filter(state=Delivery.State.ACCEPTED, changed_at__gte=since).exists()


def withdrawn_titles(mailing: Mailing) -> list[str]:
    """Return the titles of what the mail shows and nobody may see any more."""
    return _titles(_not_live(mailing) - _hidden(mailing))


def is_being_rewritten(mailing: Mailing) -> bool:
    """Whether something that the mail shows is hidden for the moment, and comes back by itself."""
    return bool(_hidden(mailing))


def _not_live(mailing: Mailing) -> set[str]:
    ids = set(mailing.documents)
    return ids - {
        str(pk) for pk in live_documents().filter(pk__in=ids).values_list("pk", flat=True)
    }


def _hidden(mailing: Mailing) -> set[str]:
    hidden = Document.objects.filter(
        pk__in=_not_live(mailing), is_live=False, dirty_at__isnull=False
    )
    return {str(pk) for pk in hidden.values_list("pk", flat=True)}


def changed_titles(mailing: Mailing) -> list[str]:
    """Return the titles of what the mail shows and has changed since it was ordered."""
    shown = mailing.documents
    rows = Document.objects.filter(pk__in=shown).values_list("pk", "sequence")
    return _titles({str(pk) for pk, sequence in rows if sequence != shown[str(pk)]})


def _titles(ids: Iterable[str]) -> list[str]:
    found = Document.objects.filter(pk__in=list(ids)).order_by("title")
    return [f"„{title}”" for title in found.values_list("title", flat=True)]
