"""The next edition of an event or contest, and the verification of a profile."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cms.models import ContestPage, EventMaterial, OrganizationPage, ProgrammeItem
from cms.verbs import organizations
from cms.verbs.editions import duplicate, next_day, next_title
from cms.verbs.errors import VerbRefusedError
from cms.verbs.undoing import undo
from tests.cms.home.staff import person
from tests.factories import (
    ContestFactory,
    EventFactory,
    FileFactory,
    OrganizationFactory,
    in_days,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher():
    return person("wydawca")


def test_next_edition_of_an_event_is_a_draft_without_what_was_of_this_one(publisher):
    festival = EventFactory(
        title="Festiwal 2026", slug="festiwal-2026", start_date=date(2026, 6, 13), long=True,
        is_full=True, status="cancelled", registration_url="https://example.org/f",
    )  # fmt: skip
    festival.programme_items.add(ProgrammeItem(title="Koncert", day=date(2026, 6, 14)))
    festival.materials.add(EventMaterial(file=FileFactory()))
    publish(festival)
    festival.save()
    copy = duplicate(
        page_id=festival.pk, user=publisher, title="Festiwal 2027", day=date(2027, 6, 12)
    ).get_latest_revision_as_object()

    assert (copy.title, copy.slug, copy.live) == ("Festiwal 2027", "festiwal-2027", False)
    assert (copy.start_date, copy.end_date) == (date(2027, 6, 12), date(2027, 6, 14))
    assert (copy.date_certainty, copy.status, copy.is_full) == ("proposed", "scheduled", False)
    assert (copy.previous_edition_id, copy.registration_url) == (festival.pk, "")
    assert [item.day for item in copy.programme_items.all()] == [date(2027, 6, 13)]
    assert not copy.materials.all()
    assert copy.summary == festival.summary


def test_next_edition_of_a_contest_has_no_results_and_a_year_of_its_own(publisher):
    contest = ContestFactory(title="Mała Inicjatywa 2026", opens_on=date(2026, 3, 2))
    copy = duplicate(
        page_id=contest.pk, user=publisher, title="Mała Inicjatywa 2027", day=date(2027, 3, 1)
    )
    assert isinstance(copy, ContestPage)
    assert (copy.year, copy.opens_on, copy.closes_on, copy.live) == (
        2027, date(2027, 3, 1), None, False,
    )  # fmt: skip
    assert copy.previous_edition == contest


def test_next_edition_is_suggested_on_the_same_weekday_with_the_new_year_in_its_title():
    festival = EventFactory.build(title="Gala 2026 (nr 20261)", start_date=date(2026, 12, 31))
    day = next_day(festival)
    assert day.weekday() == date(2026, 12, 31).weekday()
    assert next_title(festival, day) == "Gala 2027 (nr 20261)"


def test_next_edition_with_the_same_title_gets_a_slug_of_its_own(publisher):
    event = EventFactory(title="Gala", slug="gala", start_date=in_days(3))
    copy = duplicate(page_id=event.pk, user=publisher, title="Gala", day=in_days(300))
    assert copy.slug == "gala-2"


def test_next_edition_is_refused_to_who_may_not_add_pages():
    event = EventFactory(start_date=in_days(3))
    with pytest.raises(PermissionDenied):
        duplicate(
            page_id=event.pk, user=person("nikt", may=("publish",)), title="G", day=in_days(9)
        )


def test_profile_is_verified_today_once_and_can_be_undone(publisher):
    profile = publish(OrganizationFactory(verified_at=date(2020, 1, 1)))
    applied = organizations.verify(page_id=profile.pk, user=publisher)
    assert OrganizationPage.objects.get(pk=profile.pk).verified_at == timezone.localdate()
    with pytest.raises(VerbRefusedError):
        organizations.verify(page_id=profile.pk, user=publisher)
    undo(log_id=applied.log_id, user=publisher)
    assert OrganizationPage.objects.get(pk=profile.pk).verified_at == date(2020, 1, 1)
