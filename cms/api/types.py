"""The types of documents that cms has."""

from django.utils.translation import gettext_lazy as _

from cms.api import examples
from cms.api.filters import (
    ActivityFilterSet,
    ContestFilterSet,
    EventFilterSet,
    NewsFilterSet,
    OrganizationFilterSet,
    ProjectFilterSet,
    ResourceFilterSet,
)
from cms.api.kinds import BY_DATE, BY_PUBLICATION, BY_TITLE, LATEST_DATE_FIRST, DocumentKind
from cms.api.serializers import (
    ActivitySerializer,
    ContestSerializer,
    EventSerializer,
    NewsSerializer,
    OrganizationSerializer,
    ProjectSerializer,
    ResourceSerializer,
)
from cms.models.documents import Document

KINDS = (
    DocumentKind(
        document_type=Document.Type.PROJECT,
        plural="projects",
        url_name="project",
        component="Project",
        serializer=ProjectSerializer,
        filterset=ProjectFilterSet,
        orderings=LATEST_DATE_FIRST,
        example=examples.PROJECT,
        about=_("What the centre runs over months and years."),
        list_summary=_("List projects"),
        list_description=_("Projects of the centre, latest first."),
        detail_summary=_("Get a project"),
    ),
    DocumentKind(
        document_type=Document.Type.ACTIVITY,
        plural="activities",
        url_name="activity",
        component="Activity",
        serializer=ActivitySerializer,
        filterset=ActivityFilterSet,
        orderings=BY_TITLE,
        example=examples.ACTIVITY,
        about=_("What the centre offers within its projects."),
        list_summary=_("List activities"),
        list_description=_(
            "What the centre does within its projects, in the order of the Polish alphabet."
        ),
        detail_summary=_("Get an activity"),
    ),
    DocumentKind(
        document_type=Document.Type.EVENT,
        plural="events",
        url_name="event",
        component="Event",
        serializer=EventSerializer,
        filterset=EventFilterSet,
        orderings=BY_DATE,
        example=examples.EVENT,
        about=_("What happens on a day."),
        list_summary=_("List events"),
        list_description=_(
            "Events, earliest first: with `upcoming=true` the next one comes first.\n\n"
            "Cancelled events stay in the list, with their `status`. Show an event whose "
            "`date_certainty` is `proposed` with the words „termin proponowany”."
        ),
        detail_summary=_("Get an event"),
    ),
    DocumentKind(
        document_type=Document.Type.ORGANIZATION,
        plural="organizations",
        url_name="organization",
        component="Organization",
        serializer=OrganizationSerializer,
        filterset=OrganizationFilterSet,
        orderings=BY_TITLE,
        example=examples.ORGANIZATION,
        about=_("The directory of NGOs."),
        list_summary=_("List organizations"),
        list_description=_("The directory of organizations, in the order of the Polish alphabet."),
        detail_summary=_("Get an organization"),
    ),
    DocumentKind(
        document_type=Document.Type.NEWS,
        plural="news",
        url_name="news",
        component="News",
        serializer=NewsSerializer,
        filterset=NewsFilterSet,
        orderings=BY_PUBLICATION,
        example=examples.NEWS,
        about=_("What the centre announces."),
        list_summary=_("List news"),
        list_description=_("News, latest first. Show those with `is_alert` above everything else."),
        detail_summary=_("Get a piece of news"),
    ),
    DocumentKind(
        document_type=Document.Type.CONTEST,
        plural="contests",
        url_name="contest",
        component="Contest",
        serializer=ContestSerializer,
        filterset=ContestFilterSet,
        orderings=LATEST_DATE_FIRST,
        example=examples.CONTEST,
        about=_("Calls for small grants, edition by edition."),
        list_summary=_("List contests"),
        list_description=_(
            "Editions of contests, latest first. `state` says whether one can apply."
        ),
        detail_summary=_("Get a contest"),
    ),
    DocumentKind(
        document_type=Document.Type.RESOURCE,
        plural="resources",
        url_name="resource",
        component="Resource",
        serializer=ResourceSerializer,
        filterset=ResourceFilterSet,
        orderings=BY_PUBLICATION,
        example=examples.RESOURCE,
        about=_("Reports, regulations, guides and forms."),
        list_summary=_("List resources"),
        list_description=_("Reports, regulations, guides and forms, latest first."),
        detail_summary=_("Get a material"),
    ),
)
