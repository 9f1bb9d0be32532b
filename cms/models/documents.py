"""Published documents: the state that every channel reads, and its one commit-ordered sequence."""

import uuid

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Sequence(models.Model):
    """The single counter row that orders all changes; a writer holds its lock until commit.

    So the order of numbers is the order of commits, and a reader who has seen N never misses a
    smaller number that commits later. A new `epoch` begins after a restore or a rebuild from
    nothing, with numbers above any that were handed out before (Unix time in milliseconds).
    """

    value = models.PositiveBigIntegerField()
    epoch = models.UUIDField(default=uuid.uuid4)
    epoch_started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.epoch}:{self.value}"


class Document(models.Model):
    """One published page as the finished JSON that every channel passes on.

    A document whose `is_live` is false is a tombstone: it keeps id, type, slug and sequence, its
    payload is empty. It is also how a document is hidden whose dependency was withdrawn, until the
    background job has rewritten it.
    """

    class Type(models.TextChoices):
        PROJECT = "project", _("project")
        EVENT = "event", _("event")
        ORGANIZATION = "organization", _("organization")
        ACTIVITY = "activity", _("activity")
        NEWS = "news", _("news item")
        CONTEST = "contest", _("contest")
        RESOURCE = "resource", _("material")
        NEWSLETTER = "newsletter", _("newsletter edition")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    page = models.OneToOneField(
        "basepage.BasePage", null=True, on_delete=models.SET_NULL, related_name="document"
    )
    type = models.CharField(max_length=20, choices=Type.choices)
    slug = models.CharField(max_length=255)
    title = models.CharField(max_length=255)
    path = models.CharField(max_length=1000, blank=True)  # of our own page: "/wydarzenia/gala/"
    is_live = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    sequence = models.PositiveBigIntegerField(unique=True)
    # Grows with every state as the sequence does, but fits 32 bits: iCalendar's SEQUENCE.
    revision = models.PositiveIntegerField(default=0)
    payload = models.BinaryField(default=b"")
    payload_hash = models.CharField(max_length=64, blank=True)
    schema = models.CharField(max_length=20, blank=True)
    published_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    changes_at = models.DateTimeField(null=True)
    dirty_at = models.DateTimeField(null=True)
    rewrite_attempts = models.PositiveSmallIntegerField(default=0)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    sort_key = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["type", "slug"], condition=models.Q(is_live=True), name="live_slug_per_type"
            )
        ]
        indexes = [
            models.Index(fields=["type", "is_live", "starts_on", "id"], name="document_by_start"),
            models.Index(fields=["type", "is_live", "ends_on"], name="document_by_end"),
            models.Index(
                fields=["type", "is_live", "ends_on", "starts_on"],
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="document_of_days",
            ),
            models.Index(fields=["type", "is_live", "sort_key", "id"], name="document_by_name"),
            models.Index(
                fields=["type", "is_live", "published_at", "id"], name="document_by_publication"
            ),
            models.Index(fields=["type", "slug"], name="document_by_slug"),
            models.Index(fields=["path"], name="document_by_path"),
            models.Index(
                fields=["schema"], condition=models.Q(is_live=True), name="document_by_schema"
            ),
            models.Index(
                fields=["dirty_at"],
                condition=models.Q(dirty_at__isnull=False),
                name="document_dirty",
            ),
            models.Index(
                fields=["changes_at"],
                condition=models.Q(changes_at__isnull=False),
                name="document_changes_at",
            ),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(expires_at__isnull=False),
                name="document_expires_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.slug}"


class DocumentDependency(models.Model):
    """One object that the serializer read while it wrote the document."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="dependencies")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "content_type", "object_id"], name="dependency_once"
            )
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="dependency_by_object")]

    def __str__(self) -> str:
        return f"{self.document_id} reads {self.content_type_id}:{self.object_id}"


class DocumentFacet(models.Model):
    """One value that lists filter by: ("sphere", "13"), ("locality", "belk")."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "name", "value"], name="facet_once")
        ]
        indexes = [models.Index(fields=["name", "value", "document"], name="facet_by_value")]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class FormerAddress(models.Model):
    """A slug and path that a document had before: they answer 301 (or 410 once it is withdrawn)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="former")
    type = models.CharField(max_length=20)
    slug = models.CharField(max_length=255)
    path = models.CharField(max_length=1000)
    left_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "path"], name="former_address_once")
        ]
        indexes = [
            models.Index(fields=["type", "slug"], name="former_by_slug"),
            models.Index(fields=["path"], name="former_by_path"),
        ]

    def __str__(self) -> str:
        return self.path
