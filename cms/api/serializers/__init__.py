"""One serializer per document type: the only definition of a document.

It writes the stored payload and gives the published schema.
"""

from cms.api.serializers.activities import ActivitySerializer
from cms.api.serializers.base import DocumentSerializer, RelatedItemSerializer
from cms.api.serializers.contests import ContestSerializer
from cms.api.serializers.events import EventSerializer
from cms.api.serializers.news import NewsSerializer
from cms.api.serializers.organizations import OrganizationSerializer
from cms.api.serializers.projects import ProjectSerializer
from cms.api.serializers.resources import ResourceSerializer
from cms.models.documents import Document
from cms.models.published import DocumentPage

__all__ = [
    "SERIALIZERS",
    "ActivitySerializer",
    "ContestSerializer",
    "DocumentSerializer",
    "EventSerializer",
    "NewsSerializer",
    "OrganizationSerializer",
    "ProjectSerializer",
    "RelatedItemSerializer",
    "ResourceSerializer",
    "serializer_for",
]

SERIALIZERS: dict[str, type[DocumentSerializer]] = {
    Document.Type.PROJECT: ProjectSerializer,
    Document.Type.EVENT: EventSerializer,
    Document.Type.ORGANIZATION: OrganizationSerializer,
    Document.Type.ACTIVITY: ActivitySerializer,
    Document.Type.NEWS: NewsSerializer,
    Document.Type.CONTEST: ContestSerializer,
    Document.Type.RESOURCE: ResourceSerializer,
}


def serializer_for(page: DocumentPage) -> type[DocumentSerializer]:
    """Return the serializer class of the page's document type."""
    return SERIALIZERS[page.document_type]
