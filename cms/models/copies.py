"""Public copies of private files: there as long as a live document uses them."""

import secrets
from typing import Any

from django.core.files.storage import Storage, storages
from django.db import models


def public_storage() -> Storage:
    """Return the storage whose files anyone may read."""
    return storages["public"]


def unguessable_name(ending: str) -> str:
    """Return a file name with 128 random bits before its ending."""
    return f"{secrets.token_hex(16)}{ending}"


class PublishedCopy(models.Model):
    """A file that anyone may read, and what it is a copy of.

    The row commits with the document; the file is written, or deleted, right after the commit,
    and the background job does what a crash left undone.
    """

    name = models.CharField(max_length=200, unique=True)
    stored_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Path of the file below MEDIA_URL, or its address in remote storage."""
        return public_storage().url(self.name)

    def original(self) -> Any:
        """Return the private file (FieldFile), or None if it is gone."""
        raise NotImplementedError

    def note_loss(self) -> None:
        """Do what helps when the private file is not where its row says."""
        raise NotImplementedError
