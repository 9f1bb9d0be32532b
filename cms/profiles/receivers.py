"""What follows from every save of a profile, in the same transaction."""

from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from cms.basepage.signals import page_written
from cms.models import KrsClaim, OrganizationPage
from cms.models.profile_rules import krs_errors
from cms.profiles.sources import note_sources


@receiver(page_written)
def follow_profile(page_id: int, **kwargs: Any) -> None:
    """Claim the KRS number of a profile that was saved, and note who filled in what changed."""
    profile = OrganizationPage.objects.select_related("live_revision").filter(pk=page_id).first()
    if profile is None:
        return
    claim_krs(profile)
    if profile.live:
        note_sources(profile)


def claim_krs(profile: OrganizationPage) -> None:
    """Keep the claim on the KRS number what the database says of the page now.

    Whoever saves a page holds the lock of the sequence, so that of two who publish the same number
    the second sees the first. Raises ValidationError, also for code that saves without `clean`;
    the unique column is the last resort.
    """
    if not profile.claims_krs:
        KrsClaim.objects.filter(page_id=profile.pk).delete()
        return
    if errors := krs_errors(page_id=profile.pk, krs=profile.krs):
        raise ValidationError(errors)
    KrsClaim.objects.update_or_create(page_id=profile.pk, defaults={"krs": profile.krs})
