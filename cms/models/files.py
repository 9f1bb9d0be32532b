"""Files that documents offer: private originals; public copies while a live document uses them."""

from pathlib import PurePath
from typing import Any, ClassVar

import structlog
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument

from cms.models.copies import PublishedCopy, unguessable_name
from cms.models.embedded import EmbeddedModel
from cms.polish import transliterate

logger = structlog.get_logger(__name__)


class CentreFile(EmbeddedModel, AbstractDocument):
    """An uploaded file. Its form lets in only what its ending says (`cms/file_forms.py`)."""

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        permissions: ClassVar = [("choose_document", "Can choose document")]

    @property
    def format_name(self) -> str:
        """What people call the format: PDF, DOCX."""
        return PurePath(self.file.name).suffix.lstrip(".").upper()


class PublishedFile(PublishedCopy):
    """A public copy of one upload; a new upload to the same file gets a copy of its own."""

    file = models.ForeignKey(
        CentreFile, null=True, related_name="published", on_delete=models.SET_NULL
    )
    source = models.CharField(max_length=200)  # the upload's name in private storage

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["file", "source"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="published_file_once",
            )
        ]

    def original(self) -> Any:
        return self.file.file if self.file and self.file.file.name == self.source else None

    def note_loss(self) -> None:
        logger.error("file_lost", file_id=self.file_id)


def public_name(file: CentreFile) -> str:
    """Return a name that nobody guesses, with the title at its end for those who save it."""
    suffix = PurePath(file.file.name).suffix.lower()
    readable = slugify(transliterate(file.title))[:80]
    return unguessable_name(f"-{readable}{suffix}" if readable else suffix)
