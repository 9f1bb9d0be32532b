"""What a document says of itself in words."""

from datetime import date
from typing import Any

import pytest

from cms.polish import NBSP
from cms.wording import can_sign_up, event_hours, event_states, is_over, period_state

TODAY = date(2026, 5, 10)


def event(**fields: Any) -> dict[str, Any]:
    """Return an event's payload, as far as the words depend on it."""
    return {
        "start_date": "2026-05-20",
        "end_date": None,
        "start_time": None,
        "end_time": None,
        "date_precision": "day",
        "date_certainty": "confirmed",
        "status": "scheduled",
        "is_full": False,
        "previous_start_date": None,
        "registration_url": "https://zapisy.example.org/",
        "registration_email": None,
        "registration_deadline": None,
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, []),
        ({"date_certainty": "proposed"}, ["termin proponowany"]),
        ({"status": "cancelled"}, ["odwołane"]),
        ({"status": "postponed"}, ["przełożone – nowy termin wkrótce"]),
        (
            {"status": "rescheduled", "previous_start_date": "2026-05-12"},
            [f"zmieniony termin (poprzednio: 12 maja 2026{NBSP}r.)"],
        ),
        ({"status": "moved_online"}, ["odbędzie się online"]),
        ({"status": "moved_online", "start_date": "2026-05-09"}, ["odbyło się online"]),
        ({"is_full": True}, ["brak wolnych miejsc"]),
        ({"is_full": True, "start_date": "2026-05-09"}, []),
        (
            {"status": "moved_online", "date_certainty": "proposed", "is_full": True},
            ["odbędzie się online", "termin proponowany", "brak wolnych miejsc"],
        ),
    ],
)
def test_event_states_say_in_words_what_is_out_of_the_ordinary(fields, words):
    assert [state.words for state in event_states(event(**fields), TODAY)] == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "godzina do ustalenia"),
        ({"start_time": "00:00"}, "godzina do ustalenia"),
        ({"date_precision": "time", "start_time": "17:00"}, f"godz.{NBSP}17:00"),
        (
            {"date_precision": "time", "start_time": "17:00", "end_time": "19:30"},
            f"godz.{NBSP}17:00–19:30",
        ),
        ({"status": "cancelled", "date_precision": "time", "start_time": "17:00"}, ""),
        ({"status": "postponed"}, ""),
    ],
)
def test_event_hours_without_an_hour_say_so_and_never_midnight(fields, words):
    assert event_hours(event(**fields)) == words


@pytest.mark.parametrize(
    ("fields", "over"),
    [
        ({"start_date": "2026-05-09"}, True),
        ({"start_date": "2026-05-10"}, False),
        ({"start_date": "2026-05-01", "end_date": "2026-05-10"}, False),
        ({"start_date": "2026-05-01", "end_date": "2026-05-09"}, True),
        ({"start_date": None}, False),
    ],
)
def test_is_over_counts_from_the_day_after_the_last(fields, over):
    assert is_over(event(**fields), TODAY) is over


@pytest.mark.parametrize(
    ("fields", "open_"),
    [
        ({}, True),
        ({"registration_url": None}, False),
        ({"registration_url": None, "registration_email": "zapisy@example.org"}, True),
        ({"registration_deadline": "2000-01-01"}, False),
        ({"registration_deadline": "2100-01-01"}, True),
        ({"is_full": True}, False),
        ({"status": "cancelled"}, False),
        ({"status": "postponed"}, False),
        ({"status": "rescheduled"}, True),
        ({"start_date": "2026-05-09"}, False),
    ],
)
def test_can_sign_up_only_while_it_makes_sense(fields, open_):
    assert can_sign_up(event(**fields), TODAY) is open_


@pytest.mark.parametrize(
    ("state", "words"),
    [("planned", "planowany"), ("running", "w trakcie"), ("finished", "zakończony")],
)
def test_period_state_is_said_in_words(state, words):
    assert period_state({"period_state": state}) == words
