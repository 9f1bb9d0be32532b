"""Record and end consents to publish a private contact. What ends one hides it everywhere at once.

The ledger is append-only; a document that tells something by a consent depends on that row, so
that its withdrawal cuts it out of all of them before the commit, as everything withdrawn.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from cms.documents.sequence import lock_sequence
from cms.documents.writing import cut_out_of_dependents, dependents_of, refresh_page
from cms.models import ContactClause, ContactConsent, OrganizationPage
from cms.models.centre import term_on
from cms.stored_words import say

RECORD_ACTION = "cms.consent.record"
WITHDRAW_ACTION = "cms.consent.withdraw"

FIRST_TEXT = gettext_lazy(
    "I agree that the data named below (my name, e-mail, phone or address) stand in the public "
    "profile of the organization as its contact: on the centre's website, on the municipality's "
    "website, in the API and in searches. I know that I can withdraw this consent at any time by "
    "a message to the centre, and that the data then disappear from all these places; what "
    "happened before stays lawful."
)


class ConsentEndedError(Exception):
    """The consent was withdrawn before; `str()` says so in the reader's language."""


@transaction.atomic
def record(
    *,
    profile: OrganizationPage,
    user: Any,
    person: str,
    fields: Iterable[str],
    on: date,
    valid_until: date | None = None,
    reference: str = "",
    clause: ContactClause | None = None,
) -> ContactConsent:
    """Add a consent to the ledger; what it covers is public from now on, until its last day.

    Without a clause it is the newest one; the controller is who was in force on that day.
    """
    lock_sequence()
    term = term_on(on)
    consent = ContactConsent.objects.create(
        profile_id=profile.pk,
        kind=ContactConsent.Kind.GIVEN,
        person=person,
        fields=sorted(fields),
        clause=clause or newest_clause(),
        controller=term.controller if term else "",
        on=on,
        valid_until=valid_until,
        reference=reference,
        recorded_by=user,
    )
    refresh_page(profile.pk)
    log(instance=profile, action=RECORD_ACTION, user=user, data={"consent": consent.pk})
    return consent


@transaction.atomic
def withdraw(
    *, consent: ContactConsent, user: Any, on: date, reference: str = ""
) -> ContactConsent:
    """End a consent: nothing tells what it covered any more when this commits.

    Raises ConsentEndedError if it was withdrawn before.
    """
    lock_sequence()
    try:
        with transaction.atomic():
            row = ContactConsent.objects.create(
                profile_id=consent.profile_id,
                kind=ContactConsent.Kind.WITHDRAWN,
                ends=consent,
                person=consent.person,
                fields=consent.fields,
                clause_id=consent.clause_id,
                controller=consent.controller,
                on=on,
                reference=reference,
                recorded_by=user,
            )
    except IntegrityError as error:
        raise ConsentEndedError(_("This consent was withdrawn before.")) from error
    refresh_page(consent.profile_id)
    # Read again: the page's document has taken a number.
    cut_out_of_dependents(lock_sequence(), dependents_of(ContactConsent, consent.pk))
    if profile := OrganizationPage.objects.filter(pk=consent.profile_id).first():
        log(instance=profile, action=WITHDRAW_ACTION, user=user, data={"consent": consent.pk})
    return row


def newest_clause() -> ContactClause:
    """Return the clause that people sign now; the first one is made of our words."""
    newest = ContactClause.objects.order_by("-version").first()
    return (
        newest
        or ContactClause.objects.get_or_create(version=1, defaults={"text": say(FIRST_TEXT)})[0]
    )


@transaction.atomic
def add_clause(*, text: str, user: Any) -> ContactClause:
    """Store the text as the next version, unless it is what people sign already."""
    lock_sequence()  # two people who save at once take different numbers
    newest = newest_clause()
    if newest.text == text:
        return newest
    number = ContactClause.objects.aggregate(newest=Max("version"))["newest"] or 0
    return ContactClause.objects.create(
        version=number + 1, text=text, created_by=user, created_at=timezone.now()
    )
