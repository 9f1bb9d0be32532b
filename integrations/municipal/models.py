"""Destinations, and what each of them has, or still has to get, of every document."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms import encryption
from cms.models.documents import Document
from integrations.municipal.addresses import check_url

# How long the secret before a new one signs too, so that the other side can change over.
PREVIOUS_SECRET_SIGNS = timedelta(days=1)


# Of the encryption of signing secrets; another one could not read those that there are.
PURPOSE = b"razem: secrets of municipal destinations"


class Destination(models.Model):
    """A website to which every change of the published documents is pushed.

    Changes up to `scanned_sequence` of `epoch` are in its SyncStates. Staff edit the first
    fields; the others are the job's, written by conditional updates only. While `failures` is
    above 0 it is in trouble: it rests until `rest_until` and is then tried with one document.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", _("signed webhooks")

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.WEBHOOK)
    url = models.CharField(
        _("address"),
        max_length=500,
        validators=[check_url],
        help_text=_("Where changes are sent to, for example https://www.example.org/webhook"),
    )
    is_enabled = models.BooleanField(
        _("switched on"),
        default=True,
        help_text=_("Switched off, it keeps what it has and gets nothing new."),
    )
    secret_encrypted = models.TextField(editable=False, blank=True)
    previous_secret_encrypted = models.TextField(editable=False, blank=True)
    previous_secret_until = models.DateTimeField(editable=False, null=True)
    epoch = models.UUIDField(editable=False, null=True)
    epoch_sequence = models.PositiveBigIntegerField(editable=False, default=0)
    scanned_sequence = models.PositiveBigIntegerField(editable=False, default=0)
    failures = models.PositiveIntegerField(editable=False, default=0)
    failing_since = models.DateTimeField(editable=False, null=True)
    rest_until = models.DateTimeField(editable=False, null=True)
    last_error = models.TextField(_("last error"), editable=False, blank=True)
    last_error_at = models.DateTimeField(editable=False, null=True)

    EDITABLE: ClassVar = [
        "name",
        "kind",
        "url",
        "is_enabled",
        "secret_encrypted",
        "previous_secret_encrypted",
        "previous_secret_until",
    ]

    class Meta:
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def replace_secret(self, secret: str) -> None:
        """Sign with a new secret from now on, and with the old one as well for a day."""
        if self.secret_encrypted:
            self.previous_secret_encrypted = self.secret_encrypted
            self.previous_secret_until = timezone.now() + PREVIOUS_SECRET_SIGNS
        self.secret_encrypted = encryption.encrypt(secret, purpose=PURPOSE)

    def secrets(self) -> list[str]:
        """Return the secrets to sign with, the newest first; raise UnreadableSecretError."""
        stored = [self.secret_encrypted]
        if self.previous_secret_until and timezone.now() < self.previous_secret_until:
            stored.append(self.previous_secret_encrypted)
        return [encryption.decrypt(secret, purpose=PURPOSE) for secret in stored]


class SyncState(models.Model):
    """What one destination has of one document, and what it still has to get.

    A row is worked on by whoever wrote `token` in it, until `lease_until`. `attempts` are counted
    before the work. `was_sent`: content was sent, or may have been, so a removal has to follow.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        DONE = "done", _("done")
        PARKED = "parked", _("set aside")

    class Action(models.TextChoices):
        UPSERT = "upsert", _("published there")
        REMOVE = "remove", _("removed there")

    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, related_name="sync_states"
    )
    # Documents are not deleted: a tombstone may still have to travel.
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="sync_states")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    wanted_version = models.PositiveBigIntegerField()
    wanted_at = models.DateTimeField(default=timezone.now)
    acked_version = models.PositiveBigIntegerField(null=True)
    acked_action = models.CharField(max_length=10, choices=Action.choices, blank=True)
    was_sent = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    last_attempt_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    parked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("state at a destination")
        verbose_name_plural = _("states at destinations")
        constraints = [
            models.UniqueConstraint(
                fields=["destination", "document"], name="sync_state_once_per_document"
            )
        ]
        indexes = [
            models.Index(fields=["destination", "state", "next_attempt_at"], name="sync_state_due"),
            models.Index(
                fields=["destination", "-wanted_version"],
                condition=Q(state="waiting"),
                name="sync_state_newest_first",
            ),
            models.Index(
                fields=["token"], condition=Q(token__isnull=False), name="sync_state_token"
            ),
            models.Index(fields=["destination", "last_success_at"], name="sync_state_success"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} @ {self.destination_id}: {self.state}"
