"""The content model. Each module holds one noun; Django finds them all here."""

from cms.models.centre import CentreSettings
from cms.models.clients import ApiClient
from cms.models.documents import (
    Document,
    DocumentDependency,
    DocumentFacet,
    FormerAddress,
    Sequence,
)
from cms.models.events import EventIndexPage, EventPage
from cms.models.images import CentreImage, PublishedRendition, Rendition
from cms.models.jobs import JobState
from cms.models.organizations import OrganizationIndexPage, OrganizationPage
from cms.models.pages import HomePage, StandardPage
from cms.models.projects import ProjectPage, ProjectPartner
from cms.models.search import SearchEntry, SearchRow
from cms.models.vocabularies import Locality, Partner, Place, Sphere, Topic

__all__ = [
    "ApiClient",
    "CentreImage",
    "CentreSettings",
    "Document",
    "DocumentDependency",
    "DocumentFacet",
    "EventIndexPage",
    "EventPage",
    "FormerAddress",
    "HomePage",
    "JobState",
    "Locality",
    "OrganizationIndexPage",
    "OrganizationPage",
    "Partner",
    "Place",
    "ProjectPage",
    "ProjectPartner",
    "PublishedRendition",
    "Rendition",
    "SearchEntry",
    "SearchRow",
    "Sequence",
    "Sphere",
    "StandardPage",
    "Topic",
]
