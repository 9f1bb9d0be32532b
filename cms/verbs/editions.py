"""Begin the next edition of an event or a contest from the last one, as a draft."""

import re
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify
from wagtail.log_actions import log

from cms.basepage.models import BasePage
from cms.models import ContestPage, EventPage
from cms.polish import transliterate

Edition = EventPage | ContestPage

# 52 weeks: the same day of the week, a year later.
A_YEAR = timedelta(weeks=52)

# What belongs to one edition only. Its results, photos and files are not copied either.
EVENT_FIELDS: dict[str, Any] = {
    "status": EventPage.Status.SCHEDULED,
    "status_note": "",
    "previous_start_date": None,
    "date_certainty": EventPage.DateCertainty.PROPOSED,
    "is_full": False,
    "online_url": "",
    "registration_url": "",
    "registration_deadline": None,
}
CONTEST_FIELDS: dict[str, Any] = {
    "closes_on": None,
    "results_on": None,
    "starts_on": None,
    "ends_on": None,
    "bip_url": "",
    "rules_id": None,
    "application_form_id": None,
}
# Of either: the new edition is of whoever runs the centre when it is published.
PAGE_FIELDS: dict[str, Any] = {"go_live_at": None, "expire_at": None, "operator_term_id": None}


def day_of(page: Edition) -> date | None:
    """Return the day by which editions are told apart."""
    return page.start_date if isinstance(page, EventPage) else page.opens_on


def next_day(page: Edition) -> date | None:
    """Return the day to suggest: the same day of the week a year later."""
    day = day_of(page)
    return day + A_YEAR if day else None


def next_title(page: Edition, day: date | None) -> str:
    """Return the title with the new year in the place of this edition's, where it stands."""
    own = day_of(page)
    if not (own and day):
        return page.title
    return re.sub(rf"(?<!\d){own.year}(?!\d)", str(day.year), page.title)


def may_duplicate(page: Edition, user: Any) -> bool:
    parent = page.get_parent()
    return bool(parent and parent.permissions_for_user(user).can_add_subpage())


@transaction.atomic
def duplicate(*, page_id: int, user: Any, title: str, day: date) -> Edition:
    """Return a new draft: all content of the edition, its day only proposed, a link back to it.

    Raises PermissionDenied if the person may not add pages there.
    """
    page = _latest(page_id)
    if not may_duplicate(page, user):
        raise PermissionDenied
    is_event = isinstance(page, EventPage)
    fields = _event_fields(page, day) if isinstance(page, EventPage) else _contest_fields(day)
    copy: Edition = page.copy(
        update_attrs=PAGE_FIELDS
        | fields
        | {"title": title, "slug": _slug(title), "previous_edition_id": page.pk},
        exclude_fields=["materials", "photos"] if is_event else ["results"],
        process_child_object=_shifted_by(page, day),
        copy_revisions=False,
        keep_live=False,
        user=user,
    )
    kind = "event" if is_event else "contest"
    log(instance=copy, action=f"cms.{kind}.duplicate", user=user, data={"from": page.title})
    return type(page).objects.get(pk=copy.pk)


def _latest(page_id: int) -> Edition:
    """Return what is live of the page, or its draft; raises DoesNotExist for other types."""
    model = EventPage if EventPage.objects.filter(pk=page_id).exists() else ContestPage
    page: Edition = model.objects.get(pk=page_id)
    return page if page.live else page.get_latest_revision_as_object()


def _event_fields(page: EventPage, day: date) -> dict[str, Any]:
    shift = day - page.start_date if page.start_date else timedelta()
    end_date = page.end_date + shift if page.end_date else None
    return EVENT_FIELDS | {"start_date": day, "end_date": end_date}


def _contest_fields(day: date) -> dict[str, Any]:
    return CONTEST_FIELDS | {"opens_on": day, "year": day.year}


def _shifted_by(page: Edition, day: date) -> Any:
    """Return what moves the days of the programme with the event."""
    own = day_of(page)
    shift = day - own if own else timedelta()

    def process(_old: Any, _new: Any, _relation: Any, child: Any) -> None:
        if getattr(child, "day", None):
            child.day += shift

    return process


def _slug(title: str) -> str:
    """Return a slug for the title that no page has."""
    base = slugify(transliterate(title)) or "edycja"
    slug, number = base, 1
    while BasePage.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
