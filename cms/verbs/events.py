"""The verbs of events. Each is one transaction, and undoable (cms/verbs/undoing.py)."""

from datetime import date, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cms.models import EventPage
from cms.verbs.applying import Applied, Values, apply
from cms.verbs.errors import VerbRefusedError
from cms.verbs.transitions import RULES, Verb, refusal, seen


def confirm_date(*, page_id: int, user: Any, expected: str | None = None) -> Applied:
    return change(Verb.CONFIRM_DATE, page_id=page_id, user=user, expected=expected)


def postpone(*, page_id: int, user: Any, note: str = "", expected: str | None = None) -> Applied:
    """Say that the event will not take place on its date, and that there is no new one yet."""
    values = {"status_note": note}
    return change(Verb.POSTPONE, page_id=page_id, user=user, expected=expected, values=values)


def cancel(*, page_id: int, user: Any, note: str = "", expected: str | None = None) -> Applied:
    values = {"status_note": note}
    return change(Verb.CANCEL, page_id=page_id, user=user, expected=expected, values=values)


def move_online(
    *, page_id: int, user: Any, online_url: str, note: str = "", expected: str | None = None
) -> Applied:
    values = {"online_url": online_url, "status_note": note}
    return change(Verb.MOVE_ONLINE, page_id=page_id, user=user, expected=expected, values=values)


def mark_full(*, page_id: int, user: Any, expected: str | None = None) -> Applied:
    return change(Verb.MARK_FULL, page_id=page_id, user=user, expected=expected)


def places_again(*, page_id: int, user: Any, expected: str | None = None) -> Applied:
    return change(Verb.PLACES_AGAIN, page_id=page_id, user=user, expected=expected)


def reschedule(
    *,
    page_id: int,
    user: Any,
    start_date: date,
    start_time: time | None = None,
    is_proposed: bool = False,
    note: str = "",
    expected: str | None = None,
) -> Applied:
    """Move the event to another day and keep the one that people know as the previous date.

    Its last day and the last day of sign-up move with it. An hour that is not given is as before.
    """

    def moved(event: EventPage) -> Values:
        return _moved(event, start_date, start_time, is_proposed=is_proposed) | {
            "status_note": note
        }

    return change(Verb.RESCHEDULE, page_id=page_id, user=user, expected=expected, values=moved)


def change(
    verb: Verb, *, page_id: int, user: Any, expected: str | None = None, values: Any = None
) -> Applied:
    """Apply the verb if the table allows it from the state as it is inside the transaction.

    `values` is what it sets beside the table's, or what returns that for the event. With
    `expected` (from `seen`), refuse if the state is not the one that the person saw.
    """

    def decide(event: Any) -> Values:
        if not isinstance(event, EventPage):
            raise VerbRefusedError(_("This page has no such action."))
        if reason := refusal(verb, event):
            raise VerbRefusedError(str(reason))
        if expected is not None and expected != seen(event):
            raise VerbRefusedError(
                _("Somebody changed this event in the meantime. Look at it once more.")
            )
        more = values(event) if callable(values) else values or {}
        return RULES[verb].to | more

    return apply(page_id=page_id, user=user, action=f"cms.event.{verb}", decide=decide)


def _moved(
    event: EventPage, start_date: date, start_time: time | None, *, is_proposed: bool
) -> Values:
    if event.start_date is None:
        raise VerbRefusedError(_("The event has no date yet. Enter it in the editor."))
    shift = start_date - event.start_date
    if not shift:
        raise VerbRefusedError(_("The new date is the same as the present one."))
    certainty = EventPage.DateCertainty
    return {
        "previous_start_date": event.start_date,
        "start_date": start_date,
        "end_date": _shifted(event.end_date, shift),
        "registration_deadline": _shifted(event.registration_deadline, shift),
        "date_certainty": certainty.PROPOSED if is_proposed else certainty.CONFIRMED,
        **(_hour(event, start_time) if start_time else {}),
    }


def _hour(event: EventPage, start_time: time) -> Values:
    """Set the hour; the end, which may lie before it now, stays only if it does not."""
    lasts = event.end_time is not None and event.end_time > start_time
    return {
        "start_time": start_time,
        "end_time": event.end_time if lasts or event.end_date else None,
        "date_precision": EventPage.DatePrecision.TIME,
    }


def _shifted(day: date | None, shift: timedelta) -> date | None:
    return day + shift if day else None
