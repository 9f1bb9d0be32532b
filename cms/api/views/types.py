"""The list and the details of each type of document."""

from typing import ClassVar

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
from cms.api.serializers import (
    ActivitySerializer,
    ContestSerializer,
    EventSerializer,
    NewsSerializer,
    OrganizationSerializer,
    ProjectSerializer,
    ResourceSerializer,
)
from cms.api.views.documents import DocumentDetailView, DocumentListView, key_parameter
from cms.models.documents import Document

BY_DATE = ("start_date", "-start_date", "title", "-title", "updated_at", "-updated_at")
BY_TITLE = ("title", "-title", "updated_at", "-updated_at")
BY_PUBLICATION = ("-published_at", "published_at", *BY_TITLE)


class ProjectListView(DocumentListView):
    """Projects of the centre, latest first."""

    document_type = Document.Type.PROJECT
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilterSet
    orderings = ("-start_date", "start_date", *BY_TITLE)
    operation_id = "listProjects"
    tags: ClassVar = ["projects"]
    summary = "List projects"
    example = examples.page_of(examples.PROJECT)


class ProjectDetailView(DocumentDetailView):
    """One project, by its id or slug. A former slug leads to the present one (301)."""

    document_type = Document.Type.PROJECT
    serializer_class = ProjectSerializer
    operation_id = "getProject"
    tags: ClassVar = ["projects"]
    summary = "Get a project"
    example = examples.PROJECT
    parameters: ClassVar = [key_parameter(examples.PROJECT)]


class EventListView(DocumentListView):
    """Events, earliest first: with `upcoming=true` the next one comes first.

    Cancelled events stay in the list, with their `status`. Show an event whose `date_certainty` is
    `proposed` with the words „termin proponowany”.
    """

    document_type = Document.Type.EVENT
    serializer_class = EventSerializer
    filterset_class = EventFilterSet
    orderings = BY_DATE
    operation_id = "listEvents"
    tags: ClassVar = ["events"]
    summary = "List events"
    example = examples.page_of(examples.EVENT)


class EventDetailView(DocumentDetailView):
    """One event, by its id or slug. A former slug leads to the present one (301)."""

    document_type = Document.Type.EVENT
    serializer_class = EventSerializer
    operation_id = "getEvent"
    tags: ClassVar = ["events"]
    summary = "Get an event"
    example = examples.EVENT
    parameters: ClassVar = [key_parameter(examples.EVENT)]


class OrganizationListView(DocumentListView):
    """The directory of organizations, in the order of the Polish alphabet."""

    document_type = Document.Type.ORGANIZATION
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilterSet
    orderings = BY_TITLE
    operation_id = "listOrganizations"
    tags: ClassVar = ["organizations"]
    summary = "List organizations"
    example = examples.page_of(examples.ORGANIZATION)


class OrganizationDetailView(DocumentDetailView):
    """One organization, by its id or slug. A former slug leads to the present one (301)."""

    document_type = Document.Type.ORGANIZATION
    serializer_class = OrganizationSerializer
    operation_id = "getOrganization"
    tags: ClassVar = ["organizations"]
    summary = "Get an organization"
    example = examples.ORGANIZATION
    parameters: ClassVar = [key_parameter(examples.ORGANIZATION)]


class ActivityListView(DocumentListView):
    """What the centre does within its projects, in the order of the Polish alphabet."""

    document_type = Document.Type.ACTIVITY
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilterSet
    orderings = BY_TITLE
    operation_id = "listActivities"
    tags: ClassVar = ["activities"]
    summary = "List activities"
    example = examples.page_of(examples.ACTIVITY)


class ActivityDetailView(DocumentDetailView):
    """One activity, by its id or slug. A former slug leads to the present one (301)."""

    document_type = Document.Type.ACTIVITY
    serializer_class = ActivitySerializer
    operation_id = "getActivity"
    tags: ClassVar = ["activities"]
    summary = "Get an activity"
    example = examples.ACTIVITY
    parameters: ClassVar = [key_parameter(examples.ACTIVITY)]


class NewsListView(DocumentListView):
    """News, latest first. Show those with `is_alert` above everything else."""

    document_type = Document.Type.NEWS
    serializer_class = NewsSerializer
    filterset_class = NewsFilterSet
    orderings = BY_PUBLICATION
    operation_id = "listNews"
    tags: ClassVar = ["news"]
    summary = "List news"
    example = examples.page_of(examples.NEWS)


class NewsDetailView(DocumentDetailView):
    """One piece of news, by its id or slug. A former slug leads to the present one (301)."""

    document_type = Document.Type.NEWS
    serializer_class = NewsSerializer
    operation_id = "getNews"
    tags: ClassVar = ["news"]
    summary = "Get a piece of news"
    example = examples.NEWS
    parameters: ClassVar = [key_parameter(examples.NEWS)]


class ContestListView(DocumentListView):
    """Editions of contests, latest first. `state` says whether one can apply."""

    document_type = Document.Type.CONTEST
    serializer_class = ContestSerializer
    filterset_class = ContestFilterSet
    orderings = ("-start_date", "start_date", *BY_TITLE)
    operation_id = "listContests"
    tags: ClassVar = ["contests"]
    summary = "List contests"
    example = examples.page_of(examples.CONTEST)


class ContestDetailView(DocumentDetailView):
    """One edition of a contest, by its id or slug. A former slug leads to the present one (301)."""

    document_type = Document.Type.CONTEST
    serializer_class = ContestSerializer
    operation_id = "getContest"
    tags: ClassVar = ["contests"]
    summary = "Get a contest"
    example = examples.CONTEST
    parameters: ClassVar = [key_parameter(examples.CONTEST)]


class ResourceListView(DocumentListView):
    """Reports, regulations, guides and forms, latest first."""

    document_type = Document.Type.RESOURCE
    serializer_class = ResourceSerializer
    filterset_class = ResourceFilterSet
    orderings = BY_PUBLICATION
    operation_id = "listResources"
    tags: ClassVar = ["resources"]
    summary = "List resources"
    example = examples.page_of(examples.RESOURCE)


class ResourceDetailView(DocumentDetailView):
    """One material, by its id or slug. A former slug leads to the present one (301)."""

    document_type = Document.Type.RESOURCE
    serializer_class = ResourceSerializer
    operation_id = "getResource"
    tags: ClassVar = ["resources"]
    summary = "Get a material"
    example = examples.RESOURCE
    parameters: ClassVar = [key_parameter(examples.RESOURCE)]
