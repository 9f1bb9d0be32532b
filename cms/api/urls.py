"""Addresses below /api/v1/. Their names are stable (docs/api.md)."""

from django.urls import path, re_path

from cms.api.views.changes import ChangesView
from cms.api.views.exports import EXPORT_ADDRESSES
from cms.api.views.previews import PreviewView
from cms.api.views.search import SearchView
from cms.api.views.service import DocsView, OpenApiView, ProblemView, RootView, UnknownView
from cms.api.views.types import (
    ActivityDetailView,
    ActivityListView,
    ContestDetailView,
    ContestListView,
    EventDetailView,
    EventListView,
    NewsDetailView,
    NewsListView,
    OrganizationDetailView,
    OrganizationListView,
    ProjectDetailView,
    ProjectListView,
    ResourceDetailView,
    ResourceListView,
)
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

app_name = "api"
urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("projects/", ProjectListView.as_view(), name="projects"),
    path("projects/<str:key>/", ProjectDetailView.as_view(), name="project"),
    path("activities/", ActivityListView.as_view(), name="activities"),
    path("activities/<str:key>/", ActivityDetailView.as_view(), name="activity"),
    path("events/", EventListView.as_view(), name="events"),
    path("events.ics", CalendarView.as_view(), name="calendar"),
    path("events/<str:key>.ics", EventCalendarView.as_view(), name="event-calendar"),
    path("events/<str:key>/", EventDetailView.as_view(), name="event"),
    path("organizations/", OrganizationListView.as_view(), name="organizations"),
    path("organizations/<str:key>/", OrganizationDetailView.as_view(), name="organization"),
    path("news/", NewsListView.as_view(), name="news"),
    # The word has no singular: with a key, the name leads to one of them.
    path("news/<str:key>/", NewsDetailView.as_view(), name="news"),
    path("contests/", ContestListView.as_view(), name="contests"),
    path("contests/<str:key>/", ContestDetailView.as_view(), name="contest"),
    path("resources/", ResourceListView.as_view(), name="resources"),
    path("resources/<str:key>/", ResourceDetailView.as_view(), name="resource"),
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
