"""Published content in which something is missing or due."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.channels import Todo, Urgency
from cms.home.drafts import edit_address
from cms.models import CentreImage, ContestPage, EventPage, OrganizationPage
from cms.polish import date_in_words, dates_in_words, weekday_in_words
from cms.profiles.checks import UNVERIFIED, reasons_of, to_check
from cms.profiles.wording import last_verified

# Who comes to an event so soon needs to know when and where.
SOON = timedelta(days=14)
# Results are put together some days before; a contest of years ago is history.
BEFORE_RESULTS = timedelta(days=7)
AFTER_RESULTS = timedelta(days=365)

TAKES_PLACE = (
    EventPage.Status.SCHEDULED,
    EventPage.Status.RESCHEDULED,
    EventPage.Status.MOVED_ONLINE,
)


def proposed_events(user: Any) -> QuerySet[EventPage]:
    """Return the coming events whose date is only proposed, for who may publish them."""
    return _events(user, "publish").filter(date_certainty=EventPage.DateCertainty.PROPOSED)


def proposed_row(event: EventPage) -> Todo:
    address = reverse("event_confirm_date", args=[event.pk])
    return Todo(text=event.title, url=address, note=_day(event))


def incomplete_events(user: Any) -> QuerySet[EventPage]:
    """Return the events of the next days without an hour or a place."""
    has_no_place = Q(place__isnull=True, online_url="") & ~Q(status=EventPage.Status.MOVED_ONLINE)
    soon = _events(user, "change").filter(start_date__lte=timezone.localdate() + SOON)
    return soon.filter(Q(start_time__isnull=True) | has_no_place)


def incomplete_row(event: EventPage) -> Todo:
    return Todo(
        text=event.title,
        url=edit_address(event.pk),
        urgency=Urgency.SOON,
        note=f"{_day(event)} – {_missing(event)}",
    )


def contests(user: Any) -> QuerySet[ContestPage]:
    """Return the contests whose results should be there by now, or soon, and are not."""
    today = timezone.localdate()
    mine = PagePermissionPolicy(ContestPage).instances_user_has_any_permission_for(user, {"change"})
    return mine.filter(
        live=True,
        results__isnull=True,
        results_on__range=(today - AFTER_RESULTS, today + BEFORE_RESULTS),
    ).order_by("results_on", "pk")


def contest_row(contest: ContestPage) -> Todo:
    today = timezone.localdate()
    due = contest.results_on or today
    is_late = due < today
    words = _("results were due %(date)s") if is_late else _("results are due %(date)s")
    return Todo(
        text=contest.title,
        url=edit_address(contest.pk),
        note=words % {"date": date_in_words(due)},
    )


def profiles(user: Any) -> QuerySet[OrganizationPage]:
    """Return the profiles that want to be checked, those never verified first."""
    mine = PagePermissionPolicy(OrganizationPage).instances_user_has_any_permission_for(
        user, {"change"}
    )
    return to_check(mine.select_related("verified_by"))


def profile_row(profile: OrganizationPage) -> Todo:
    reasons = reasons_of(profile)
    if not profile.verified_at:  # "never" says more than "not for 12 months"
        reasons = [reason for reason in reasons if reason != str(UNVERIFIED.label)]
    note = "; ".join([*reasons, last_verified(profile)])
    return Todo(text=profile.title, url=edit_address(profile.pk), urgency=Urgency.NOTE, note=note)


def consent_row(image: CentreImage) -> Todo:
    ends_on = image.consent_expires_on
    is_over = image.is_withheld
    words = (
        _("the consent ended %(date)s; the image is gone from all pages")
        if is_over
        else _("the consent ends %(date)s")
    )
    return Todo(
        text=image.title,
        url=reverse("wagtailimages:edit", args=[image.pk]),
        urgency=Urgency.SOON if is_over else Urgency.NOTE,
        note=words % {"date": date_in_words(ends_on)} if ends_on else "",
    )


def _events(user: Any, permission: str) -> QuerySet[EventPage]:
    """Return the live events that are to take place, the next first."""
    mine = PagePermissionPolicy(EventPage).instances_user_has_any_permission_for(user, {permission})
    coming = mine.filter(live=True, status__in=TAKES_PLACE, start_date__gte=timezone.localdate())
    return coming.order_by("start_date", "start_time", "pk")


def _day(event: EventPage) -> str:
    start = event.start_date
    if start is None:
        return ""
    if event.end_date not in (None, start):
        return dates_in_words(start, event.end_date)
    return f"{weekday_in_words(start)}, {date_in_words(start)}"


def _missing(event: EventPage) -> str:
    has_place = event.place_id or event.online_url
    is_online = event.status == EventPage.Status.MOVED_ONLINE
    if event.start_time:
        return _("the place is missing")
    return _("the hour is missing") if has_place or is_online else _("hour and place are missing")
