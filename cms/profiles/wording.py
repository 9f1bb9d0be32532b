"""What staff read of a profile's verification."""

from django.utils.translation import gettext as _

from cms.models import OrganizationPage
from cms.polish import date_in_words


def last_verified(profile: OrganizationPage) -> str:
    """Return when the profile was last verified, and by whom if that is known."""
    if not profile.verified_at:
        return _("never verified")
    words = _("last verified %(date)s") % {"date": date_in_words(profile.verified_at)}
    name = verifier(profile)
    return f"{words} ({name})" if name else words


def verifier(profile: OrganizationPage) -> str:
    person = profile.verified_by
    return (person.get_full_name() or person.get_username()) if person else ""
