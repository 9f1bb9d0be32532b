"""One event as iCalendar: when, how certain, in which words."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from django.utils import translation
from icalendar import Calendar, Event

from cms.api.examples import EVENT
from cms.feeds.calendar import calendar, time_zone, vevent
from tests.cms.feeds.reading import assert_well_formed, event_in, unfolded, value

WARSAW = ZoneInfo("Europe/Warsaw")
HOURLESS = {"date_precision": "day", "start_time": None, "end_time": None}
TIMED = {"date_precision": "time", "start_time": "17:00", "end_time": "19:30"}


def written(**changes: Any) -> bytes:
    """Return a calendar of the example's event with changes."""
    event = {**EVENT, "is_sample": False, "status": "scheduled", **changes}
    with translation.override("pl"):
        return calendar([vevent(event, revision=7).to_ical()], name="Kalendarz")


def read(**changes: Any) -> Event:
    return event_in(written(**changes))


# --- When ----------------------------------------------------------------------------------------


def test_event_without_an_hour_is_one_of_a_whole_day_and_never_of_midnight():
    text = written(**HOURLESS, start_date="2018-09-15")
    assert b"\r\nDTSTART;VALUE=DATE:20180915\r\n" in text
    assert b"\r\nDTEND;VALUE=DATE:20180916\r\n" in text
    assert b"T000000" not in text
    assert b"00:00" not in text
    assert "godzina do ustalenia" in unfolded(text).decode()


def test_stored_hour_of_an_event_whose_hour_is_not_known_is_not_told():
    event = read(start_date="2018-09-15", date_precision="day", start_time="00:00", end_time=None)
    assert (value(event, "DTSTART"), value(event, "DTEND")) == (
        date(2018, 9, 15),
        date(2018, 9, 16),
    )


def test_event_of_several_days_ends_after_its_last_day():
    event = read(**HOURLESS, start_date="2018-12-31", end_date="2019-01-02")
    assert value(event, "DTSTART") == date(2018, 12, 31)
    assert value(event, "DTEND") == date(2019, 1, 3)


def test_event_with_hours_has_them_in_the_time_of_poland():
    text = written(**TIMED, start_date="2018-09-15")
    assert b"\r\nDTSTART;TZID=Europe/Warsaw:20180915T170000\r\n" in text
    assert b"\r\nDTEND;TZID=Europe/Warsaw:20180915T193000\r\n" in text
    assert b"TRANSP" not in text
    assert value(event_in(text), "DTSTART") == datetime(2018, 9, 15, 15, 0, tzinfo=UTC)


def test_event_at_midnight_may_say_so():
    text = written(date_precision="time", start_date="2019-01-01", start_time="00:00")
    assert b"DTSTART;TZID=Europe/Warsaw:20190101T000000" in text


def test_end_that_is_not_known_is_not_filled_in():
    event = read(date_precision="time", start_date="2018-09-15", start_time="17:00", end_time=None)
    assert value(event, "DTSTART") == datetime(2018, 9, 15, 17, 0, tzinfo=WARSAW)
    assert "DTEND" not in event
    assert "DURATION" not in event


def test_several_days_with_a_first_hour_only_are_whole_days_and_the_hour_stands_in_words():
    event = read(
        date_precision="time",
        start_date="2018-09-15",
        end_date="2018-09-16",
        start_time="17:00",
        end_time=None,
    )
    assert value(event, "DTSTART") == date(2018, 9, 15)
    assert value(event, "DTEND") == date(2018, 9, 17)
    assert "godz.\u00a017:00" in event["DESCRIPTION"]


def test_several_days_with_hours_last_from_the_first_to_the_last():
    event = read(**TIMED, start_date="2018-09-15", end_date="2018-09-16")
    assert value(event, "DTEND") == datetime(2018, 9, 16, 19, 30, tzinfo=WARSAW)


