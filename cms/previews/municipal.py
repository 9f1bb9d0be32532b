"""The draft as the municipal website would show it: its line in a list, and its own page.

The list is the very fragment that `/embed/` gives; the page is made of the document alone, as that
of any reader of the API. The frame around them stands for the municipality's own look.
"""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from cms.documents.previews import preview_of
from cms.embed.sections import SECTIONS
from cms.models.published import DocumentPage
from cms.previews.modes import Mode


def show(page: DocumentPage, request: HttpRequest) -> TemplateResponse:
    """Return the draft in a municipal frame. Nothing of it is stored."""
    document = preview_of(page)
    section = next((one for one in SECTIONS if one.document_type == page.document_type), None)
    context = {
        "page": page,
        "document": document,
        "documents": [document],
        "section": section,
        "heading": 2,
        "item_heading": 3,
        "images": True,
    }
    return TemplateResponse(request, "cms/previews/municipal.html", context)


def fits(page: Any) -> bool:
    return isinstance(page, DocumentPage)


MODE = Mode("municipal", _("As on the municipal website"), fits, show)
