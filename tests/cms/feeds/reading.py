"""Reading calendars in tests: as programs do, and line by line."""

from typing import Any

from django.test import Client
from icalendar import Calendar, Event


def read(path: str, status: int = 200, **headers: str) -> bytes:
    """Return the answer's body; fails unless it has the status."""
    response = Client().get(path, headers=headers)
    assert response.status_code == status, response.content
    return response.content


def events_in(text: bytes) -> list[Event]:
    return [one for one in Calendar.from_ical(text).walk("VEVENT") if isinstance(one, Event)]


def event_in(text: bytes) -> Event:
    (event,) = events_in(text)
    return event


def calendar_of(query: str = "from=2000-01-01") -> dict[str, Event]:
    """Return the events of a calendar by the last part of their addresses."""
    found = events_in(read(f"/api/v1/events.ics?{query}".rstrip("?")))
    return {str(event["URL"]).rstrip("/").rpartition("/")[2]: event for event in found}


def unfolded(text: bytes) -> bytes:
    return text.replace(b"\r\n ", b"")


def assert_well_formed(text: bytes) -> None:
    """Check lines as RFC 5545 §3.1 wants them: CRLF, 75 octets, characters in one piece."""
    assert text.endswith(b"END:VCALENDAR\r\n")
    lines = text.split(b"\r\n")
    for line in lines:
        assert len(line) <= 75, line
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()


def value(event: Event, name: str) -> Any:
    """Return a date or moment of an event as Python has it; None where there is none."""
    return event[name].dt if name in event else None
