"""Addresses below /api/v1/. Their names are stable (docs/api.md)."""

from django.urls import URLPattern, path, re_path

from cms.api.kinds import DocumentKind, kinds
from cms.api.views.changes import ChangesView
from cms.api.views.documents import DocumentDetailView, DocumentListView
from cms.api.views.exports import EXPORT_ADDRESSES
from cms.api.views.previews import PreviewView
from cms.api.views.search import SearchView
from cms.api.views.service import DocsView, OpenApiView, ProblemView, RootView, UnknownView
from cms.api.views.vocabularies import (
    AudienceListView,
    LegalFormListView,
    LocalityListView,
    OfferTypeListView,
    ProgrammeListView,
    SphereListView,
    TopicListView,
)
from cms.feeds.views import CalendarView, EventCalendarView


def addresses_of(kind: DocumentKind) -> list[URLPattern]:
    """Return the addresses of a type's list and details."""
    one = f"{kind.plural}/<str:key>/"
    return [
        path(f"{kind.plural}/", DocumentListView.of(kind).as_view(), name=kind.plural),
        path(one, DocumentDetailView.of(kind).as_view(), name=kind.url_name),
    ]


app_name = "api"
urlpatterns = [
    path("", RootView.as_view(), name="root"),
    *(address for kind in kinds() for address in addresses_of(kind)),
    path("events.ics", CalendarView.as_view(), name="calendar"),
    path("events/<str:key>.ics", EventCalendarView.as_view(), name="event-calendar"),
    path("search/", SearchView.as_view(), name="search"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("vocabularies/spheres/", SphereListView.as_view(), name="spheres"),
    path("vocabularies/localities/", LocalityListView.as_view(), name="localities"),
    path("vocabularies/topics/", TopicListView.as_view(), name="topics"),
    path("vocabularies/audiences/", AudienceListView.as_view(), name="audiences"),
    path("vocabularies/offer-types/", OfferTypeListView.as_view(), name="offer-types"),
    path("vocabularies/programmes/", ProgrammeListView.as_view(), name="programmes"),
    path("vocabularies/legal-forms/", LegalFormListView.as_view(), name="legal-forms"),
    *EXPORT_ADDRESSES,
    path("preview/<str:token>/", PreviewView.as_view(), name="preview"),
    path("problems/<str:name>/", ProblemView.as_view(), name="problem"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path(r"^[\s\S]*$", UnknownView.as_view(), name="unknown"),
]
