"""Changes of a subscription: by the person's own links, and by staff for them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models import Topic
from cms.polish import date_in_words
from newsletters.outbox.models import OutgoingMail
from newsletters.subscribers import mails
from newsletters.subscribers.addresses import address_hashes, normalize
from newsletters.subscribers.models import Consent, ConsentClause, SignUp, Subscriber, Suppression
from newsletters.subscribers.selectors import (
    clause_in_force,
    consents_of,
    is_suppressed,
)
from newsletters.subscribers.services.sign_ups import locked_subscriber, subscribe
from newsletters.subscribers.services.suppressions import suppress

logger = structlog.get_logger(__name__)

SAMPLE_DOMAIN = "example.org"
# At most one mail with the link to the own data in this time.
DATA_LINK_EVERY = timedelta(hours=1)

Source = Consent.Source


@transaction.atomic
def leave(*, subscriber_id: UUID, source: str, evidence: str = "", by: int | None = None) -> bool:
    """Withdraw the consent in force; return False, and add nothing, when there is none.

    `by` is the id of the member of staff who was asked to do it.
    """
    people = Subscriber.objects.select_for_update()
    subscriber = people.filter(pk=subscriber_id, consent__isnull=False).first()
    if subscriber is None:
        return False
    _withdraw(subscriber, source=source, evidence=evidence, by=by)
    Subscriber.objects.filter(pk=subscriber.pk).update(consent=None, left_at=timezone.now())
    logger.info("subscriber_left", subscriber=str(subscriber.pk), source=source)
    return True


@transaction.atomic
def change_preferences(*, subscriber_id: UUID, first_name: str, topics: Iterable[Topic]) -> bool:
    """Keep what the person likes to get; return False if they have left."""
    people = Subscriber.objects.filter(pk=subscriber_id, consent__isnull=False)
    if not people.update(first_name=first_name):
        return False
    people.get().topics.set(topics)
    return True


@transaction.atomic
def send_data_link(*, subscriber_id: UUID) -> bool:
    """Mail a person the link to their data; return False when that may not be just now."""
    now = timezone.now()
    is_allowed = Q(data_link_sent_at__isnull=True) | Q(data_link_sent_at__lte=now - DATA_LINK_EVERY)
    people = Subscriber.objects.filter(is_allowed, pk=subscriber_id)
    if not people.update(data_link_sent_at=now):
        return False
    subscriber = Subscriber.objects.get(pk=subscriber_id)
    if is_suppressed(subscriber.email):
        return False
    mails.data_link(subscriber).send()
    return True


@transaction.atomic
def erase(*, subscriber_id: UUID, by: int | None = None) -> bool:
    """Forget a person on request; return False if they were forgotten already.

    The ledger of consent stays as proof, by hash, and a suppression blocks that somebody imports
    the address again.
    """
    email = Subscriber.objects.filter(pk=subscriber_id).values_list("email", flat=True).first()
    if email is None:
        return False
    # In the order in which `confirm` takes its locks.
    sign_ups = SignUp.objects.filter(address_hash__in=address_hashes(email))
    list(sign_ups.select_for_update().order_by("pk"))
    sign_ups.delete()
    suppress(address=email, reason=Suppression.Reason.ERASED)
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        return False
    _withdraw(subscriber, source=Source.ERASURE, by=by)
    unsent = OutgoingMail.objects.filter(recipient__iexact=email)
    unsent.exclude(state=OutgoingMail.State.CLAIMED).delete()
    subscriber.delete()
    logger.info("subscriber_erased", subscriber=str(subscriber_id))
    return True


@transaction.atomic
def record_written_consent(
    *,
    address: str,
    first_name: str,
    topics: Iterable[Topic],
    clause: ConsentClause,
    document_date: date,
    document_reference: str,
    by: int,
) -> Subscriber:
    """Subscribe a person who agreed on paper.

    Raises ValidationError in words, keyed by the fields of the staff's form.
    """
    address = normalize(address)
    _check_document(clause, document_date, document_reference)
    _check_address(address, document_date)
    subscriber = locked_subscriber(address)
    consent = Consent.objects.create(
        subscriber_id=subscriber.pk,
        address_hash=subscriber.address_hash,
        clause=clause,
        kind=Consent.Kind.GIVEN,
        source=Source.STAFF,
        evidence=document_reference.strip(),
        requested_at=_noon(document_date),
        recorded_by_id=by,
    )
    subscribe(subscriber, consent, first_name=first_name, topics=topics)
    logger.info("written_consent_recorded", subscriber=str(subscriber.pk), by=by)
    return Subscriber.objects.get(pk=subscriber.pk)


@transaction.atomic
def add_sample(*, address: str, topics: Iterable[Topic] = (), first_name: str = "") -> Subscriber:
    """Add a subscriber who does not exist, at example.org alone; again changes nothing.

    Raises ValueError for any other address, one that a real person gave, and without a clause.
    """
    address = normalize(address)
    if address.rpartition("@")[2] != SAMPLE_DOMAIN:
        raise ValueError("Samples live at example.org only.")
    clause = clause_in_force()
    if clause is None:
        raise ValueError("There is no consent clause in force.")
    subscriber = locked_subscriber(address, is_sample=True)
    if not subscriber.is_sample:
        raise ValueError("This address was given by somebody; it is no sample.")
    if subscriber.consent is not None or consents_of(subscriber).exists():
        return subscriber
    consent = Consent.objects.create(
        subscriber_id=subscriber.pk,
        address_hash=subscriber.address_hash,
        clause=clause,
        kind=Consent.Kind.GIVEN,
        source=Source.SAMPLE,
    )
    subscribe(subscriber, consent, first_name=first_name, topics=topics)
    return Subscriber.objects.get(pk=subscriber.pk)


def _withdraw(
    subscriber: Subscriber, *, source: str, evidence: str = "", by: int | None = None
) -> None:
    """Add the withdrawal of the newest consent to the ledger; the row is locked."""
    newest = Consent.objects.filter(subscriber_id=subscriber.pk).order_by("at", "pk").last()
    if newest is None:
        return
    Consent.objects.create(
        subscriber_id=subscriber.pk,
        address_hash=subscriber.address_hash,
        clause=(subscriber.consent or newest).clause,
        kind=Consent.Kind.WITHDRAWN,
        source=source,
        evidence=evidence,
        recorded_by_id=by,
    )


def _check_document(clause: ConsentClause, document_date: date, reference: str) -> None:
    if document_date > timezone.localdate():
        raise ValidationError({"document_date": _("The document cannot be from the future.")})
    if not reference.strip():
        raise ValidationError({"document_reference": _("Say where the document is kept.")})
    in_force = clause_in_force()
    if in_force is None or clause.controller != in_force.controller:
        raise ValidationError(
            {
                "clause": _(
                    "This clause is not of the present data controller: ask for a new consent."
                )
            }
        )


def _check_address(address: str, document_date: date) -> None:
    """Refuse an address whose owner has said no, more lately than the document says yes."""
    if is_suppressed(address):
        words = _(
            "This address is blocked. Its owner can lift that alone, by the sign-up form, unless "
            "staff have blocked it."
        )
        raise ValidationError({"email": words})
    withdrawn = Consent.objects.filter(
        address_hash__in=address_hashes(address), kind=Consent.Kind.WITHDRAWN
    )
    last = withdrawn.order_by("at").last()
    if last and document_date <= timezone.localdate(last.at):
        words = _("The person has left on %(date)s. Only a later document can bring them back.")
        day = date_in_words(timezone.localdate(last.at))
        raise ValidationError({"document_date": words % {"date": day}})


def _noon(day: date) -> datetime:
    """Return a time that is that day in every zone of Europe: the document has no hour."""
    return datetime.combine(day, time(12), tzinfo=UTC)
