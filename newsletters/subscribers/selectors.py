"""Reads about subscribers: which clause is in force, who may be mailed, why somebody may not."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.stored_words import say
from newsletters.subscribers.addresses import address_hashes
from newsletters.subscribers.models import (
    Consent,
    ConsentClause,
    Purpose,
    SignUp,
    Subscriber,
    Suppression,
)

CONFIRMATION_LASTS = timedelta(days=14)

BLOCKED = _("The address is blocked.")
LEFT = _("This person has left the newsletter.")
OTHER_CONTROLLER = _("The consent was given to another data controller.")


def clause_in_force() -> ConsentClause | None:
    """Return the clause that people are asked for now, or None before there is one."""
    clauses = ConsentClause.objects.filter(
        purpose=Purpose.NEWSLETTER, in_force_from__lte=timezone.now()
    )
    return clauses.order_by("-in_force_from", "-version").first()


def audience(*, controller: str, topic_ids: list[int]) -> QuerySet[Subscriber]:
    """Return who may be mailed now: consent to that controller, not left, not suppressed.

    With topics, those who chose one of them, or none; without, everybody. Each once, by pk.
    """
    people = Subscriber.objects.filter(
        ~Exists(_suppressions_of(OuterRef("address_hash"))),
        left_at__isnull=True,
        consent__kind=Consent.Kind.GIVEN,
        consent__clause__controller=controller,
        consent__clause__purpose=Purpose.NEWSLETTER,
    )
    if topic_ids:
        chosen = Subscriber.topics.through.objects.filter(subscriber_id=OuterRef("pk"))
        people = people.filter(Exists(chosen.filter(topic_id__in=topic_ids)) | ~Exists(chosen))
    return people.order_by("pk")


def why_not(subscriber: Subscriber, controller: str) -> str:
    """Return in words why the person may not be mailed now; "" if they may."""
    fresh = Subscriber.objects.select_related("consent__clause").filter(pk=subscriber.pk).first()
    if fresh is None:
        return say(LEFT)
    if is_suppressed(fresh.email):
        return say(BLOCKED)
    return why_not_consenting(fresh, controller)


def why_not_consenting(subscriber: Subscriber, controller: str) -> str:
    """Return in words which consent is missing, of a row as it was read; asks no suppression."""
    consent = subscriber.consent
    if subscriber.left_at is not None or consent is None:
        return say(LEFT)
    if consent.clause.controller != controller or consent.clause.purpose != Purpose.NEWSLETTER:
        return say(OTHER_CONTROLLER)
    return ""


def suppressed_hashes(hashes: Iterable[str]) -> set[str]:
    """Return those of the hashes that are blocked for any reason."""
    found = Suppression.objects.filter(address_hash__in=set(hashes))
    return set(found.values_list("address_hash", flat=True))


def suppressions_of(address: str) -> QuerySet[Suppression]:
    """Return why an address is blocked, whichever key it was hashed with."""
    return Suppression.objects.filter(address_hash__in=address_hashes(address))


def is_suppressed(address: str) -> bool:
    return suppressions_of(address).exists()


def is_blocked_by_staff(address: str) -> bool:
    """Whether staff decided it: the only block that the person's own sign-up does not lift."""
    return suppressions_of(address).filter(reason=Suppression.Reason.STAFF).exists()


def waiting_sign_up(sign_up_id: UUID) -> SignUp | None:
    """Return a sign-up that can still be confirmed."""
    return sign_ups_to_confirm().filter(pk=sign_up_id).select_related("clause").first()


def sign_ups_to_confirm() -> QuerySet[SignUp]:
    return SignUp.objects.filter(
        mailed_at__isnull=False,
        confirmed_at__isnull=True,
        created_at__gt=timezone.now() - CONFIRMATION_LASTS,
    )


def consents_of(subscriber: Subscriber) -> QuerySet[Consent]:
    """Return the ledger of an address in order of time, earlier subscriptions included."""
    is_theirs = Q(subscriber_id=subscriber.pk) | Q(
        address_hash__in=address_hashes(subscriber.email)
    )
    return Consent.objects.filter(is_theirs).select_related("clause").order_by("at", "pk")


def with_state(subscribers: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
    """Add what `state_in_words` needs, so that a list asks no more for many than for one."""
    return subscribers.select_related("consent__clause").annotate(
        is_suppressed=Exists(_suppressions_of(OuterRef("address_hash")))
    )


def state_in_words(subscriber: Subscriber, clause: ConsentClause | None) -> Promise:
    """Return how it stands with a subscriber of `with_state`, under the clause in force."""
    if getattr(subscriber, "is_suppressed", False):
        return pgettext_lazy("subscriber", "blocked")
    if subscriber.consent is None:
        return pgettext_lazy("subscriber", "has left")
    if clause is None or subscriber.consent.clause.controller != clause.controller:
        return pgettext_lazy("subscriber", "consent to another data controller")
    return pgettext_lazy("subscriber", "active")


def _suppressions_of(address_hash: OuterRef) -> QuerySet[Suppression]:
    """Return the rows for a subscriber's hash: the two are always made with the same key."""
    return Suppression.objects.filter(address_hash=address_hash)
