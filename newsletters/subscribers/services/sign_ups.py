"""Double opt-in: a form waits for its confirmation, and only that touches a subscriber.

Neither the form nor its answer looks at who is subscribed, so nobody can learn it there.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from cms.models import Topic
from newsletters.subscribers import limits, mails
from newsletters.subscribers.addresses import address_hash, hash_key, key, normalize
from newsletters.subscribers.models import Consent, ConsentClause, SignUp, Subscriber
from newsletters.subscribers.selectors import (
    CONFIRMATION_LASTS,
    clause_in_force,
    is_blocked_by_staff,
)
from newsletters.subscribers.services.suppressions import lift

logger = structlog.get_logger(__name__)


class TooManySignUpsError(Exception):
    """The network has sent too many forms; it may send the next one in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class Outcome(StrEnum):
    CONFIRMED = "confirmed"
    # Too old, used up, or never sent.
    GONE = "gone"
    # What was agreed to is not asked any more: another data controller has come.
    OTHER_CONTROLLER = "other_controller"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Answer:
    """What came of a confirmation; the subscriber's id when there is one now."""

    outcome: Outcome
    subscriber_id: UUID | None = None


def sign_up(
    *,
    address: str,
    first_name: str,
    topics: Iterable[Topic],
    clause: ConsentClause,
    source_url: str,
    network_hash: str,
) -> None:
    """Keep a form that was sent, and ask the owner of the address by mail whether it was theirs.

    No mail goes to an address that staff have blocked, or that got enough of them today; the
    answer is the same. Raises TooManySignUpsError when the network has had enough.
    """
    address = normalize(address)
    sign_up_id = uuid.uuid4()
    mail = mails.confirmation(address=address, sign_up_id=sign_up_id, clause=clause)
    with transaction.atomic():
        # One at a time, so that the limits hold exactly.
        ConsentClause.objects.select_for_update(no_key=True).get(pk=clause.pk)
        if seconds := limits.seconds_to_wait(network_hash):
            raise TooManySignUpsError(seconds)
        row = SignUp(id=sign_up_id, clause=clause, source_url=source_url, network_hash=network_hash)
        if is_blocked_by_staff(address) or not limits.may_mail(address):
            row.save()
            return
        row.email, row.first_name = address, first_name
        row.address_hash, row.mailed_at = address_hash(address), timezone.now()
        row.save()
        row.topics.set(topics)
        mail.send()


@transaction.atomic
def confirm(*, sign_up_id: UUID) -> Answer:
    """Make subscriber, topics and consent of a sign-up; a second time changes nothing."""
    row = SignUp.objects.select_for_update().filter(pk=sign_up_id, mailed_at__isnull=False).first()
    if row is None or row.created_at <= timezone.now() - CONFIRMATION_LASTS:
        return Answer(Outcome.GONE)
    if row.confirmed_at is not None:
        return _answer_again(row)
    in_force = clause_in_force()
    if in_force is None or in_force.controller != row.clause.controller:
        return Answer(Outcome.OTHER_CONTROLLER)
    if is_blocked_by_staff(row.email):
        return Answer(Outcome.BLOCKED)
    lift(row.email)
    subscriber = locked_subscriber(row.email)
    consent = Consent.objects.create(
        subscriber_id=subscriber.pk,
        address_hash=subscriber.address_hash,
        clause=row.clause,
        kind=Consent.Kind.GIVEN,
        source=Consent.Source.FORM,
        evidence=row.source_url,
        requested_at=row.created_at,
    )
    subscribe(subscriber, consent, first_name=row.first_name, topics=row.topics.all())
    SignUp.objects.filter(pk=row.pk).update(confirmed_at=timezone.now())
    logger.info("subscription_confirmed", subscriber=str(subscriber.pk), consent=consent.pk)
    return Answer(Outcome.CONFIRMED, subscriber.pk)


def locked_subscriber(address: str, *, is_sample: bool = False) -> Subscriber:
    """Return the row of a normalized address, a new one if need be, locked.

    A new one counts as left: nobody may be mailed before the consent is there.
    """
    new = {
        "email": address,
        "address_hash": address_hash(address),
        "hash_key": hash_key(),
        "is_sample": is_sample,
        "left_at": timezone.now(),
    }
    while True:
        found, _is_new = Subscriber.objects.get_or_create(address_key=key(address), defaults=new)
        held = Subscriber.objects.select_for_update().filter(pk=found.pk).first()
        if held is not None:  # Nobody erased it meanwhile.
            return held


def subscribe(
    subscriber: Subscriber, consent: Consent, *, first_name: str, topics: Iterable[Topic]
) -> None:
    """Let a consent count from now on, with what the person chose; the row is locked."""
    Subscriber.objects.filter(pk=subscriber.pk).update(
        consent=consent, first_name=first_name, left_at=None
    )
    subscriber.topics.set(topics)


def _answer_again(row: SignUp) -> Answer:
    """Answer the second click on a button like the first, unless the person has left since."""
    subscriber = Subscriber.objects.filter(
        address_key=key(row.email), consent__isnull=False
    ).first()
    if subscriber is None:
        return Answer(Outcome.GONE)
    return Answer(Outcome.CONFIRMED, subscriber.pk)
