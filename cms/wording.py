"""What a document says of itself in words, for every channel that shows it to people.

Colour and layout may repeat these words; they never replace them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy

from cms.models.activities import DutyHours
from cms.models.contests import ContestPage
from cms.models.documents import Document
from cms.models.events import EventPage
from cms.models.organizations import OrganizationPage
from cms.models.resources import ResourcePage
from cms.polish import NBSP, date_in_words, dates_in_words, number, weekday_in_words

Payload = dict[str, Any]
# Who comes on the date of such an event finds a locked door.
NOT_ON_ITS_DATE = frozenset({EventPage.Status.CANCELLED, EventPage.Status.POSTPONED})

FIRST_YEAR_OF_NEW_RATE = 2022


@dataclass(frozen=True)
class State:
    """Something out of the ordinary: a code for machines and styles, and the words."""

    code: str
    words: str


def event_states(event: Payload, today: date) -> list[State]:
    """Return what is out of the ordinary about an event, the weightiest first."""
    states = [_status(event, today)]
    if event["date_certainty"] == EventPage.DateCertainty.PROPOSED:
        states.append(State("proposed", pgettext("event state", "proposed date")))
    if event["is_full"] and not is_over(event, today):
        states.append(State("full", pgettext("event state", "no places left")))
    return [state for state in states if state]


def event_title(event: Payload, today: date) -> str:
    """Return the title with what is out of the ordinary, for places that show little else.

    "ODWOŁANE: Gala", "Gala – termin proponowany, brak wolnych miejsc".
    """
    states = event_states(event, today)
    if event["status"] in NOT_ON_ITS_DATE:
        return f"{states[0].words.upper()}: {event['title']}"
    words = ", ".join(state.words for state in states)
    return f"{event['title']} – {words}" if words else str(event["title"])


def event_when(event: Payload) -> str:
    """Return an event's date and hours in words. Never an hour that is not known."""
    start = parse_date(event["start_date"])
    if start is None:
        return gettext("date to be announced")
    end = parse_date(event["end_date"])
    days = dates_in_words(start, end)
    if event["status"] == EventPage.Status.POSTPONED:
        return " ".join([gettext("original date:"), days])
    if event["status"] == EventPage.Status.CANCELLED:
        return " ".join([gettext("was to take place:"), days])
    day = f"{weekday_in_words(start)}, {days}" if end in (None, start) else days
    return ", ".join([day, event_hours(event)])


def event_where(event: Payload) -> str:
    """Return an event's place in words: name, address, locality; of one that moved: online."""
    if event["status"] == EventPage.Status.MOVED_ONLINE:
        return gettext("online")
    place = event["place"]
    if not place:
        return ""
    locality = (place["locality"] or {}).get("name")
    return ", ".join(part for part in (place["name"], place["address"], locality) if part)


def _status(event: Payload, today: date) -> State | None:
    status = event["status"]
    if status == EventPage.Status.CANCELLED:
        return State(status, pgettext("event state", "cancelled"))
    if status == EventPage.Status.POSTPONED:
        return State(status, pgettext("event state", "postponed – new date soon"))
    if status == EventPage.Status.RESCHEDULED:
        return State(status, _new_date(event))
    if status == EventPage.Status.MOVED_ONLINE and is_over(event, today):
        return State(status, pgettext("event state", "was held online"))
    if status == EventPage.Status.MOVED_ONLINE:
        return State(status, pgettext("event state", "will be held online"))
    return None


def _new_date(event: Payload) -> str:
    words = pgettext("event state", "new date")
    previous = parse_date(event["previous_start_date"])
    if previous is None:
        return words
    before = gettext("previously %(date)s") % {"date": date_in_words(previous)}
    return f"{words} ({before})"


def event_hours(event: Payload) -> str:
    """Return "godz. 17:00–19:00", or that the hour is not known yet. Never midnight by default.

    Of an event that will not take place on its date there is nothing to say.
    """
    if event["status"] in NOT_ON_ITS_DATE:
        return ""
    if event["date_precision"] != EventPage.DatePrecision.TIME or not event["start_time"]:
        return gettext("hour to be announced")
    ending = f"–{event['end_time']}" if event["end_time"] else ""
    hours = f"{event['start_time']}{ending}"
    return (gettext("at %(hours)s") % {"hours": hours}).replace(" ", NBSP)


def can_sign_up(event: Payload, today: date) -> bool:
    """Whether the sign-up link still leads somewhere."""
    deadline = parse_date(event["registration_deadline"])
    return bool(
        (event["registration_url"] or event["registration_email"])
        and (deadline is None or today <= deadline)
        and event["status"] not in NOT_ON_ITS_DATE
        and not event["is_full"]
        and not is_over(event, today)
    )


