"""Which verb changes an event from what to what: the one table that views and services ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.models import EventPage

Status = EventPage.Status
Certainty = EventPage.DateCertainty

TAKES_PLACE = frozenset({Status.SCHEDULED, Status.RESCHEDULED, Status.MOVED_ONLINE})
ANY_CERTAINTY = frozenset(Certainty)


class Verb(StrEnum):
    CONFIRM_DATE = "confirm_date"
    POSTPONE = "postpone"
    RESCHEDULE = "reschedule"
    MOVE_ONLINE = "move_online"
    CANCEL = "cancel"
    MARK_FULL = "mark_full"
    PLACES_AGAIN = "places_again"


@dataclass(frozen=True)
class Rule:
    """From which values a verb is offered, and what it always sets; forms may add values."""

    statuses: frozenset[Status]
    to: dict[str, Any]
    certainties: frozenset[Certainty] = ANY_CERTAINTY
    is_full: bool | None = None
    # Whether it makes sense of an event whose last day is past.
    when_over: bool = False


RULES: dict[Verb, Rule] = {
    Verb.CONFIRM_DATE: Rule(
        statuses=TAKES_PLACE,
        certainties=frozenset({Certainty.PROPOSED}),
        to={"date_certainty": Certainty.CONFIRMED},
    ),
    Verb.POSTPONE: Rule(statuses=TAKES_PLACE, to={"status": Status.POSTPONED}),
    Verb.RESCHEDULE: Rule(
        # One that moved online would lose that word: its new date is entered in the editor.
        statuses=frozenset({Status.SCHEDULED, Status.RESCHEDULED, Status.POSTPONED}),
        to={"status": Status.RESCHEDULED},
        when_over=True,
    ),
    Verb.MOVE_ONLINE: Rule(
        statuses=frozenset({Status.SCHEDULED, Status.RESCHEDULED}),
        to={"status": Status.MOVED_ONLINE},
    ),
    Verb.CANCEL: Rule(
        statuses=TAKES_PLACE | {Status.POSTPONED}, to={"status": Status.CANCELLED}, when_over=True
    ),
    Verb.MARK_FULL: Rule(statuses=TAKES_PLACE, is_full=False, to={"is_full": True}),
    Verb.PLACES_AGAIN: Rule(statuses=TAKES_PLACE, is_full=True, to={"is_full": False}),
}

# What an editor sees of the state that a verb starts from; see `seen`.
STATE_FIELDS = ("status", "date_certainty", "is_full", "start_date", "end_date", "start_time")


def is_offered(verb: Verb, event: EventPage) -> bool:
    """Whether the verb fits what the event says of itself now."""
    return not refusal(verb, event)


def offered(event: EventPage) -> Iterable[Verb]:
    return (verb for verb in Verb if is_offered(verb, event))


def refusal(verb: Verb, event: EventPage) -> str | Promise:
    """Return why the verb does not fit the event, in words; empty where it does."""
    rule = RULES[verb]
    if not event.start_date:
        return _("The event has no date yet. Enter it in the editor.")
    if event.status not in rule.statuses:
        return _status_refusal(event)
    if event.date_certainty not in rule.certainties:
        return _("The date is confirmed already.")
    if rule.is_full is not None and event.is_full != rule.is_full:
        if event.is_full:
            return _("The event is marked as full already.")
        return _("The event is not marked as full.")
    last_day = event.last_day
    if not rule.when_over and last_day and last_day < timezone.localdate():
        return _("The event is over.")
    return ""


def _status_refusal(event: EventPage) -> str | Promise:
    return {
        Status.CANCELLED: _("The event is cancelled. Undo that in its history first."),
        Status.POSTPONED: _("The event is postponed. Give it a new date first."),
        Status.MOVED_ONLINE: _("The event is moved online already. Change it in the editor."),
    }[Status(event.status)]


def seen(event: EventPage) -> str:
    """Return what a form keeps of the state that its reader saw, to notice that it changed."""
    return "|".join(str(getattr(event, name)) for name in STATE_FIELDS)
