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

__all__ = [
    "ActivitySerializer",
    "ContestSerializer",
    "DocumentSerializer",
    "EventSerializer",
    "NewsSerializer",
    "OrganizationSerializer",
    "ProjectSerializer",
    "RelatedItemSerializer",
    "ResourceSerializer",
]
