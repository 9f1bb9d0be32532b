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
    return Entry(
        id=f"urn:uuid:{event['id']}",
        title=clean(title_of(event)),
        url=clean(event["url"]),
        summary=clean(" – ".join(part for part in told if part)),
        content_html=clean(f"{_facts_html(event)}{event['body_html']}"),
        published_at=datetime.fromisoformat(event["published_at"]),
        updated_at=datetime.fromisoformat(event["updated_at"]),
        image=event["image"],
        tags=[clean(tag) for tag in tags_of(event)],
    )


def title_of(event: Payload) -> str:
    """Return the title with the event's states, and that it is a sample, in words."""
    title = event_title(event, announced_for(event))
    return " – ".join([title, gettext("sample data")]) if event["is_sample"] else title


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
    summary = f"<p>{escape(event['summary'])}</p>" if event["summary"] else ""
    return f"<p>{'<br>'.join(lines)}</p>{summary}"
