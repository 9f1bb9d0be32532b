from django.db import models


class KrsClaim(models.Model):
    """The KRS number of a live profile that is no branch: the database lets it be there once.

    Kept beside the profile, so that drafts, revisions and copies never hold a claim. Written with
    every save of a page (cms/profiles/receivers.py).
    """

    page = models.OneToOneField(
        "cms.OrganizationPage", primary_key=True, on_delete=models.CASCADE, related_name="krs_claim"
    )
    krs = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return self.krs
