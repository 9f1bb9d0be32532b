from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutgoingMail(models.Model):
    """One mail to one recipient; deleted when the mail server has accepted it.

    `message` is the finished MIME message with CRLF line ends, the same at every attempt. A row is
    worked on by whoever wrote `token` in it, until `lease_until`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Being sent")
        FAILED = "failed", _("Failed")

    sender = models.CharField(_("sender"), max_length=500)
    recipient = models.CharField(_("recipient"), max_length=500)
    message = models.BinaryField(_("message"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, editable=False)
    token = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [
            models.Index(fields=["state", "next_at"], name="outgoing_state_next"),
            models.Index(fields=["token"], name="outgoing_token"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
