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
    """One sending of an edition: what it says is frozen when it is ordered, to whom at its start.

    `text` and `html` are what every recipient gets; where copies differ, in the recipient's token,
    they hold `marker`. `documents` are the published documents that they show (id → version), and
    `picks` which of them the blocks chose by date (block id → document ids), so that the archive
    shows the same ones.
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
    documents = models.JSONField(default=dict, editable=False)
    picks = models.JSONField(default=dict, editable=False)
    is_sample = models.BooleanField(_("sample"), default=False)
    starts_at = models.DateTimeField(_("starts"))
    # Written last, when every recipient has a row (RELIABILITY: half-built audiences).
    prepared_at = models.DateTimeField(null=True, editable=False)
    prepared_up_to = models.UUIDField(null=True, editable=False)
    audience = models.PositiveIntegerField(_("recipients"), null=True, editable=False)
    # Paused by trouble of the mail server it goes on by itself at `retry_at`; by a person, never.
    pause_reason = models.CharField(_("why it is paused"), max_length=300, blank=True)
    retry_at = models.DateTimeField(null=True, editable=False)
    server_failures = models.PositiveIntegerField(default=0, editable=False)
    # Of the sequence of documents: another one means that a backup was restored since.
    epoch = models.UUIDField(null=True, editable=False)
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
        permissions: ClassVar = [("approve_mailing", "Can approve newsletters for sending")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page"], condition=~Q(state="cancelled"), name="one_mailing_per_edition"
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def marker(self) -> str:
        """What stands in `text` and `html` for the recipient's token."""
        return marker_of(self.request_id)


class Approval(models.Model):
    """Somebody has read what the mail of an edition says, and lets it be sent.

    It holds for that mail only: `fingerprint` is of its subject and texts. Once the edition, or
    something that it shows, reads differently, somebody has to look again.
    """

    page = models.ForeignKey(NewsletterPage, on_delete=models.CASCADE, related_name="approvals")
    fingerprint = models.CharField(max_length=64)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-approved_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page", "fingerprint", "approved_by"], name="one_approval_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.fingerprint[:8]}"


def marker_of(request_id: uuid.UUID) -> str:
    """Return a word that no editor writes: letters and digits, safe in any part of a mail."""
    return f"razem{request_id.hex}"


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

    OPEN: ClassVar = [State.PENDING, State.CLAIMED, State.SENDING, State.DEFERRED]

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
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
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
            models.Index(
                fields=["mailing", "next_at", "id"],
                condition=Q(state__in=["pending", "deferred"]),
                name="delivery_next",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(token__isnull=False), name="delivery_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
