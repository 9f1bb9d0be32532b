"""How long the proof of a consent to publish a contact is kept (RODO art. 5(1)(e), 7(1))."""

from contextlib import suppress
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.jobs.deadline import Deadline
from cms.models import ContactConsent, OrganizationPage
from cms.profiles.consents import ConsentEndedError, withdraw
from cms.stored_words import say

logger = structlog.get_logger(__name__)

# After its end; so long somebody may claim that the data were public without a consent.
KEEP_PROOF = timedelta(days=3 * 365)
PROFILE_GONE = _("the profile was deleted")


def is_due() -> bool:
    return abandoned().exists() or outlived().exists()


def purge(deadline: Deadline) -> bool:
    """End what a deleted profile left behind, delete proofs in time; return whether more is due."""
    steps = ((_end, abandoned()), (_delete, outlived()))
    for step, consents in steps:
        for consent in consents[:500]:
            if deadline.is_over():
                return True
            step(consent)
            deadline.beat()
    return is_due()


def abandoned() -> QuerySet[ContactConsent]:
    """Return the consents that nobody withdrew and whose profile is gone: they end today."""
    profiles = OrganizationPage.objects.filter(pk=OuterRef("profile_id"))
    return _given().filter(
        ~Exists(profiles), Q(valid_until=None) | _in_force(), withdrawal__isnull=True
    )


def outlived() -> QuerySet[ContactConsent]:
    """Return the consents that ended so long ago that their proof is not needed any more."""
    day = timezone.localdate() - KEEP_PROOF
    return _given().filter(
        Q(withdrawal__on__lt=day) | Q(withdrawal__isnull=True, valid_until__lt=day)
    )


def _given() -> QuerySet[ContactConsent]:
    return ContactConsent.objects.filter(kind=ContactConsent.Kind.GIVEN)


def _in_force() -> Q:
    return Q(valid_until__gte=timezone.localdate())


def _end(consent: ContactConsent) -> None:
    with suppress(ConsentEndedError):  # another worker was faster
        withdraw(consent=consent, user=None, on=timezone.localdate(), reference=say(PROFILE_GONE))


@transaction.atomic
def _delete(consent: ContactConsent) -> None:
    ContactConsent.objects.filter(ends=consent).delete()
    ContactConsent.objects.filter(pk=consent.pk).delete()
    logger.info("contact_consent_deleted", consent=consent.pk)
