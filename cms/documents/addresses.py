"""The public address of a document: our own page's, or that of the page at a destination."""

from uuid import UUID

from django.conf import settings

from cms.basepage.models import BasePage
from cms.channels import is_at_destination
from cms.documents.liveness import is_public, own_path
from cms.documents.reads import Reads
from cms.models.centre import CentreSettings
from cms.models.documents import Document
from cms.models.published import DocumentPage


def absolute(path: str) -> str:
    """Return an address of this site as an absolute one; absolute ones stay as they are."""
    return f"{settings.SITE_URL}{path}" if path.startswith("/") else path


def public_url(page: DocumentPage, document_id: UUID, reads: Reads) -> str:
    """Return where people find the document: at the chosen destination once it is there."""
    centre = reads.note(CentreSettings.load())
    if centre.public_url_pattern and is_at_destination(document_id, centre.public_destination):
        return centre.public_url_pattern.format(
            type=page.document_type.value, slug=page.slug, id=document_id
        )
    return absolute(own_path(page) or "/")


def link_to(page_id: int, reads: Reads) -> str | None:
    """Return the address for a link to a page, or None while the page is not public."""
    page = BasePage.objects.filter(pk=page_id).first()
    if page is None:
        return None
    reads.note(page, is_shown=False)
    if not is_public(page):
        return None
    specific = page.specific
    document = Document.objects.filter(page_id=page_id).only("pk").first()
    if document and isinstance(specific, DocumentPage):
        return public_url(specific, document.pk, reads)
    return absolute(own_path(page) or "/")
