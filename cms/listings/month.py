"""A month of events in the admin: what is on each day, drafts and proposed dates included."""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import dateformat, timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.home.adding import offered_to
from cms.models import EventPage
from cms.verbs.wording import event_state


@dataclass(frozen=True)
class Entry:
    event: EventPage
    state: str


@dataclass(frozen=True)
class Day:
    day: date
    entries: list[Entry]
    in_month: bool
    is_today: bool


@never_cache
@require_safe
def this_month(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(address_of(timezone.localdate()))


@never_cache
@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Show the month; the days of its weeks that belong to others are there without events."""
    try:
        first = date(year, month, 1)
        before, after = first - timedelta(days=1), first + timedelta(days=31)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    weeks = weeks_of(first, events_of(request.user, first))
    context = {
        "title": dateformat.format(first, "F Y"),
        "weeks": weeks,
        "may_add": any(kind.model is EventPage for kind in offered_to(request.user)),
        "is_empty": not any(day.entries for week in weeks for day in week),
        "previous": address_of(before),
        "previous_title": dateformat.format(before, "F Y"),
        "next": address_of(after),
        "next_title": dateformat.format(after, "F Y"),
    }
    return render(request, "cms/listings/month.html", context)


def address_of(day: date) -> str:
    return reverse("events_month", args=[day.year, f"{day.month:02d}"])


def last_of(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def events_of(user: Any, first: date) -> dict[date, list[Entry]]:
    """Return what is on each day of the month that begins then, of what the person may see."""
    last = last_of(first)
    seen = PagePermissionPolicy(EventPage).explorable_instances(user)
    overlapping = seen.filter(start_date__lte=last).exclude(
        end_date__lt=first, end_date__isnull=False
    )
    days: dict[date, list[Entry]] = defaultdict(list)
    for event in overlapping.exclude(end_date=None, start_date__lt=first).order_by(
        "start_date", "start_time", "pk"
    ):
        entry = Entry(event=event, state=event_state(event))
        day = max(event.start_date, first)
        while day <= min(event.last_day, last):
            days[day].append(entry)
            day += timedelta(days=1)
    return days


def weeks_of(first: date, days: dict[date, list[Entry]]) -> list[list[Day]]:
    """Return the month's weeks, from Monday."""
    today = timezone.localdate()
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [
        [
            Day(
                day=day,
                entries=days.get(day, []) if day.month == first.month else [],
                in_month=day.month == first.month,
                is_today=day == today,
            )
            for day in week
        ]
        for week in weeks
    ]
