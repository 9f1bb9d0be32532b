"""Events as iCalendar (RFC 5545, RFC 7986).

- UID is the document's id and nothing else (RFC 7986 §5.3), so that it outlives any address.
- SEQUENCE is the document's `revision`: it rises with every state, also over a restore.
- A postponed event is CANCELLED on its old date, the only one that can stand here: whoever looks
  at STATUS alone must not go there. The words say that it is postponed; with a new date the same
  UID comes back, CONFIRMED, with a higher SEQUENCE.
- There is no METHOD and so no ORGANIZER (RFC 5546 §3.2.1): this is a calendar to read, not an
  invitation. Who organizes stands in DESCRIPTION.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from icalendar import (
    Calendar,
    Component,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vDuration,
    vRecur,
    vText,
    vUri,
)

from cms.feeds.entries import announced_for, clean, tags_of, title_of
from cms.models.documents import Document
from cms.models.events import EventPage
from cms.wording import NOT_ON_ITS_DATE, Payload, can_sign_up, event_when, event_where

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//Razem//Razem//PL"
TIME_ZONE = ZoneInfo("Europe/Warsaw")
REFRESH_EVERY = timedelta(hours=1)
# Written events that a process keeps (some 1.5 KB each): writing one takes a millisecond.
MOST_KEPT = 8192
_kept: dict[tuple[UUID, int, int], bytes] = {}


@dataclass(frozen=True)
class Span:
    """From when to when: two dates (the end excluded) or two moments; the end may be unknown."""

    start: date
    end: date | None


def calendar(events: Iterable[bytes], *, name: str = "", address: str = "") -> bytes:
    """Return a calendar of written events; with a name and an address, one to subscribe to."""
    opening, closing = _frame(name, address)
    return b"".join([opening, time_zone(), *events, closing])


def event_text(document: Document) -> bytes:
    """Return the event's lines. The process keeps them as long as the document is the same."""
    key = (document.pk, document.sequence, document.revision)
    text = _kept.get(key)
    if text is None:
        with translation.override(settings.LANGUAGE_CODE):
            text = vevent(orjson.loads(document.payload), document.revision).to_ical()
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = text
    return text


def vevent(event: Payload, revision: int) -> Event:
    """Return the payload of an event that has a date as a VEVENT."""
    component = Event()
    changed_at = datetime.fromisoformat(event["updated_at"])
    component.add("uid", event["id"])
    component.add("sequence", revision)
    component.add("dtstamp", changed_at)
    component.add("last-modified", changed_at)
    component.add("created", datetime.fromisoformat(event["published_at"]))
    component.add("status", status_of(event))
    component.add("summary", _line(title_of(event)))
    component.add("description", clean("\n".join(part for part in told(event) if part)))
    component.add("categories", [_line(tag) for tag in tags_of(event)])
    component.add("url", vUri(_line(event["url"])))
    if where := location_of(event):
        component.add("location", _line(where))
    _add_dates(component, event)
    return component


def status_of(event: Payload) -> str:
    """Return whether people can rely on the date (RFC 5545 §3.8.1.11)."""
    if event["status"] in NOT_ON_ITS_DATE:
        return "CANCELLED"
    if event["date_certainty"] == EventPage.DateCertainty.PROPOSED:
        return "TENTATIVE"
    return "CONFIRMED"


def told(event: Payload) -> list[str]:
    """Return the lines of the description; what is unknown is empty."""
    organizers = ", ".join(one["title"] for one in event["organizers"])
    sign_up = event["registration_url"] if can_sign_up(event, announced_for(event)) else None
    return [
        event_when(event),
        event["summary"],
        _named(gettext("Held by"), organizers),
        _named(gettext("Sign-up"), sign_up),
        _named(gettext("Meeting online"), event["online_url"]),
        event["url"],
    ]


