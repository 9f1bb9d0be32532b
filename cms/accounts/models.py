from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Workflow

from cms.accounts import approval
from cms.accounts.second_factor.models import RecoveryCode, SecondFactor

__all__ = ["LoginAttempt", "RecoveryCode", "SecondFactor", "TeamSettings", "User"]


class User(AbstractUser):
    """A member of the staff. Our own model from the start: it cannot be swapped in later."""


@register_setting(icon="group")
class TeamSettings(BaseGenericSetting):
    """How the team works together. Saving it also changes what editors may do, at once."""

    is_approval_required = models.BooleanField(
        _("a second person approves"),
        default=False,
        help_text=_(
            "Editors hand their pages in, and a publisher approves them; a newsletter is sent only "
            "after somebody other than its author has approved it. Switched off, editors publish "
            "themselves, and what was handed in becomes a draft again."
        ),
    )
    is_second_factor_required = models.BooleanField(
        _("two-factor login for everybody"),
        default=False,
        help_text=_(
            "Who has not set it up yet is led to that after the next click. Set up your own first."
        ),
    )
    # The one that is started by „Prześlij do zatwierdzenia”; made when it is first needed.
    workflow = models.OneToOneField(
        Workflow, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    panels: ClassVar = [
        FieldPanel("is_approval_required"),
        FieldPanel("is_second_factor_required"),
    ]

    class Meta:
        verbose_name = _("how the team works")

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and bring permissions and workflow in line, also where somebody changed them."""
        if self.is_approval_required:
            self.workflow = approval.workflow_of_team(self.workflow)
        super().save(*args, **kwargs)
        if self.is_approval_required:
            approval.require(self.workflow)
        else:
            approval.release(self.workflow)


class LoginAttempt(models.Model):
    """A login that failed, or is being tried, or the last one that worked, without a name in it.

    Account and network are keyed hashes: enough to count, too little to tell who tried what where.
    """

    account_hash = models.CharField(max_length=64)
    network_hash = models.CharField(max_length=64)
    has_succeeded = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account_hash", "at"], name="attempts_of_account"),
            models.Index(fields=["network_hash", "at"], name="attempts_from_network"),
        ]

    def __str__(self) -> str:
        return f"{self.account_hash[:8]} {self.at:%Y-%m-%d %H:%M}"
