"""One document as an entry of a feed: words and HTML, whatever form the feed has.

An entry reads the same on whatever day it is asked for, so that its feed changes with documents
only: „brak wolnych miejsc” stays when the event is over.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape

from django.utils.translation import gettext, pgettext

from cms.wording import Payload, event_title, event_when, event_where, parse_date

# What XML 1.0 §2.2 and iCalendar's TEXT (RFC 5545 §3.3.11) do not allow.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def clean(text: str | None) -> str:
    """Return the text without characters that no feed may have."""
    return _FORBIDDEN.sub("", text or "")


@dataclass(frozen=True)
class Entry:
    """What feeds tell of a document."""

    id: str
    title: str
    url: str
    summary: str
    content_html: str
    published_at: datetime
    updated_at: datetime
    image: Payload | None = None
    tags: list[str] = field(default_factory=list)


def event_entry(event: Payload) -> Entry:
    """Return an event with its date, place and state in words before its text."""
    told = [event_when(event), event_where(event), event["summary"]]
    return entry(
        event,
        title=title_of(event),
        summary=" – ".join(part for part in told if part),
        content_html=f"{_facts_html(event)}{event['body_html']}",
        tags=tags_of(event),
    )


def news_entry(news: Payload) -> Entry:
    """Return a piece of news; an urgent one says so in its title."""
    title = news["title"]
    if news["is_alert"]:
        title = gettext("Urgent: %(title)s") % {"title": title}
    return entry(
        news,
        title=with_sample(news, title),
        summary=news["summary"],
        content_html=f"{_summary_html(news)}{news['body_html']}",
        tags=[topic["name"] for topic in news["topics"]],
    )


def entry(
    document: Payload, *, title: str, summary: str, content_html: str, tags: list[str]
) -> Entry:
    """Return a document as an entry with these words."""
    return Entry(
        id=f"urn:uuid:{document['id']}",
        title=clean(title),
        url=clean(document["url"]),
        summary=clean(summary),
        content_html=clean(content_html),
        published_at=datetime.fromisoformat(document["published_at"]),
        updated_at=datetime.fromisoformat(document["updated_at"]),
        image=document["image"],
        tags=[clean(tag) for tag in tags],
    )


def title_of(event: Payload) -> str:
    """Return the title with the event's states, and that it is a sample, in words."""
    return with_sample(event, event_title(event, announced_for(event)))


def with_sample(document: Payload, title: str) -> str:
    """Return the title, which says so if the document is a sample."""
    return f"{title} – {gettext('sample data')}" if document["is_sample"] else title


def announced_for(event: Payload) -> date:
    """Return the day as of which an event is described: its own first one."""
    return parse_date(event["start_date"]) or date.min


def tags_of(event: Payload) -> list[str]:
    """Return the kind and the topics."""
    return [event["kind_label"], *(topic["name"] for topic in event["topics"])]


def _facts_html(event: Payload) -> str:
    """Return when and where, and the summary, as HTML."""
    facts = [
        (pgettext("question", "When"), event_when(event)),
        (pgettext("question", "Where"), event_where(event)),
    ]
    lines = [f"<strong>{escape(name)}:</strong> {escape(said)}" for name, said in facts if said]
    return f"<p>{'<br>'.join(lines)}</p>{_summary_html(event)}"


def _summary_html(document: Payload) -> str:
    return f"<p>{escape(document['summary'])}</p>" if document["summary"] else ""
