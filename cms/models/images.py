"""Images: originals and the admin's renditions are private, published copies are separate files."""

from typing import Any, ClassVar

import structlog
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

from cms.models.copies import PublishedCopy
from cms.models.embedded import EmbeddedModel

logger = structlog.get_logger(__name__)


class CentreImage(EmbeddedModel, AbstractImage):
    """An uploaded image. Its description is the alternative text (WCAG 1.1.1)."""

    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It tells nothing that the text does not; screen readers will skip it."),
    )
    author = models.CharField(_("author"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    rendition_error = models.CharField(max_length=200, blank=True, editable=False)

    admin_form_fields = (
        "title",
        "file",
        "description",
        "is_decorative",
        "author",
        "licence",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions: ClassVar = [("choose_image", "Can choose image")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new file a new chance, whatever was wrong with the one before."""
        if self.file and not self.file._committed:
            self.rendition_error = ""
        super().save(*args, **kwargs)


class Rendition(AbstractRendition):
    """A resized copy in private storage; what the admin shows."""

    image = models.ForeignKey(CentreImage, related_name="renditions", on_delete=models.CASCADE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="rendition_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.image_id} {self.filter_spec}"


class PublishedRendition(PublishedCopy):
    """A public copy of one rendition."""

    rendition = models.ForeignKey(
        Rendition, null=True, related_name="published", on_delete=models.SET_NULL
    )
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rendition"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="published_rendition_once",
            )
        ]

    def original(self) -> Any:
        return self.rendition.file if self.rendition else None

    def note_loss(self) -> None:
        """Forget the rendition: the documents are then due again, and it is made again."""
        logger.warning("rendition_lost", rendition_id=self.rendition_id)
        if self.rendition:
            self.rendition.delete()