def location_of(event: Payload) -> str:
    """Return the place; of an event that moved online the address of the meeting."""
    if event["status"] == EventPage.Status.MOVED_ONLINE and event["online_url"]:
        return str(event["online_url"])
    return event_where(event)


def span_of(event: Payload) -> Span:
    """Return when the event takes place. What is not known of the hours is never filled in.

    Without an hour of the end an event of one day has no end (RFC 5545 §3.6.1), and one of several
    days is one of whole days: its first hour stands in the description.
    """
    first = date.fromisoformat(event["start_date"])
    last = max(first, date.fromisoformat(event["end_date"] or event["start_date"]))
    is_hour_known = event["date_precision"] == EventPage.DatePrecision.TIME
    if not (is_hour_known and event["start_time"]) or (last > first and not event["end_time"]):
        return Span(first, last + timedelta(days=1) if last < date.max else None)
    start = _moment(first, event["start_time"])
    end = _moment(last, event["end_time"]) if event["end_time"] else None
    # Compared as moments: in the night of the clock change an hour may come before an earlier one.
    is_after = end is not None and end.astimezone(UTC) > start.astimezone(UTC)
    return Span(start, end if is_after else None)


def _add_dates(component: Component, event: Payload) -> None:
    span = span_of(event)
    component.add("dtstart", span.start)
    if span.end:
        component.add("dtend", span.end)
    # Nobody is busy all day because an hour is not known yet.
    if event["status"] in NOT_ON_ITS_DATE or not isinstance(span.start, datetime):
        component.add("transp", "TRANSPARENT")


def _moment(day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), tzinfo=TIME_ZONE)


def _named(name: str, text: str | None) -> str:
    return f"{name}: {text}" if text else ""


def _line(text: str) -> str:
    """Return the text as one line, for what clients show in one."""
    return " ".join(clean(text).split())


def _frame(name: str, address: str) -> tuple[bytes, bytes]:
    """Return what stands before and after the components."""
    component = Calendar()
    component.add("prodid", PRODUCT)
    component.add("version", "2.0")
    component.add("calscale", "GREGORIAN")
    if name:
        component.add("name", vText(_line(name)))  # icalendar does not know it for a TEXT
        component.add("x-wr-calname", vText(_line(name)))
        component.add("x-wr-timezone", TIME_ZONE.key)
    if address:
        component.add("source", vUri(address), parameters={"VALUE": "URI"})
        component.add("refresh-interval", REFRESH_EVERY, parameters={"VALUE": "DURATION"})
        component.add("x-published-ttl", vDuration(REFRESH_EVERY))
    opening, ending, _rest = component.to_ical().partition(b"END:VCALENDAR")
    return opening, ending + b"\r\n"


@cache
def time_zone() -> bytes:
    """Return the VTIMEZONE of Poland: the rules in force since 1996 (directive 2000/84/EC).

    Recurring rules and not icalendar's list of dates, which ends in 2038 and is an hour late in
    spring (7.3); Outlook does not read such lists anyway.
    """
    zone = Timezone()
    zone.add("tzid", TIME_ZONE.key)
    summer = _observance(TimezoneDaylight(), "CEST", "1996-03-31T02:00", hours=(1, 2))
    winter = _observance(TimezoneStandard(), "CET", "1996-10-27T03:00", hours=(2, 1))
    zone.add_component(summer)
    zone.add_component(winter)
    return zone.to_ical()


def _observance(
    component: Component, name: str, first: str, *, hours: tuple[int, int]
) -> Component:
    """Complete one half of the year, with its first beginning by the clock of the other half.

    `hours` are the offsets from UTC before and after.
    """
    before, after = hours
    begins_at = datetime.fromisoformat(first)
    component.add("tzname", name)
    component.add("dtstart", begins_at)
    component.add("tzoffsetfrom", timedelta(hours=before))
    component.add("tzoffsetto", timedelta(hours=after))
    component.add("rrule", vRecur(freq="YEARLY", bymonth=begins_at.month, byday="-1SU"))
    return component