def is_over(event: Payload, today: date) -> bool:
    """Whether the event's last day is past."""
    last_day = parse_date(event["end_date"] or event["start_date"])
    return last_day is not None and last_day < today


# Headings under which an activity shows what belongs to it, in their order.
HEADINGS_BELOW = {
    Document.Type.EVENT: gettext_lazy("Events"),
    Document.Type.CONTEST: gettext_lazy("Contests"),
    Document.Type.NEWS: pgettext_lazy("heading", "News"),
    Document.Type.RESOURCE: gettext_lazy("Materials"),
}
# Kinds of materials as headings, in the order in which people look for them.
RESOURCE_KINDS = {
    ResourcePage.Kind.REGULATIONS: gettext_lazy("Regulations"),
    ResourcePage.Kind.FORM: gettext_lazy("Forms"),
    ResourcePage.Kind.GUIDE: gettext_lazy("Guides"),
    ResourcePage.Kind.REPORT: gettext_lazy("Reports"),
}


def contest_state(contest: Payload) -> str:
    """Return a contest's state, with the day that matters in it."""
    state = contest["state"]
    if state == ContestPage.State.ANNOUNCED:
        return with_day(gettext("applications from %(date)s"), contest["opens_on"])
    if state == ContestPage.State.OPEN:
        return with_day(gettext("one can apply until %(date)s"), contest["closes_on"])
    if state == ContestPage.State.ASSESSMENT and contest["results_on"]:
        return with_day(gettext("assessment, results on %(date)s"), contest["results_on"])
    return str(contest["state_label"])


def with_day(words: str, day: Any) -> str:
    """Return the words with a date in the place of `%(date)s`."""
    parsed = parse_date(day)
    return words % {"date": date_in_words(parsed)} if parsed else words % {"date": "…"}


def duty_hours(hours: Payload) -> str:
    """Return the day of the week and the hours, with the note in brackets."""
    day = DutyHours.Weekday(hours["weekday"]).label
    note = f" ({hours['note']})" if hours["note"] else ""
    return f"{day} {hours['opens']}–{hours['closes']}{note}"


def last_day_of(closure: Payload) -> date:
    """Return the last day of a closure."""
    return parse_date(closure["last_day"] or closure["first_day"]) or date.max


def item_hours(item: Payload) -> str:
    """Return the day, and the hours, of a part of an event."""
    day = parse_date(item["day"])
    ending = f"–{item['end_time']}" if item["end_time"] else ""
    parts = [date_in_words(day) if day else "", f"{item['start_time'] or ''}{ending}"]
    return ", ".join(part for part in parts if part)


def file_note(file: Payload) -> str:
    """Return a file's format and size: "PDF, 1,2 MB", in units of 1,000 bytes (IEC 80000-13)."""
    size = Decimal(file["size"])
    unit, divisor = ("MB", 1_000_000) if size >= 1_000_000 else ("kB", 1_000)
    amount = max(size / divisor, Decimal("0.1"))
    rounded = round(amount, 1) if amount < 10 else round(amount)
    return f"{file['extension']}, {number(Decimal(rounded))}{NBSP}{unit}"


def period_state(project: Payload) -> str:
    """Return where today stands in the project's period."""
    return {
        "planned": pgettext("project state", "planned"),
        "running": pgettext("project state", "running"),
        "finished": pgettext("project state", "finished"),
    }[project["period_state"]]


def event_level(event: Payload) -> str:
    """Return for whom the event is: everyone or specialists; empty if it does not say."""
    return str(EventPage.Level(event["level"]).label) if event["level"] else ""


def organization_state(organization: Payload) -> str:
    """Return the organization's state; empty while it is simply active."""
    status = OrganizationPage.Status(organization["status"])
    return "" if status == OrganizationPage.Status.ACTIVE else str(status.label)


def tax_share(organization: Payload) -> str:
    """Return that the organization may be given a share of income tax, with the year's rate.

    It was 1% until the tax year 2021, and has been 1.5% since.
    """
    is_new_rate = organization["opp_list_year"] >= FIRST_YEAR_OF_NEW_RATE
    return (
        gettext("1.5 percent of income tax") if is_new_rate else gettext("1 percent of income tax")
    )


def parse_date(value: Any) -> date | None:
    """Return the local date of a payload's field (ISO 8601, with an hour or without), or None."""
    if not value:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        return moment
    return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
