import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletters.editions.models import NewsletterPage
from newsletters.subscribers.models import Subscriber


class Mailing(models.Model):
    """One sending of one edition: what it says and whom it goes to are frozen.

    `headers`, `text` and `html` are what every recipient gets; what differs between copies stands
    in them as markers (newsletters/editions/rendering.py).
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Waiting for its time")
        PREPARING = "preparing", _("Collecting the recipients")
        SENDING = "sending", _("Being sent")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    ENDED: ClassVar = [State.FINISHED, State.CANCELLED]

    page = models.ForeignKey(
        NewsletterPage,
        verbose_name=_("edition"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="mailings",
    )
    # Of the form that asked for it: the same form sent twice makes one mailing.
    request_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.SCHEDULED
    )
    subject = models.CharField(_("subject"), max_length=255)
    html = models.TextField(editable=False)
    text = models.TextField(editable=False)
    sender = models.CharField(_("from"), max_length=500)
    # Whose consent counts, and who is named in the footer, as at the start.
    controller = models.CharField(_("data controller"), max_length=200)
    topic_ids = models.JSONField(default=list, editable=False)
    is_sample = models.BooleanField(_("sample"), default=False)
    starts_at = models.DateTimeField(_("starts"))
    # Written last, when every recipient has a row (RELIABILITY: half-built audiences).
    prepared_at = models.DateTimeField(null=True, editable=False)
    prepared_up_to = models.UUIDField(null=True, editable=False)
    audience = models.PositiveIntegerField(_("recipients"), null=True, editable=False)
    pause_reason = models.CharField(_("why it is paused"), max_length=300, blank=True)
    retry_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("ordered"), default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page"], condition=~Q(state="cancelled"), name="one_mailing_per_edition"
            )
        ]

    def __str__(self) -> str:
        return self.subject


class Delivery(models.Model):
    """What one recipient of a mailing is owed, and what became of it.

    pending → claimed → sending → accepted | deferred | failed | uncertain; a claim may also end
    as suppressed, and what a cancelled mailing never tried is cancelled. A row is worked on by
    whoever wrote `token` in it, until `lease_until`; nobody else may write its outcome.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        CLAIMED = "claimed", _("Taken by a worker")
        SENDING = "sending", _("Being handed over")
        DEFERRED = "deferred", _("To be tried again")
        ACCEPTED = "accepted", _("Accepted by the mail server")
        FAILED = "failed", _("Refused")
        SUPPRESSED = "suppressed", _("Left out")
        UNCERTAIN = "uncertain", _("Outcome unknown")
        CANCELLED = "cancelled", _("Cancelled")

    FINAL: ClassVar = [
        State.ACCEPTED,
        State.FAILED,
        State.SUPPRESSED,
        State.UNCERTAIN,
        State.CANCELLED,
    ]

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="deliveries")
    # Empty once the subscriber was erased: the count stays, the address does not.
    subscriber = models.ForeignKey(
        Subscriber, null=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PENDING
    )
    # Fixed when the row is made, the same at every attempt (RFC 5322 §3.6.4).
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    token = models.UUIDField(null=True, editable=False)
    changed_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailing", "subscriber"], name="one_delivery_per_subscriber"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["mailing", "state", "next_at"], name="delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