@pytest.mark.parametrize(
    "dates",
    [
        {**TIMED, "start_date": "2018-09-15", "end_time": "16:00"},
        {**TIMED, "start_date": "2018-09-15", "end_time": "17:00"},
        # 02:30 does not exist in that night: it is read as 03:30, after 03:15.
        {**TIMED, "start_date": "2019-03-31", "start_time": "02:30", "end_time": "03:15"},
    ],
)
def test_end_that_is_not_after_the_beginning_is_left_out(dates):
    assert "DTEND" not in read(**dates)


def test_end_before_the_first_day_and_last_days_of_the_calendar_break_nothing():
    event = read(**HOURLESS, start_date="2018-09-15", end_date="2018-09-01")
    assert value(event, "DTEND") == date(2018, 9, 16)
    assert "DTEND" not in read(**HOURLESS, start_date="9999-12-31")


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        ("2019-03-31", "01:30", datetime(2019, 3, 31, 0, 30, tzinfo=UTC)),
        ("2019-03-31", "03:30", datetime(2019, 3, 31, 1, 30, tzinfo=UTC)),
        ("2019-10-27", "01:30", datetime(2019, 10, 26, 23, 30, tzinfo=UTC)),
        ("2019-10-27", "02:30", datetime(2019, 10, 27, 0, 30, tzinfo=UTC)),  # the first of two
        ("2019-10-27", "03:30", datetime(2019, 10, 27, 2, 30, tzinfo=UTC)),
    ],
)
def test_hours_around_the_clock_change_are_the_hours_of_the_clock(day, hour, moment):
    text = written(date_precision="time", start_date=day, start_time=hour, end_time=None)
    expected = f"DTSTART;TZID=Europe/Warsaw:{day.replace('-', '')}T{hour.replace(':', '')}00"
    assert expected.encode() in text
    assert value(event_in(text), "DTSTART").astimezone(UTC) == moment


def test_event_over_the_night_of_the_clock_change_keeps_its_hours():
    event = read(
        date_precision="time",
        start_date="2019-03-30",
        end_date="2019-03-31",
        start_time="18:00",
        end_time="06:00",
    )
    start, end = (value(event, name).astimezone(UTC) for name in ("DTSTART", "DTEND"))
    assert end - start == timedelta(hours=11)


def test_vtimezone_says_of_every_hour_what_the_time_zone_database_says():
    """It fails when Poland changes its rules: then `time_zone` needs the new ones as well."""
    rules = tzical(StringIO(time_zone().decode())).get("Europe/Warsaw")
    moment = datetime(1996, 4, 1, tzinfo=UTC)
    while moment.year < 2050:
        told, known = moment.astimezone(rules), moment.astimezone(WARSAW)
        assert (told.utcoffset(), told.tzname()) == (known.utcoffset(), known.tzname()), moment
        moment += timedelta(hours=1 if moment.month in {3, 10} and moment.day >= 24 else 24)


# --- How certain, in which words -----------------------------------------------------------------

STATES = [
    ({}, "CONFIRMED", "RODO dla NGO"),
    (
        {"date_certainty": "proposed"},
        "TENTATIVE",
        "RODO dla NGO – termin proponowany",
    ),
    ({"status": "cancelled"}, "CANCELLED", "ODWOŁANE: RODO dla NGO"),
    (
        {"status": "cancelled", "date_certainty": "proposed", "is_full": True},
        "CANCELLED",
        "ODWOŁANE: RODO dla NGO",
    ),
    (
        {"status": "postponed"},
        "CANCELLED",
        "PRZEŁOŻONE – NOWY TERMIN WKRÓTCE: RODO dla NGO",
    ),
    (
        {"status": "rescheduled", "previous_start_date": "2018-03-01"},
        "CONFIRMED",
        "RODO dla NGO – zmieniony termin (poprzednio: 1 marca 2018 r.)",
    ),
    (
        {"status": "moved_online", "online_url": "https://meet.example.org/a;b,c"},
        "CONFIRMED",
        "RODO dla NGO – odbędzie się online",
    ),
    ({"is_full": True}, "CONFIRMED", "RODO dla NGO – brak wolnych miejsc"),
    ({"is_sample": True}, "CONFIRMED", "RODO dla NGO – dane przykładowe"),
]


