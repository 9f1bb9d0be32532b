"""Pages that go live or expire at a set time, one by one, whatever is wrong with others."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import Revision

from cms.documents.selectors import live_documents
from cms.jobs.deadline import Deadline
from cms.models import EventPage, OrganizationPage
from cms.scheduling import expire, has_due_pages, publish, run_due_pages
from tests.cms.documents.world import difference_reasons
from tests.factories import EventFactory, ImageFactory, OrganizationFactory, document_of
from tests.factories import publish as publish_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-02T12:00:00+01:00", tick=False) as traveller:
        yield traveller


def run() -> bool:
    return run_due_pages(Deadline("schedule"))


def schedule(hours: int = 1, **fields: object) -> tuple[EventPage, Revision]:
    event = EventFactory(draft=True, **fields)
    event.go_live_at = timezone.now() + timedelta(hours=hours)
    revision = event.save_revision()
    revision.publish()
    return event, revision


def is_live(page: EventPage | OrganizationPage) -> bool:
    return live_documents().filter(page_id=page.pk).exists()


def test_nothing_is_due_before_its_time(clock: time_machine.Traveller) -> None:
    schedule()
    assert not has_due_pages()
    clock.shift(timedelta(hours=1))
    assert has_due_pages()
    assert run() is False
    assert not has_due_pages()


def test_page_that_became_wrong_stays_draft_and_others_go_out(
    clock: time_machine.Traveller,
) -> None:
    image = ImageFactory()
    wrong, revision = schedule(1, image=image)
    right, _revision = schedule(2)
    image.description = ""
    image.save()
    clock.shift(timedelta(hours=3))

    run()

    assert not is_live(wrong)
    assert not EventPage.objects.get(pk=wrong.pk).live
    assert is_live(right)
    revision.refresh_from_db()
    assert revision.approved_go_live_at is None
    assert not has_due_pages()


def test_page_whose_slug_was_taken_meanwhile_goes_out_under_its_own(
    clock: time_machine.Traveller,
) -> None:
    event = publish_now(EventFactory(slug="gala"))
    publish_now(event, slug="bal", go_live_at=timezone.now() + timedelta(hours=1))
    EventFactory(slug="bal")
    clock.shift(timedelta(hours=2))
    run()
    assert document_of(event).slug == "gala"
    assert is_live(event)


def test_failure_with_one_page_does_not_stop_others(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, revision = schedule(1)
    right, _revision = schedule(2)
    expiring = OrganizationFactory(expire_at=timezone.now() + timedelta(hours=1))
    clock.shift(timedelta(hours=3))
    publish_revision = Revision.publish

    def fail_for_one(self: Revision, **options: object) -> None:
        if self.pk == revision.pk:
            raise RuntimeError("no")
        publish_revision(self, **options)

    monkeypatch.setattr(Revision, "publish", fail_for_one)
    run()
    assert not is_live(broken)
    assert is_live(right)
    assert not OrganizationPage.objects.get(pk=expiring.pk).live
    assert has_due_pages()


def test_expiry_that_an_editor_moved_meanwhile_is_left_alone(
    clock: time_machine.Traveller,
) -> None:
    event = EventFactory(expire_at=timezone.now() + timedelta(hours=1))
    clock.shift(timedelta(hours=2))
    publish_now(event, title="Nowy", expire_at=timezone.now() + timedelta(days=1))
    expire(event.pk)
    assert is_live(event)
    assert EventPage.objects.get(pk=event.pk).title == "Nowy"


def test_revision_that_an_editor_unscheduled_meanwhile_is_left_alone(
    clock: time_machine.Traveller,
) -> None:
    event, revision = schedule()
    clock.shift(timedelta(hours=2))
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    publish(revision.pk)
    assert not is_live(event)


def test_revision_published_twice_by_two_workers_is_published_once(
    clock: time_machine.Traveller,
) -> None:
    event, revision = schedule()
    clock.shift(timedelta(hours=2))
    publish(revision.pk)
    EventPage.objects.get(pk=event.pk).unpublish()
    publish(revision.pk)
    assert not is_live(event)


def test_page_deleted_before_its_time_is_forgotten(clock: time_machine.Traveller) -> None:
    event, revision = schedule()
    clock.shift(timedelta(hours=2))
    EventPage.objects.get(pk=event.pk).delete()
    publish(revision.pk)
    expire(event.pk)
    assert not has_due_pages()


def test_page_with_both_times_appears_and_goes(clock: time_machine.Traveller) -> None:
    event, _revision = schedule()
    draft = event.get_latest_revision_as_object()
    draft.expire_at = timezone.now() + timedelta(hours=3)
    draft.save_revision().publish()
    clock.shift(timedelta(hours=2))
    run()
    assert is_live(event)
    clock.shift(timedelta(hours=2))
    assert not is_live(event)
    run()
    assert EventPage.objects.get(pk=event.pk).expired
    assert difference_reasons() == []


def test_slice_that_is_over_asks_for_another(clock: time_machine.Traveller) -> None:
    schedule()
    clock.shift(timedelta(hours=2))
    assert run_due_pages(Deadline("schedule", seconds=0)) is True
    assert has_due_pages()
