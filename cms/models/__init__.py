"""The content model. Each module holds one noun; Django finds them all here."""

from cms.models.activities import ActivityPage, Closure, DutyHours, Facility, Figure
from cms.models.centre import CentreSettings, FunderLogo, OperatorTerm
from cms.models.clients import ApiClient
from cms.models.consents import ContactClause, ContactConsent
from cms.models.contests import ContestIndexPage, ContestPage, ContestResult
from cms.models.declaration import DeclarationPage
from cms.models.documents import (
    Document,
    DocumentDependency,
    DocumentFacet,
    FormerAddress,
    Sequence,
)
from cms.models.event_parts import EventMaterial, EventPhoto, ProgrammeItem
from cms.models.events import EventIndexPage, EventPage
from cms.models.field_sources import FieldProposal, FieldSource
from cms.models.files import CentreFile, PublishedFile
from cms.models.images import CentreImage, PublishedRendition, Rendition
from cms.models.jobs import JobState
from cms.models.krs_claims import KrsClaim
from cms.models.legal_forms import LegalForm
from cms.models.news import NewsIndexPage, NewsPage
from cms.models.offers import Audience, OfferType, Programme
from cms.models.organizations import OrganizationIndexPage, OrganizationPage
from cms.models.pages import HomePage, StandardPage
from cms.models.profile_parts import ActionForm, Beneficiary, OrganizationLink
from cms.models.projects import ProjectPage, ProjectPartner
from cms.models.resources import ResourceFile, ResourceIndexPage, ResourcePage
from cms.models.search import SearchEntry, SearchRow
from cms.models.vocabularies import Locality, Partner, Place, Sphere, Topic

__all__ = [
    "ActionForm",
    "ActivityPage",
    "ApiClient",
    "Audience",
    "Beneficiary",
    "CentreFile",
    "CentreImage",
    "CentreSettings",
    "Closure",
    "ContactClause",
    "ContactConsent",
    "ContestIndexPage",
    "ContestPage",
    "ContestResult",
    "DeclarationPage",
    "Document",
    "DocumentDependency",
    "DocumentFacet",
    "DutyHours",
    "EventIndexPage",
    "EventMaterial",
    "EventPage",
    "EventPhoto",
    "Facility",
    "FieldProposal",
    "FieldSource",
    "Figure",
    "FormerAddress",
    "FunderLogo",
    "HomePage",
    "JobState",
    "KrsClaim",
    "LegalForm",
    "Locality",
    "NewsIndexPage",
    "NewsPage",
    "OfferType",
    "OperatorTerm",
    "OrganizationIndexPage",
    "OrganizationLink",
    "OrganizationPage",
    "Partner",
    "Place",
    "Programme",
    "ProgrammeItem",
    "ProjectPage",
    "ProjectPartner",
    "PublishedFile",
    "PublishedRendition",
    "Rendition",
    "ResourceFile",
    "ResourceIndexPage",
    "ResourcePage",
    "SearchEntry",
    "SearchRow",
    "Sequence",
    "Sphere",
    "StandardPage",
    "Topic",
]
