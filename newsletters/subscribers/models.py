import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import Topic
from cms.models.proof import NeverChanged


class Purpose(models.TextChoices):
    """What an address was given for; each purpose has a consent of its own."""

    NEWSLETTER = "newsletter", _("Newsletter")


class ConsentClause(NeverChanged):
    """One version of the sentence that people agree to, with the controller who asks for it.

    An edit makes a new version, and old consents keep theirs. The operator of a centre changes by
    open competition, so the controller is dated with the clause. `sha256` is of all the words
    (newsletters/subscribers/services/clauses.py).
    """

    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Purpose.choices, default=Purpose.NEWSLETTER
    )
    version = models.PositiveIntegerField(_("version"), unique=True, editable=False)
    controller = models.CharField(_("data controller"), max_length=200)
    controller_details = models.TextField(
        _("controller's address and contact"),
        help_text=_("Postal address, e-mail, and the data protection officer if there is one."),
    )
    text = models.TextField(
        _("consent"), help_text=_("The sentence beside the box that people tick.")
    )
    information = models.TextField(
        _("information about the data"),
        help_text=_("What article 13 of the GDPR asks to be said, shown below the form."),
    )
    sha256 = models.CharField(max_length=64, editable=False)
    in_force_from = models.DateTimeField(_("in force from"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("consent clause")
        verbose_name_plural = _("consent clauses")
        ordering: ClassVar = ["-in_force_from", "-version"]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.version}: {self.controller}"


class Consent(NeverChanged):
    """One event in the ledger of consent: given or withdrawn. Rows are only ever added.

    It outlives the subscriber as proof, so it holds no address: `subscriber_id` and
    `address_hash` (keyed, see newsletters/subscribers/addresses.py) say whose it is.
    """

    class Kind(models.TextChoices):
        GIVEN = "given", _("Given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Source(models.TextChoices):
        FORM = "form", _("Sign-up form, confirmed by mail")
        STAFF = "staff", _("Recorded by staff")
        LINK = "link", _("Link in a mail")
        ONE_CLICK = "one_click", _("One click in the mail program")
        ERASURE = "erasure", _("Erasure on request")
        SAMPLE = "sample", _("Sample data")

    subscriber_id = models.UUIDField(db_index=True, editable=False)
    address_hash = models.CharField(max_length=64, db_index=True, editable=False)
    clause = models.ForeignKey(
        ConsentClause, verbose_name=_("consent clause"), on_delete=models.PROTECT
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    evidence = models.CharField(
        _("evidence"),
        max_length=500,
        blank=True,
        help_text=_("The address of the form, or the reference of the paper document."),
    )
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now)
    at = models.DateTimeField(_("in effect from"), default=timezone.now)
    # No constraint: who recorded it may be deleted, the ledger is never updated.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["kind", "at"], name="consent_kind_at")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {timezone.localdate(self.at)}"


class Subscriber(models.Model):
    """An address that asked for the newsletter and confirmed it.

    `consent` is the consent in force, or empty once it was withdrawn. Whether the address may be
    mailed now is asked of newsletters.subscribers.selectors, never of one field. Suppressions of
    this address have the same hash as the row, made with the key `hash_key`: whoever writes one
    of them sees to it (newsletters/subscribers/services/suppressions.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"))
    # The address as it is compared: newsletters/subscribers/addresses.py.
    address_key = models.CharField(max_length=320, unique=True, editable=False)
    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    hash_key = models.CharField(max_length=8, blank=True, db_index=True, editable=False)
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    topics = models.ManyToManyField(
        Topic,
        verbose_name=_("topics"),
        blank=True,
        related_name="+",
        help_text=_("None means everything."),
    )
    consent = models.ForeignKey(
        Consent,
        verbose_name=_("consent in force"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    created_at = models.DateTimeField(_("subscribed"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True, db_index=True, editable=False)
    # When the person last asked for the link to their own data: for its limit alone.
    data_link_sent_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.email


class SignUp(models.Model):
    """A form that was sent and waits for its confirmation by mail; purged when none comes.

    Nothing of it touches a subscriber before the confirmation, so that nobody can learn or change
    by the form who is subscribed. One that was not answered with a mail (`mailed_at`) counts for
    the limit of its network, and holds nothing about a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), blank=True)
    address_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    # Keyed hash of the sender's network (/24 or /64), for the limits alone.
    network_hash = models.CharField(max_length=64, db_index=True, editable=False)
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    clause = models.ForeignKey(ConsentClause, on_delete=models.PROTECT, related_name="+")
    source_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Suppression(models.Model):
    """Why an address must never be mailed: known by its keyed hash, a row for each reason."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("The address does not exist")
        COMPLAINED = "complained", _("Complaint about unwanted mail")
        ERASED = "erased", _("Erased on request")
        STAFF = "staff", _("Blocked by staff")

    address_hash = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("blocked address")
        verbose_name_plural = _("blocked addresses")
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address_hash", "reason"], name="one_suppression_per_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {timezone.localdate(self.created_at)}"
