"""Destinations, and what each of them has, or still has to get, of every document."""

from datetime import timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms import encryption
from cms.models.documents import Document
from integrations.municipal.addresses import check_url, is_same_origin, site_of

# How long the secret before a new one signs too, so that the other side can change over.
PREVIOUS_SECRET_SIGNS = timedelta(days=1)


# Of the encryption of signing secrets; another one could not read those that there are.
PURPOSE = b"razem: secrets of municipal destinations"


class Destination(models.Model):
    """A website to which every change of the published documents is pushed.

    Changes up to `scanned_sequence` of `epoch` are in its SyncStates. Staff edit the first
    fields; the others are the job's, written by conditional updates only. While `failures` is
    above 0 it is in trouble: it rests until `rest_until` and is then tried with one document.

    `version_floor` is the number at which what goes there was last changed. No version below it is
    told there any more: receivers take only what is newer than what they hold, and a document that
    comes or goes by such a change has no new version of its own.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", _("signed webhooks")
        WORDPRESS = "wordpress", _("WordPress without our plugin")

    class HandEdits(models.TextChoices):
        """What becomes of our content that somebody edited there."""

        ASK = "ask", _("leave them and ask us")
        OURS = "ours", _("overwrite them with our version")

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.WEBHOOK)
    url = models.CharField(
        _("address"),
        max_length=500,
        validators=[check_url],
        help_text=_(
            "Where changes are sent to, for example https://www.example.org/webhook; of a "
            "WordPress the address of its home page."
        ),
    )
    username = models.CharField(
        _("user name"), max_length=100, blank=True, help_text=_("Of the account there (WordPress).")
    )
    mapping = models.JSONField(editable=False, default=dict)
    hand_edits = models.CharField(
        _("hand edits there"),
        max_length=10,
        choices=HandEdits.choices,
        default=HandEdits.ASK,
        help_text=_("What to do when somebody edits there what we published (WordPress)."),
    )
    stale_minutes = models.PositiveSmallIntegerField(
        _("tell us after (minutes)"),
        default=60,
        help_text=_(
            "When a change waits for longer, who may change destinations gets a mail, and another "
            "one when all is well again. 0: no mails."
        ),
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
    version_floor = models.PositiveBigIntegerField(editable=False, default=0)
    failures = models.PositiveIntegerField(editable=False, default=0)
    failing_since = models.DateTimeField(editable=False, null=True)
    rest_until = models.DateTimeField(editable=False, null=True)
    last_error = models.TextField(_("last error"), editable=False, blank=True)
    last_error_at = models.DateTimeField(editable=False, null=True)
    compare_at = models.DateTimeField(editable=False, null=True)
    stale_mailed_at = models.DateTimeField(editable=False, null=True)

    EDITABLE: ClassVar = [
        "name",
        "kind",
        "url",
        "username",
        "mapping",
        "hand_edits",
        "stale_minutes",
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

    def clean(self) -> None:
        """Refuse a second WordPress at one address: each would take away what the other brought."""
        if self.kind != self.Kind.WORDPRESS:
            return
        try:
            site = site_of(self.url)
        except ValidationError:
            return  # said at the field itself
        for other in Destination.objects.filter(kind=self.kind).exclude(pk=self.pk):
            if site_of(other.url) == site:
                raise ValidationError(
                    {"url": _("“%(name)s” publishes there already.") % {"name": other.name}}
                )

    def takes_secret_along(self, *, kind: str, url: str) -> bool:
        """Whether the secret may be used there too: another host never had it, and is not told."""
        is_held = bool(self.pk and self.secret_encrypted)
        return not is_held or (kind == self.kind and is_same_origin(self.url, url))

    def replace_secret(self, secret: str, *, is_moved: bool = False) -> None:
        """Sign with a new secret from now on, and with the old one as well for a day.

        Not with the old one once the destination has moved, or is of another kind.
        """
        if is_moved:
            self.previous_secret_encrypted, self.previous_secret_until = "", None
        elif self.secret_encrypted:
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
    Until `in_doubt_until` an earlier attempt may still write there: nothing is sent before.

    `remote_*`, the hashes and the pictures (their ids there, parted by commas) are what the
    destination answered to our last write.
    `finding` is why the document is set aside for a person's decision; `is_forced` that the person
    has decided for our version. `last_error` of a document that is done says what it lacks there.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        DONE = "done", _("done")
        PARKED = "parked", _("set aside")
        LEFT = "left", _("left as it is there")

    class Finding(models.TextChoices):
        """What somebody did there to our content."""

        EDITED = "edited", _("edited there")
        TRASHED = "trashed", _("moved to the trash there")
        DELETED = "deleted", _("deleted there")
        TWICE = "twice", _("copied there")

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
    in_doubt_until = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=100, blank=True)
    remote_url = models.CharField(max_length=1000, blank=True)
    remote_version = models.PositiveBigIntegerField(null=True)
    sent_hash = models.CharField(max_length=64, blank=True)
    answer_hash = models.CharField(max_length=64, blank=True)
    image_ids = models.CharField(max_length=500, blank=True)
    finding = models.CharField(max_length=10, choices=Finding.choices, blank=True)
    is_forced = models.BooleanField(default=False)

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


class RemoteCopy(models.Model):
    """The text of a document as the destination stored it, and as somebody changed it there."""

    state = models.OneToOneField(SyncState, on_delete=models.CASCADE, related_name="copy")
    ours = models.TextField(blank=True)
    theirs = models.TextField(blank=True)
    theirs_hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"copy of {self.state_id}"


class Run(models.Model):
    """One slice of sending, or one comparison, as the history of a destination shows it.

    A comparison goes through the destination's list page by page; `cursor` is where it goes on.
    """

    class Kind(models.TextChoices):
        SYNC = "sync", _("sending")
        COMPARE = "compare", _("comparison")

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        ASKING = "asking", _("waits for a person’s nod")

    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DONE)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    tally = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    cursor = models.CharField(max_length=100, blank=True)
    is_dry = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["destination", "kind"],
                condition=Q(state="running"),
                name="one_run_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["destination", "kind", "-started_at"], name="run_latest")]

    def __str__(self) -> str:
        return f"{self.kind} @ {self.destination_id}: {self.state}"


class SeenItem(models.Model):
    """One item with our mark that a comparison has found at the destination so far."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="seen")
    remote_id = models.CharField(max_length=100)
    document_id = models.UUIDField(db_index=True)
    version = models.PositiveBigIntegerField(null=True)
    answer_hash = models.CharField(max_length=64)
    is_trashed = models.BooleanField(default=False)
    stored = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "remote_id"], name="seen_once_per_run")
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} in {self.run_id}"
