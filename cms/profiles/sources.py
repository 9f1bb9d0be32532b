"""Who filled in each field of a profile. What is written by hand counts as the staff's."""

import hashlib
from typing import Any

import orjson
from django.utils import timezone

from cms.models import OrganizationPage
from cms.models.field_sources import FieldSource, Source

# Fields that registers and organizations may know better than staff.
TRACKED = (
    "title",
    "short_name",
    "former_names",
    "registration_year",
    "legal_form",
    "status",
    "krs",
    "nip",
    "regon",
    "register_number",
    "website",
    "email",
    "phone",
    "address",
    "correspondence_address",
    "mission",
    "bank_account",
    "statute_url",
    "report_url",
    "opp_status",
    "opp_list_year",
)


def digest_of(value: Any) -> str:
    """Return what a value is recognized by, without a second copy of somebody's data."""
    return hashlib.sha256(orjson.dumps(value)).hexdigest()


def note_sources(profile: OrganizationPage) -> None:
    """Make staff the source of each field that says something else than what was noted of it."""
    noted = {row.field: row for row in FieldSource.objects.filter(profile_id=profile.pk)}
    by = profile.live_revision.user_id if profile.live_revision else None
    fresh, changed = [], []
    for name in TRACKED:
        value = getattr(profile, name)
        row = noted.get(name)
        if row is None and value:
            fresh.append(_by_staff(FieldSource(profile_id=profile.pk, field=name), value, by))
        elif row is not None and row.digest != digest_of(value):
            changed.append(_by_staff(row, value, by))
    FieldSource.objects.bulk_create(fresh)
    FieldSource.objects.bulk_update(changed, ["source", "digest", "filled_at", "filled_by"])


def note(*, profile_id: int, field: str, value: Any, source: str, user: Any) -> None:
    """Note who knows that a field has this value; call it before the profile is saved with it."""
    FieldSource.objects.update_or_create(
        profile_id=profile_id,
        field=field,
        defaults={
            "source": source,
            "digest": digest_of(value),
            "filled_at": timezone.now(),
            "filled_by": user,
        },
    )


def is_locked(profile_id: int, field: str) -> bool:
    rows = FieldSource.objects.filter(profile_id=profile_id, field=field, is_locked=True)
    return rows.exists()


def _by_staff(row: FieldSource, value: Any, user_id: int | None) -> FieldSource:
    row.source = Source.STAFF
    row.digest = digest_of(value)
    row.filled_at = timezone.now()
    row.filled_by_id = user_id
    return row
