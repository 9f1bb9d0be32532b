"""What staff read of an event's date and state, drafts included."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.models import ContestPage, EventPage, OrganizationPage
from cms.polish import NBSP, dates_in_words
from cms.profiles.wording import last_verified


def event_date(event: EventPage) -> str:
    """Return the days and the hour, or that there is no date."""
    if not event.start_date:
        return _("no date")
    days = dates_in_words(event.start_date, event.end_date)
    hour = f",{NBSP}{event.start_time:%H:%M}" if event.start_time else ""
    return f"{days}{hour}"


def event_state(event: EventPage) -> str:
    """Return what is out of the ordinary about the event, in words; empty if nothing is."""
    words = []
    if event.status != EventPage.Status.SCHEDULED:
        words.append(str(event.get_status_display()))
    if event.date_certainty == EventPage.DateCertainty.PROPOSED:
        words.append(pgettext("event state", "proposed date"))
    if event.is_full:
        words.append(pgettext("event state", "no places left"))
    return ", ".join(words)


def state_in_words(page: Any) -> str:
    """Return one line that tells which page this is, and how it stands now."""
    if isinstance(page, EventPage):
        return " – ".join(part for part in (event_date(page), event_state(page)) if part)
    if isinstance(page, OrganizationPage):
        return last_verified(page)
    if isinstance(page, ContestPage) and page.opens_on:
        return dates_in_words(page.opens_on, page.closes_on)
    return ""
