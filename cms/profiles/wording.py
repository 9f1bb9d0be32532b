"""What staff read of a profile's verification and consents."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models import ContactConsent, OrganizationPage
from cms.polish import date_in_words


def last_verified(profile: OrganizationPage) -> str:
    """Return when the profile was last verified, and by whom if that is known."""
    if not profile.verified_at:
        return _("never verified")
    words = _("last verified %(date)s") % {"date": date_in_words(profile.verified_at)}
    name = verifier(profile)
    return f"{words} ({name})" if name else words


def verifier(profile: OrganizationPage) -> str:
    return name_of(profile.verified_by) if profile.verified_by else ""


@dataclass(frozen=True)
class LedgerRow:
    """A consent as staff read it; `can_end` says whether it may still be withdrawn."""

    consent: ContactConsent
    state: str
    fields: list[str]
    recorder: str
    can_end: bool


def ledger_of(profile: OrganizationPage) -> list[LedgerRow]:
    """Return the consents of a profile, the newest first, each with what became of it."""
    rows = profile.contact_consents.filter(kind=ContactConsent.Kind.GIVEN)
    rows = rows.select_related("clause", "withdrawal").order_by("-recorded_at", "-pk")
    people = get_user_model().objects.in_bulk({row.recorded_by_id for row in rows} - {None})
    return [
        LedgerRow(
            consent=row,
            state=consent_state(row),
            fields=[str(profile._meta.get_field(name).verbose_name) for name in row.fields],
            recorder=name_of(people.get(row.recorded_by_id)),
            can_end=not hasattr(row, "withdrawal"),
        )
        for row in rows
    ]


def consent_state(consent: ContactConsent) -> str:
    """Return whether a given consent holds, and since or until when."""
    withdrawal = getattr(consent, "withdrawal", None)
    if withdrawal:
        words = _("withdrawn %(date)s") % {"date": date_in_words(withdrawal.on)}
        return f"{words} ({withdrawal.reference})" if withdrawal.reference else words
    if consent.valid_until is None:
        return _("in force")
    if consent.valid_until < timezone.localdate():
        return _("ended %(date)s") % {"date": date_in_words(consent.valid_until)}
    return _("in force until %(date)s") % {"date": date_in_words(consent.valid_until)}


def name_of(person: Any) -> str:
    return (person.get_full_name() or person.get_username()) if person else "–"
