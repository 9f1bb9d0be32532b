from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from cms.documents.addresses import absolute
from cms.documents.media import public_file
from cms.documents.reads import Reads
from cms.models.files import CentreFile


class FileSerializer(serializers.Serializer[Any]):
    """A file to download."""

    title = serializers.CharField()
    url = serializers.URLField()
    mime_type = serializers.CharField(help_text="Media type (RFC 6838).")
    extension = serializers.CharField(help_text="As people call the format: PDF.")
    size = serializers.IntegerField(help_text="Size in bytes.")


def published_file(file: CentreFile, reads: Reads) -> dict[str, Any]:
    """Return a file by its public copy, which is made public by this call if need be."""
    reads.note(file)
    return described(file, absolute(public_file(file, reads).url))


def staff_file(file: CentreFile, reads: Reads) -> dict[str, Any]:
    """Return a file as a preview shows it: nothing is made public, staff can open it."""
    reads.note(file)
    return described(file, f"{settings.SITE_URL}{reverse('wagtaildocs:edit', args=(file.pk,))}")


def described(file: CentreFile, url: str) -> dict[str, Any]:
    return {
        "title": file.title,
        "url": url,
        "mime_type": file.content_type,
        "extension": file.format_name,
        "size": file.get_file_size() or 0,
    }
