"""Images: originals and the admin's renditions are private, published copies are separate files."""

from datetime import date
from typing import Any, ClassVar

import structlog
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

from cms.models.copies import PublishedCopy
from cms.models.embedded import EmbeddedModel

logger = structlog.get_logger(__name__)

# What stands for an author or a licence that nobody knows; channels leave it out.
NOT_STATED = "nie podano"


def stated(credit: str) -> str | None:
    """Return the author or licence, or None if it is not known."""
    return None if credit.strip().lower() in {"", NOT_STATED} else credit


class CentreImage(EmbeddedModel, AbstractImage):
    """An uploaded image. Its description is the alternative text (WCAG 1.1.1)."""

    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It tells nothing that the text does not; screen readers will skip it."),
    )
    author = models.CharField(
        _("author"),
        max_length=200,
        help_text=_("Who took or drew it. If nobody knows any more: nie podano."),
    )
    licence = models.CharField(
        _("licence"),
        max_length=200,
        help_text=_("By what right the centre shows it: CC BY 4.0, the author’s permission …"),
    )
    shows_people = models.BooleanField(
        _("shows people who can be recognized"),
        default=False,
        help_text=_(
            "A person who is only a detail of a crowd or a public event does not count "
            "(copyright law, art. 81)."
        ),
    )
    consent_reference = models.CharField(
        _("consent"),
        max_length=200,
        blank=True,
        help_text=_("Where the consent of these people is kept: the number of the document."),
    )
    consent_expires_on = models.DateField(
        _("consent is valid until"),
        null=True,
        blank=True,
        help_text=_("The last day. After it the image leaves all pages by itself."),
    )
    consent_withdrawn_on = models.DateField(
        _("consent was withdrawn on"),
        null=True,
        blank=True,
        help_text=_("As soon as this is saved, the image is gone from everywhere."),
    )
    rendition_error = models.CharField(max_length=200, blank=True, editable=False)

    admin_form_fields = (
        "title",
        "file",
        "description",
        "is_decorative",
        "author",
        "licence",
        "shows_people",
        "consent_reference",
        "consent_expires_on",
        "consent_withdrawn_on",
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

    @property
    def is_withheld(self) -> bool:
        """Whether the consent of the people in it is lacking, over, or withdrawn."""
        if self.consent_withdrawn_on:
            return True
        if not self.shows_people:
            return False
        expires_on = self.consent_expires_on
        is_over = expires_on is not None and expires_on < timezone.localdate()
        return is_over or not self.consent_reference

    @property
    def shown_until(self) -> date | None:
        """Return the last day on which it may be shown, as far as that is known."""
        return self.consent_expires_on if self.shows_people else None

    @property
    def focus(self) -> dict[str, float] | None:
        """Return where an editor put the focal point, as parts of width and height."""
        if self.focal_point_x is None or self.focal_point_y is None:
            return None
        return {
            "x": round(self.focal_point_x / self.width, 3),
            "y": round(self.focal_point_y / self.height, 3),
        }

    @property
    def credit(self) -> dict[str, str | None]:
        """Return author and licence as channels tell them; None for what nobody knows."""
        return {name: stated(getattr(self, name)) for name in ("author", "licence")}


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
