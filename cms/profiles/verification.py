"""When somebody last asked an organization whether its profile is right, and who did."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models import OrganizationPage

# What an organization says of itself is asked for again once a year.
VERIFIED_FOR = timedelta(days=365)


def is_due() -> Q:
    """Return the condition for profiles that nobody has verified for a year, or ever."""
    day = timezone.localdate() - VERIFIED_FOR
    return Q(verified_at__isnull=True) | Q(verified_at__lt=day)


def refusal(profile: OrganizationPage) -> str:
    """Return why there is nothing to verify, in words; empty where there is."""
    if profile.verified_at == timezone.localdate():
        return _("The profile was verified today already.")
    return ""


def verified_by(user: Any) -> dict[str, Any]:
    """Return what the profile says once the person has verified it today: field → value."""
    return {"verified_at": timezone.localdate(), "verified_by_id": user.pk if user else None}
