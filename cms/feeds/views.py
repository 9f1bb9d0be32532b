"""Calendars and feeds: documents in the forms that calendars and feed readers read.

They take the filters of the lists and answer conditionally as the lists do. What `Accept` says
does not count: the address names the form, and readers ask for all sorts of things.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import pgettext
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.examples import EVENT
from cms.api.filters import DocumentFilterSet, EventFilterSet, ending_from
from cms.api.freshness import PublishedState, Validators, of_document, of_state, published_state
from cms.api.parameters import clean
from cms.api.problems import NOT_FOUND, ProblemError
from cms.api.views.base import ApiView, AsAddressed
from cms.api.views.documents import DocumentDetailView, key_parameter
from cms.documents.addresses import absolute
from cms.documents.liveness import own_path
from cms.documents.selectors import live_documents
from cms.feeds import calendar, examples
from cms.feeds.entries import Entry
from cms.feeds.entries import clean as clean_text
from cms.feeds.formats import RSS, Feed, Format
from cms.feeds.subjects import EVENTS, Subject
from cms.models.centre import CentreSettings
from cms.models.documents import Document
from cms.templatetags.site import public_pages

MOST_IN_CALENDAR = 2000
MOST_IN_FEED = 50
# How far back a calendar reaches that names no days itself.
DAYS_BACK = 365
# Parameters that choose events by themselves, beyond those days.
CHOOSING = frozenset({"from", "to", "month", "upcoming", "past", "ids"})
CALENDAR_SCHEMA: dict[str, Any] = {"type": "string", "description": "iCalendar (RFC 5545)."}


@dataclass(frozen=True)
class Surroundings:
    """What an answer tells of itself: whose it is, where, as of which state."""

    centre: str
    address: str
    state: PublishedState


class FilteredView(ApiView):
    """Documents of one type, by the filters of their list, in one answer without pages."""

    content_negotiation_class = AsAddressed
    queryset = Document.objects.none()
    filter_backends = (DjangoFilterBackend,)
    is_filtered = True
    tags: ClassVar = ["feeds"]
    problems = (400, 429)
    filterset_class: type[DocumentFilterSet]

    def get(self, request: Request) -> Response:
        values = self.read_values(self.filterset_class.base_filters.keys())
        filterset = self.filterset_class(values)
        clean(filterset.form)
        state = published_state()
        centre = CentreSettings.load().name
        today = timezone.localdate() if self.depends_on_today(filterset, values) else ""
        validators = of_state(state, request.path, sorted(values.items()), today, centre)
        if self.is_known_to_client(validators):
            return self.not_modified(validators)
        with translation.override(settings.LANGUAGE_CODE):
            documents = self.select(filterset, values).iterator(chunk_size=100)
            parts = [self.part(document) for document in documents]
            body = self.write(parts, Surroundings(centre, self.own_address(values), state))
        if not parts:
            filterset.check_vocabulary()
        return self.with_validators(file_response(body, self.media_type), validators)

    def depends_on_today(self, filterset: DocumentFilterSet, values: Mapping[str, str]) -> bool:
        return filterset.depends_on_today()

    def select(self, filterset: DocumentFilterSet, values: Mapping[str, str]) -> QuerySet[Document]:
        """Return the documents to show, a bounded number."""
        raise NotImplementedError

    def part(self, document: Document) -> Any:
        """Return what the answer tells of one document, in Polish."""
        raise NotImplementedError

    def write(self, parts: Sequence[Any], around: Surroundings) -> bytes:
        """Return the answer, in Polish."""
        raise NotImplementedError

    def own_address(self, values: Mapping[str, str]) -> str:
        """Return where this very answer is, the same for parameters in any order."""
        query = f"?{urlencode(sorted(values.items()))}" if values else ""
        return f"{settings.SITE_URL}{self.request.path}{query}"


def file_response(body: bytes, media_type: str, **headers: str) -> Response:
    charset = "" if media_type.endswith("json") else "; charset=utf-8"
    return Response(body, content_type=f"{media_type}{charset}", headers=headers)


class CalendarView(FilteredView):
    """Events as iCalendar (RFC 5545), to subscribe to: UID and SEQUENCE tell what changed.

    Without `from`, `to`, `upcoming` or `ids`: the events of the last 365 days and all to come.
    At most 2000 events, those that begin last. An event without an hour is one of whole days; a
    proposed date is TENTATIVE; a cancelled event stays, CANCELLED, and so does a postponed one
    on its old date until there is a new one. What is withdrawn is not there any more.
    """

    media_type = calendar.MEDIA_TYPE
    answer_schema = CALENDAR_SCHEMA
    filterset_class = EventFilterSet
    operation_id = "getCalendar"
    summary = "Subscribe to the calendar of events"
    example = examples.CALENDAR

    def depends_on_today(self, filterset: DocumentFilterSet, values: Mapping[str, str]) -> bool:
        return filterset.depends_on_today() or not CHOOSING & values.keys()

    def select(self, filterset: DocumentFilterSet, values: Mapping[str, str]) -> QuerySet[Document]:
        events = live_documents().filter(type=Document.Type.EVENT, starts_on__isnull=False)
        if not CHOOSING & values.keys():
            events = ending_from(events, timezone.localdate() - timedelta(days=DAYS_BACK))
        events = filterset.filter_queryset(events).order_by("-starts_on", "-pk")
        return events.only("sequence", "revision", "payload")[:MOST_IN_CALENDAR]

    def part(self, document: Document) -> bytes:
        return calendar.event_text(document)

    def write(self, parts: Sequence[bytes], around: Surroundings) -> bytes:
        name = f"{around.centre} – {pgettext('feed', 'events')}"
        return calendar.calendar(reversed(parts), name=name, address=around.address)


class EventCalendarView(DocumentDetailView):
    """One event as iCalendar, to put into a calendar. A former slug leads to the present one."""

    document_type = Document.Type.EVENT
    content_negotiation_class = AsAddressed
    media_type = calendar.MEDIA_TYPE
    answer_schema = CALENDAR_SCHEMA
    operation_id = "getEventCalendar"
    tags: ClassVar = ["feeds"]
    summary = "Get an event for a calendar"
    problems = (301, 400, 404, 410, 429)
    example = examples.CALENDAR
    parameters: ClassVar = [key_parameter(EVENT)]
    ending = ".ics"
    is_decided_by_documents = False  # also by the name of the centre

    def validators(self, document: Document) -> Validators:
        return of_document(document, document.revision)

    def answer(self, document: Document) -> Response:
        if document.starts_on is None:
            raise ProblemError(NOT_FOUND, "This event has no date yet.")
        return file_response(
            calendar.calendar([calendar.event_text(document)]),
            self.media_type,
            **{"Content-Disposition": f'inline; filename="{document.slug}.ics"'},
        )


class FeedView(FilteredView):
    """The 50 documents that were announced last, with their texts, images and states in words.

    An entry keeps its id and its place when it changes; its time of change and its title say so.
    """

    subject: Subject = EVENTS
    form: Format = RSS
    filterset_class = EVENTS.filterset_class
    operation_id = summary = ""
    example: ClassVar = ""

    def select(self, filterset: DocumentFilterSet, values: Mapping[str, str]) -> QuerySet[Document]:
        documents = live_documents().filter(type=self.subject.document_type)
        found = filterset.filter_queryset(documents).order_by("-published_at", "-pk")
        return found.only("payload")[:MOST_IN_FEED]

    def part(self, document: Document) -> Entry:
        return self.subject.entry(orjson.loads(document.payload))

    def write(self, parts: Sequence[Entry], around: Surroundings) -> bytes:
        name = clean_text(around.centre)
        return self.form.write(
            Feed(
                title=f"{name} – {self.subject.title}",
                description=str(self.subject.description),
                home_url=self.home_url(),
                self_url=around.address,
                author=name,
                updated_at=around.state.last_modified or datetime.fromtimestamp(0, UTC),
                entries=parts,
            )
        )

    def home_url(self) -> str:
        """Return the page that lists the same for people."""
        page = public_pages().type(self.subject.home).first()
        return absolute((page and own_path(page)) or "/")
