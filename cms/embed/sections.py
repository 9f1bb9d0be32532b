"""What can be embedded. A new document type joins by one entry in `SECTIONS` and one template."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from cms.api.filters import (
    DocumentFilterSet,
    EventFilterSet,
    NewsFilterSet,
    OrganizationFilterSet,
)
from cms.models.documents import Document
from cms.models.events import EventIndexPage, EventPage
from cms.models.news import NewsIndexPage
from cms.models.organizations import OrganizationIndexPage
from cms.models.published import SitePage
from cms.wording import Payload

Values = Mapping[str, str]

# Parameters that choose events by their time themselves.
CHOOSING_TIME = frozenset({"from", "to", "month", "upcoming", "past", "ids"})


def events_to_come(values: Values) -> Values:
    """Return the parameters, with `upcoming=true` where nothing else says which events.

    Those that wait for a new date are never upcoming, so who asks for them needs no more.
    """
    waits_for_date = values.get("status") == EventPage.Status.POSTPONED
    if CHOOSING_TIME & values.keys() or waits_for_date:
        return values
    return {**values, "upcoming": "true"}


def events_order(values: Values) -> tuple[str, ...]:
    """Return the order of events: the next one first; of past ones the latest."""
    is_past = values.get("past") == "true" or values.get("upcoming") == "false"
    return ("-starts_on", "-pk") if is_past else ("starts_on", "pk")


def by_hour(events: Iterable[Payload]) -> list[Payload]:
    """Order the events of each day by hour, which no column has; those without one come first."""
    days = groupby(events, key=lambda event: event["start_date"])
    return [
        event
        for _day, one_day in days
        for event in sorted(one_day, key=lambda event: event["start_time"] or "")
    ]


def as_asked(values: Values) -> Values:
    return values


def by_title(values: Values) -> tuple[str, ...]:
    return ("sort_key", "pk")


def newest_first(values: Values) -> tuple[str, ...]:
    return ("-published_at", "-pk")


@dataclass(frozen=True)
class Section:
    """Documents of one type as a list. `name` stands in the addresses, and in `data-section`."""

    name: str
    document_type: Document.Type
    filterset_class: type[DocumentFilterSet]
    home: type[SitePage]
    title: Promise
    nothing: Promise
    all_of_them: Promise
    item_template: str
    completed: Callable[[Values], Values] = as_asked
    order: Callable[[Values], tuple[str, ...]] = by_title
    # Orders more finely what the database has found.
    arranged: Callable[[Iterable[Payload]], list[Payload]] = list


EVENTS = Section(
    name="events",
    document_type=Document.Type.EVENT,
    filterset_class=EventFilterSet,
    home=EventIndexPage,
    title=gettext_lazy("Events"),
    nothing=gettext_lazy("Nothing is announced at the moment."),
    all_of_them=pgettext_lazy("link to a list", "All events"),
    item_template="cms/embed/event.html",
    completed=events_to_come,
    order=events_order,
    arranged=by_hour,
)
ORGANIZATIONS = Section(
    name="organizations",
    document_type=Document.Type.ORGANIZATION,
    filterset_class=OrganizationFilterSet,
    home=OrganizationIndexPage,
    title=gettext_lazy("Organizations"),
    nothing=gettext_lazy("There is no such organization in the directory."),
    all_of_them=pgettext_lazy("link to a list", "All organizations"),
    item_template="cms/embed/organization.html",
)
NEWS = Section(
    name="news",
    document_type=Document.Type.NEWS,
    filterset_class=NewsFilterSet,
    home=NewsIndexPage,
    title=pgettext_lazy("heading", "News"),
    nothing=gettext_lazy("There is no news yet."),
    all_of_them=pgettext_lazy("link to a list", "All news"),
    item_template="cms/embed/news.html",
    order=newest_first,
)
SECTIONS = (EVENTS, ORGANIZATIONS, NEWS)
