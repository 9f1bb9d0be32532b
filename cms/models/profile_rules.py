"""What hinders the publishing of a profile: field → message."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.identifiers import clean_bank_account, clean_krs, clean_nip, clean_regon
from cms.models.krs_claims import KrsClaim
from cms.models.legal_forms import IDENTIFIERS, LegalForm, identifier_errors

NUMBERS = {
    "nip": clean_nip,
    "regon": clean_regon,
    "krs": clean_krs,
    "bank_account": clean_bank_account,
}
# The oldest organizations that still exist here; the first list of those entitled to 1 percent.
OLDEST_YEAR = 1800
FIRST_OPP_LIST = 2004


def profile_errors(profile: Any) -> dict[str, Any]:
    """Return all that is wrong with a profile; numbers that are right become bare digits."""
    given = {name: getattr(profile, name) for name in IDENTIFIERS}
    return (
        identifier_errors(profile.legal_form, given)
        | number_errors(profile)
        | _relation_errors(profile)
        | _year_errors(profile)
        | _namesake_errors(profile)
    )


def number_errors(profile: Any) -> dict[str, Any]:
    """Check and normalize the numbers that are given."""
    errors: dict[str, Any] = {}
    for name, clean in NUMBERS.items():
        if value := getattr(profile, name):
            try:
                setattr(profile, name, clean(value))
            except ValidationError as error:
                errors[name] = error.messages
    return errors


def krs_errors(*, page_id: int | None, krs: str) -> dict[str, Any]:
    """Return what is wrong where another live profile has the KRS number, naming that profile."""
    claims = KrsClaim.objects.filter(krs=krs).exclude(page_id=page_id)
    other = claims.values_list("page__title", flat=True).first()
    if other is None:
        return {}
    message = _(
        "The published profile “%(title)s” has this KRS number. Only a branch may share it: "
        "correct the number or the legal form, or unpublish the other profile."
    )
    return {"krs": message % {"title": other}}


def _namesake_errors(profile: Any) -> dict[str, Any]:
    if profile.legal_form == LegalForm.BRANCH or not profile.krs:
        return {}
    return krs_errors(page_id=profile.pk, krs=profile.krs)


def _relation_errors(profile: Any) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if profile.pk and profile.parent_id == profile.pk:
        errors["parent"] = _("An organization cannot be a branch of itself.")
    if profile.opp_status and not profile.krs:
        errors["opp_status"] = _("Public benefit status is entered in the KRS: give its number.")
    if profile.bank_account and profile.legal_form == LegalForm.INFORMAL_GROUP:
        errors["bank_account"] = _("An informal group has no account: this one is somebody's own.")
    return errors


def _year_errors(profile: Any) -> dict[str, Any]:
    year = timezone.localdate().year
    errors: dict[str, Any] = {}
    if profile.registration_year and not OLDEST_YEAR <= profile.registration_year <= year:
        errors["registration_year"] = _("Check the year: it has four digits and is not to come.")
    if profile.opp_list_year and not FIRST_OPP_LIST <= profile.opp_list_year <= year + 1:
        errors["opp_list_year"] = _("There is no list for that year. Check the year.")
    return errors
