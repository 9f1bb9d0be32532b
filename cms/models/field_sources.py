"""Where the data of a profile come from, field by field, and what others propose."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    STAFF = "staff", _("the centre's staff")
    KRS = "krs", _("the National Court Register (KRS)")
    NGO = "ngo", _("the organization itself")


class FieldSource(models.Model):
    """Who filled in a field of a profile, and when.

    `digest` is of the value that was filled in (cms/profiles/sources.py): another value in the
    profile was written by hand. A locked field takes nothing that a register or anybody proposes.
    """

    profile = models.ForeignKey(
        "cms.OrganizationPage", on_delete=models.CASCADE, related_name="field_sources"
    )
    field = models.CharField(_("field"), max_length=50)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    digest = models.CharField(max_length=64)
    filled_at = models.DateTimeField(_("filled in"), default=timezone.now)
    filled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_locked = models.BooleanField(_("locked"), default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile", "field"], name="one_source_per_field")
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.get_source_display()}"


class FieldProposal(models.Model):
    """A value that somebody other than staff has for a field. It changes nothing by itself.

    waiting → accepted | rejected | outdated (a newer one came, the field says it already, or was
    locked).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        OUTDATED = "outdated", _("outdated")

    profile = models.ForeignKey(
        "cms.OrganizationPage", on_delete=models.CASCADE, related_name="proposals"
    )
    field = models.CharField(_("field"), max_length=50)
    value: Any = models.JSONField(_("proposed"), null=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    made_at = models.DateTimeField(_("proposed on"), default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["profile", "field", "source"],
                condition=Q(state="waiting"),
                name="one_waiting_proposal",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["profile"], condition=Q(state="waiting"), name="proposal_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.get_state_display()}"
