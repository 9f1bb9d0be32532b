"""The table of verbs, said once more by hand: status × certainty × full → what is offered."""

import pytest

from cms.models import EventPage
from cms.verbs.transitions import Verb, offered
from tests.factories import in_days

MOVES = {"reschedule", "postpone", "move_online", "cancel"}
OFFERED = [
    ("scheduled", "confirmed", False, {*MOVES, "mark_full"}),
    ("scheduled", "confirmed", True, {*MOVES, "places_again"}),
    ("scheduled", "proposed", False, {*MOVES, "confirm_date", "mark_full"}),
    ("rescheduled", "confirmed", False, {*MOVES, "mark_full"}),
    ("rescheduled", "proposed", False, {*MOVES, "confirm_date", "mark_full"}),
    ("moved_online", "confirmed", False, {"postpone", "cancel", "mark_full"}),
    ("moved_online", "proposed", True, {"confirm_date", "postpone", "cancel", "places_again"}),
    ("postponed", "confirmed", False, {"reschedule", "cancel"}),
    ("postponed", "proposed", True, {"reschedule", "cancel"}),
    ("cancelled", "confirmed", False, set()),
    ("cancelled", "proposed", True, set()),
]


@pytest.mark.parametrize(("status", "certainty", "is_full", "verbs"), OFFERED)
def test_coming_event_is_offered_what_fits_its_state(status, certainty, is_full, verbs):
    event = EventPage(
        status=status, date_certainty=certainty, is_full=is_full, start_date=in_days(3)
    )
    assert set(offered(event)) == verbs


def test_event_of_today_is_not_over_and_one_of_yesterday_is():
    today = EventPage(start_date=in_days(-2), end_date=in_days(0))
    over = EventPage(start_date=in_days(-2), end_date=in_days(-1))
    assert Verb.POSTPONE in set(offered(today))
    assert set(offered(over)) == {"reschedule", "cancel"}


def test_event_without_a_date_is_offered_nothing():
    assert list(offered(EventPage())) == []


def test_unusual_states_are_all_in_the_table():
    assert {row[0] for row in OFFERED} == set(EventPage.Status.values)
