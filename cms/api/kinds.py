"""The types of documents that the API serves. Each app registers its own in `AppConfig.ready`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.models.documents import Document
from cms.models.published import DocumentPage

if TYPE_CHECKING:
    from cms.api.filters import DocumentFilterSet
    from cms.api.serializers import DocumentSerializer

BY_DATE = ("start_date", "-start_date", "title", "-title", "updated_at", "-updated_at")
BY_TITLE = ("title", "-title", "updated_at", "-updated_at")
LATEST_DATE_FIRST = ("-start_date", "start_date", *BY_TITLE)
BY_PUBLICATION = ("-published_at", "published_at", *BY_TITLE)

BY_ID_OR_SLUG = _("By its id or its slug. A former slug leads to the present one (301).")


@dataclass(frozen=True)
class DocumentKind:
    """One type of document: its only definition (the serializer), its list and its details.

    `plural` stands in the addresses, `component` in the OpenAPI document. The texts are for that
    one too: summaries of both operations, descriptions of both, and of the type.
    """

    document_type: Document.Type
    plural: str
    url_name: str
    component: str
    serializer: type["DocumentSerializer"]
    filterset: type["DocumentFilterSet"]
    orderings: tuple[str, ...]  # the first is the default
    example: dict[str, Any]
    about: str | Promise
    list_summary: str | Promise
    list_description: str | Promise
    detail_summary: str | Promise
    detail_description: str | Promise = BY_ID_OR_SLUG

    @property
    def plural_component(self) -> str:
        return self.plural.capitalize()


_kinds: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> None:
    """Have the API serve a type of document. The same again changes nothing."""
    _kinds[kind.document_type.value] = kind


def kinds() -> Iterator[DocumentKind]:
    """Return the registered types, in the order in which they were registered."""
    return iter(_kinds.values())


def kind_of(document_type: str) -> DocumentKind | None:
    """Return the registered type of that name."""
    return _kinds.get(document_type)


def serializer_for(page: DocumentPage) -> type["DocumentSerializer"]:
    """Return the serializer class of the page's document type."""
    return _kinds[page.document_type.value].serializer
