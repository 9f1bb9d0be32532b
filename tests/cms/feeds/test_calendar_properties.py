"""Whatever events say, readers of the calendar get exactly that."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import vobject
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.api.examples import EVENT, LOCALITY
from cms.feeds.calendar import calendar, vevent
from cms.feeds.entries import clean
from tests.cms.feeds.reading import assert_well_formed, events_in, value

WARSAW = ZoneInfo("Europe/Warsaw")
# No backslash: icalendar itself reads `\\n`, an escaped backslash and an n, as a new line.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\\") | st.sampled_from(
    "ąćęłńóśźż„”–\u00a0🎉👩‍👩‍👧,;:\"'=\n\r\t\u2028"
)
texts = st.text(characters, max_size=300)
hours = st.times().map(lambda one: one.strftime("%H:%M"))
days = st.dates(date(1997, 1, 1), date(2060, 12, 31))


@st.composite
def events(draw: Any) -> dict[str, Any]:
    start = draw(days)
    end = draw(st.none() | st.integers(0, 40).map(lambda count: start + timedelta(days=count)))
    return EVENT | {
        "id": str(draw(st.uuids())),
        "title": draw(texts),
        "summary": draw(texts),
        "kind_label": draw(texts),
        "is_sample": draw(st.booleans()),
        "is_full": draw(st.booleans()),
        "start_date": start.isoformat(),
        "end_date": end and end.isoformat(),
        "start_time": draw(st.none() | hours),
        "end_time": draw(st.none() | hours),
        "date_precision": draw(st.sampled_from(["day", "time"])),
        "date_certainty": draw(st.sampled_from(["confirmed", "proposed"])),
        "status": draw(
            st.sampled_from(["scheduled", "postponed", "rescheduled", "moved_online", "cancelled"])
        ),
        "place": draw(
            st.none() | st.builds(dict, name=texts, address=texts, locality=st.just(LOCALITY))
        ),
    }


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def as_read(text: str) -> str:
    """Return a text as it has to come back: new lines are all the same in iCalendar."""
    return clean(text).replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=150, deadline=None)
@given(st.lists(events(), max_size=3))
def test_calendar_parsed_back_says_what_the_events_say(all_events):
    with translation.override("pl"):
        lines = [vevent(event, revision=1).to_ical() for event in all_events]
        text = calendar(lines, name="Wydarzenia")
    assert_well_formed(text)
    found = events_in(text)
    assert [str(one["UID"]) for one in found] == [event["id"] for event in all_events]
    for event, read in zip(all_events, found, strict=True):
        assert_same(event, read)
    assert len(list(vobject.readOne(text.decode()).components())) == 1 + len(all_events)


def assert_same(event: dict[str, Any], read: Any) -> None:
    assert one_line(event["title"]) in read["SUMMARY"]
    assert as_read(event["summary"]) in read["DESCRIPTION"]
    assert str(read["CATEGORIES"].cats[0]) == one_line(event["kind_label"])
    if event["place"] and event["status"] != "moved_online":
        assert one_line(event["place"]["name"]) in read["LOCATION"]
    assert_same_dates(event, value(read, "DTSTART"), value(read, "DTEND"))


def assert_same_dates(event: dict[str, Any], start: Any, end: Any) -> None:
    first, hour = date.fromisoformat(event["start_date"]), event["start_time"]
    is_hour_known = event["date_precision"] == "time" and hour is not None
    if isinstance(start, datetime):
        assert is_hour_known
        assert start.replace(tzinfo=None) == datetime.fromisoformat(f"{first}T{hour}")
        assert start.tzinfo.key == "Europe/Warsaw"
        assert end is None or end.strftime("%H:%M") == event["end_time"]
    else:
        last = date.fromisoformat(event["end_date"] or event["start_date"])
        assert start == first
        assert end == last + timedelta(days=1)
        assert not is_hour_known or (last > first and event["end_time"] is None)
