"""What staff read of a profile's verification and consents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cms.models import ContactConsent, FieldProposal, FieldSource, OrganizationPage
from cms.models.legal_forms import IN_GROUPS
from cms.polish import date_in_words
from cms.profiles.sources import TRACKED
from cms.verbs.applying import current_state


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


@dataclass(frozen=True)
class SourceRow:
    """A field as staff read it: its value, who filled it in, whether it is locked."""

    field: str
    label: str
    value: str
    source: str
    filled: str
    is_locked: bool


@dataclass(frozen=True)
class ProposalRow:
    """A proposal as staff read it, beside what the profile says now."""

    pk: int
    profile: OrganizationPage
    label: str
    now: str
    proposed: str
    source: str
    made_at: datetime


def source_rows(profile: OrganizationPage) -> list[SourceRow]:
    """Return the tracked fields of a profile's present state, in the order of the form."""
    noted = {row.field: row for row in profile.field_sources.select_related("filled_by")}
    return [_source_row(profile, name, noted.get(name)) for name in TRACKED]


def _source_row(profile: OrganizationPage, name: str, noted: FieldSource | None) -> SourceRow:
    filled = ""
    if noted:
        by = name_of(noted.filled_by) if noted.filled_by else ""
        filled = ", ".join(part for part in (_day(noted.filled_at), by) if part)
    return SourceRow(
        field=name,
        label=label_of(name),
        value=value_in_words(name, getattr(profile, name)),
        source=str(noted.get_source_display()) if noted else "",
        filled=filled,
        is_locked=bool(noted and noted.is_locked),
    )


def proposal_rows(proposals: Iterable[FieldProposal]) -> list[ProposalRow]:
    return [
        ProposalRow(
            pk=one.pk,
            profile=one.profile,
            label=label_of(one.field),
            now=value_in_words(one.field, getattr(current_state(one.profile), one.field)),
            proposed=value_in_words(one.field, one.value),
            source=str(one.get_source_display()),
            made_at=one.made_at,
        )
        for one in proposals
    ]


def label_of(name: str) -> str:
    return str(capfirst(OrganizationPage._meta.get_field(name).verbose_name))


def value_in_words(name: str, value: Any) -> str:
    """Return a field's value as people read it: the words of a choice, grouped numbers."""
    field: Any = OrganizationPage._meta.get_field(name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in ("", None):
        return "–"
    if name in IN_GROUPS:
        return IN_GROUPS[name](str(value))
    return str(dict(field.flatchoices).get(value, value))


def _day(moment: datetime) -> str:
    return date_in_words(timezone.localdate(moment))
