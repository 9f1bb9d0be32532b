"""What there are feeds of. A new document type joins by one entry in `SUBJECTS`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from cms.api.filters import DocumentFilterSet, EventFilterSet, NewsFilterSet
from cms.feeds.entries import Entry, event_entry, news_entry
from cms.models.documents import Document
from cms.models.events import EventIndexPage
from cms.models.news import NewsIndexPage
from cms.models.published import SitePage
from cms.wording import Payload


@dataclass(frozen=True)
class Subject:
    """Documents of one type, latest announcement first. `name` stands in the addresses."""

    name: str
    document_type: Document.Type
    filterset_class: type[DocumentFilterSet]
    home: type[SitePage]
    title: Promise
    description: Promise
    entry: Callable[[Payload], Entry]


EVENTS = Subject(
    name="events",
    document_type=Document.Type.EVENT,
    filterset_class=EventFilterSet,
    home=EventIndexPage,
    title=pgettext_lazy("feed", "events"),
    description=gettext_lazy("Announcements of events, changed dates, cancellations."),
    entry=event_entry,
)
NEWS = Subject(
    name="news",
    document_type=Document.Type.NEWS,
    filterset_class=NewsFilterSet,
    home=NewsIndexPage,
    title=pgettext_lazy("feed", "news"),
    description=gettext_lazy("News of the centre, urgent ones included."),
    entry=news_entry,
)
SUBJECTS = (EVENTS, NEWS)