@pytest.mark.parametrize(("changes", "status", "summary"), STATES)
def test_state_is_told_to_programs_and_in_words(changes, status, summary):
    event = read(**changes)
    assert event["STATUS"] == status
    assert event["SUMMARY"] == summary


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_event_that_does_not_take_place_then_keeps_nobody_busy_and_takes_no_sign_up(status):
    event = read(**TIMED, status=status, registration_url="https://zapisy.example.org/")
    assert event["TRANSP"] == "TRANSPARENT"
    assert "zapisy" not in event["DESCRIPTION"]


def test_event_that_moved_online_is_located_there():
    address = "https://meet.example.org/a;b,c"
    event = read(status="moved_online", online_url=address)
    assert event["LOCATION"] == address
    assert address in event["DESCRIPTION"]


def test_description_tells_what_has_no_property_of_its_own():
    event = read(
        **TIMED,
        start_date="2018-09-15",
        registration_url="https://zapisy.example.org/a,b",
        registration_deadline=None,
    )
    assert event["DESCRIPTION"].replace("\u00a0", " ").splitlines() == [
        "sobota, 15 września 2018 r., godz. 17:00–19:30",
        EVENT["summary"],
        "Organizatorzy: Stowarzyszenie Sąsiedzkie „Zielony Zegar” (przykład)",
        "Zapisy: https://zapisy.example.org/a,b",
        EVENT["url"],
    ]
    assert event["LOCATION"] == "Sala konferencyjna, Leszczyny Osiedle"
    assert event["URL"] == EVENT["url"]
    assert [str(one) for one in event["CATEGORIES"].cats] == ["szkolenie", "Ochrona danych"]


def test_identity_has_no_address_in_it_and_nobody_is_named_as_organizer():
    event = read()
    assert event["UID"] == EVENT["id"]
    assert event["SEQUENCE"] == 7
    assert value(event, "DTSTAMP") == datetime(2018, 3, 20, 12, 30, tzinfo=UTC)
    assert value(event, "LAST-MODIFIED") == value(event, "DTSTAMP")
    assert not {"ORGANIZER", "ATTENDEE"} & set(event)


# --- As text -------------------------------------------------------------------------------------


def test_text_that_would_end_a_line_or_a_value_stays_inside():
    title = 'A,b;c:d "e"\r\nDTSTART:20000101\u2028x\x00\x0b\x1b\x7f'
    text = written(title=title, summary=title, url=f"https://example.org/{title}")
    assert_well_formed(text)
    assert read(title=title)["SUMMARY"] == 'A,b;c:d "e" DTSTART:20000101 x'
    assert text.count(b"\r\nDTSTART") == 1 + text.count(b"BEGIN:DAYLIGHT") * 2


def test_long_words_are_folded_between_characters():
    title = "Zażółć gęślą jaźń 🎉" * 40
    text = written(title=title)
    assert_well_formed(text)
    assert event_in(text)["SUMMARY"] == title


def test_calendar_to_subscribe_to_names_itself_and_says_how_often_to_ask():
    text = calendar([], name="Centrum – wydarzenia", address="https://a.example/events.ics?topic=x")
    found = Calendar.from_ical(text)
    assert found["NAME"] == found["X-WR-CALNAME"] == "Centrum – wydarzenia"
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    assert b"SOURCE;VALUE=URI:https://a.example/events.ics?topic=x\r\n" in text
    assert "METHOD" not in found
    assert_well_formed(text)


def test_another_reader_reads_the_same():
    text = written(**TIMED, start_date="2018-09-15", title="Zażółć, gęślą; jaźń – 🎉")
    event = vobject.readOne(text.decode()).vevent
    assert event.summary.value == "Zażółć, gęślą; jaźń – 🎉"
    assert event.uid.value == EVENT["id"]
    assert event.dtstart.value.astimezone(UTC) == datetime(2018, 9, 15, 15, 0, tzinfo=UTC)
    assert event.dtend.value.astimezone(UTC) == datetime(2018, 9, 15, 17, 30, tzinfo=UTC)
    assert event.description.value.splitlines()[1] == EVENT["summary"]
