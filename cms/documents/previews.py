"""What a draft would read as a document; for editors only, nothing is stored."""

from typing import Any

from django.conf import settings
from django.utils import translation

from cms.api.serializers import serializer_for
from cms.documents.reads import Reads
from cms.models.documents import Document
from cms.models.published import DocumentPage


def preview_of(page: DocumentPage) -> dict[str, Any]:
    """Return the draft's content; images have addresses that only staff can open."""
    document = Document.objects.filter(page_id=page.pk).first() if page.pk else None
    context = {"reads": Reads(), "document": document or Document(), "is_preview": True}
    with translation.override(settings.LANGUAGE_CODE):
        return dict(serializer_for(page)(page, context=context).data)
