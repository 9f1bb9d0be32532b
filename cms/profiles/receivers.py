"""What follows from every save of a profile, in the same transaction."""

from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from cms.basepage.signals import page_written
from cms.models import KrsClaim, OrganizationPage
from cms.models.organizations import krs_errors


@receiver(page_written)
def claim_krs(page_id: int, **kwargs: Any) -> None:
    """Keep the claim on the KRS number what the database says of the page now.

    Whoever saves a page holds the lock of the sequence, so that of two who publish the same number
    the second sees the first. Raises ValidationError, also for code that saves without `clean`;
    the unique column is the last resort.
    """
    profile = OrganizationPage.objects.filter(pk=page_id).first()
    if profile is None:
        return
    if not profile.claims_krs:
        KrsClaim.objects.filter(page_id=page_id).delete()
        return
    if errors := krs_errors(page_id=page_id, krs=profile.krs):
        raise ValidationError(errors)
    KrsClaim.objects.update_or_create(page_id=page_id, defaults={"krs": profile.krs})
