"""Verbs of events: what is live, what stays in the draft, who may, who comes too late."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.models import PageLogEntry

from cms.models import EventPage
from cms.verbs import events
from cms.verbs.errors import VerbRefusedError
from cms.verbs.transitions import seen
from cms.verbs.undoing import undo
from tests.cms.home.staff import EDITOR, person
from tests.factories import EventFactory, document_of, in_days, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher():
    return person("wydawca")


def live(page):
    return EventPage.objects.get(pk=page.pk)


def draft(page):
    return live(page).get_latest_revision_as_object()


def edit_draft(page, **changes):
    fresh = draft(page)
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save_revision(clean=False)


VERBS = [
    (events.confirm_date, {}, {"date_certainty": "confirmed"}),
    (events.postpone, {"note": "Burza."}, {"status": "postponed", "status_note": "Burza."}),
    (events.cancel, {"note": ""}, {"status": "cancelled", "status_note": ""}),
    (
        events.move_online,
        {"online_url": "https://example.org/m"},
        {"status": "moved_online", "online_url": "https://example.org/m"},
    ),
    (events.mark_full, {}, {"is_full": True}),
    (
        events.reschedule,
        {"start_date": in_days(30)},
        {"status": "rescheduled", "start_date": in_days(30), "previous_start_date": in_days(5)},
    ),
]


@pytest.mark.parametrize(("verb", "given", "expected"), VERBS)
def test_verb_is_published_and_keeps_the_drafts_other_edits(publisher, verb, given, expected):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    edit_draft(event, title="Nowy tytuł, jeszcze nie do publikacji", summary="Szkic.")
    applied = verb(page_id=event.pk, user=publisher, **given)

    assert {name: getattr(live(event), name) for name in expected} == expected
    assert live(event).title == event.title
    assert live(event).summary == event.summary
    assert {name: getattr(draft(event), name) for name in expected} == expected
    assert draft(event).title == "Nowy tytuł, jeszcze nie do publikacji"
    assert draft(event).summary == "Szkic."
    assert live(event).has_unpublished_changes
    assert applied.has_draft


@pytest.mark.parametrize(("verb", "given", "expected"), VERBS)
def test_undo_restores_live_and_draft_and_keeps_other_edits(publisher, verb, given, expected):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    edit_draft(event, title="Szkic tytułu")
    before = {name: getattr(live(event), name) for name in expected}
    applied = verb(page_id=event.pk, user=publisher, **given)
    undo(log_id=applied.log_id, user=publisher)

    assert {name: getattr(live(event), name) for name in expected} == before
    assert {name: getattr(draft(event), name) for name in expected} == before
    assert draft(event).title == "Szkic tytułu"
    with pytest.raises(VerbRefusedError):
        undo(log_id=applied.log_id, user=publisher)


def test_undo_gives_the_draft_back_its_own_value(publisher):
    event = publish(EventFactory(start_date=in_days(5), status_note="Na żywo."))
    edit_draft(event, status_note="W szkicu.")
    applied = events.postpone(page_id=event.pk, user=publisher, note="Burza.")
    undo(log_id=applied.log_id, user=publisher)
    assert (live(event).status_note, draft(event).status_note) == ("Na żywo.", "W szkicu.")


def test_undo_after_somebody_changed_the_field_is_refused(publisher):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    applied = events.postpone(page_id=event.pk, user=publisher)
    publish(event, status="cancelled")
    with pytest.raises(VerbRefusedError):
        undo(log_id=applied.log_id, user=publisher)
    assert live(event).status == "cancelled"


def test_undo_of_an_earlier_verb_is_refused(publisher):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    first = events.confirm_date(page_id=event.pk, user=publisher)
    events.mark_full(page_id=event.pk, user=publisher)
    with pytest.raises(VerbRefusedError):
        undo(log_id=first.log_id, user=publisher)


def test_verb_without_a_draft_leaves_no_unpublished_changes(publisher):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    version = document_of(event).sequence
    applied = events.confirm_date(page_id=event.pk, user=publisher)
    assert not live(event).has_unpublished_changes
    assert not applied.has_draft
    assert document_of(event).sequence > version


def test_verb_on_a_page_that_has_no_revision_yet_works(publisher):
    event = EventFactory(start_date=in_days(5), proposed=True)
    events.confirm_date(page_id=event.pk, user=publisher)
    assert live(event).date_certainty == "confirmed"
    assert live(event).live_revision is not None


def test_verb_on_a_draft_publishes_nothing(publisher):
    event = EventFactory(start_date=in_days(5), proposed=True, draft=True)
    edit_draft(event, title="Szkic wydarzenia")
    events.confirm_date(page_id=event.pk, user=publisher)
    assert not live(event).live
    assert draft(event).date_certainty == "confirmed"
    assert draft(event).title == "Szkic wydarzenia"


def test_second_of_two_people_is_told_so(publisher):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    events.confirm_date(page_id=event.pk, user=publisher)
    with pytest.raises(VerbRefusedError, match="potwierdzony"):
        events.confirm_date(page_id=event.pk, user=person("druga"))
    assert PageLogEntry.objects.filter(action="cms.event.confirm_date").count() == 1


def test_two_new_dates_from_the_same_view_of_the_event_do_not_both_win(publisher):
    event = publish(EventFactory(start_date=in_days(5)))
    looked = seen(event)
    events.reschedule(page_id=event.pk, user=publisher, start_date=in_days(20), expected=looked)
    with pytest.raises(VerbRefusedError):
        events.reschedule(page_id=event.pk, user=publisher, start_date=in_days(21), expected=looked)
    assert live(event).start_date == in_days(20)
    assert live(event).previous_start_date == in_days(5)


def test_reschedule_moves_last_day_deadline_and_hour_with_it(publisher):
    event = publish(
        EventFactory(
            start_date=in_days(5),
            end_date=in_days(7),
            registration_deadline=in_days(4),
            start_time=time(10),
            date_precision="time",
        )
    )
    events.reschedule(
        page_id=event.pk,
        user=publisher,
        start_date=in_days(15),
        start_time=time(12),
        is_proposed=True,
    )
    moved = live(event)
    assert (moved.end_date, moved.registration_deadline) == (in_days(17), in_days(14))
    assert (moved.start_time, moved.date_certainty) == (time(12), "proposed")


def test_reschedule_to_the_same_day_is_refused(publisher):
    event = publish(EventFactory(start_date=in_days(5)))
    with pytest.raises(VerbRefusedError):
        events.reschedule(page_id=event.pk, user=publisher, start_date=in_days(5))


def test_verb_is_refused_to_who_may_not_publish(publisher):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    with pytest.raises(PermissionDenied):
        events.confirm_date(page_id=event.pk, user=person("redaktor", may=EDITOR))
    assert live(event).date_certainty == "proposed"


def test_verb_on_a_page_that_somebody_locked_is_refused(publisher):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    EventPage.objects.filter(pk=event.pk).update(
        locked=True, locked_by=person("inna"), locked_at=timezone.now()
    )
    with pytest.raises(VerbRefusedError, match="zablokowana"):
        events.confirm_date(page_id=event.pk, user=publisher)


def test_verb_does_not_cancel_a_scheduled_publication(publisher):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    fresh = live(event)
    fresh.go_live_at = timezone.now() + timedelta(days=1)
    fresh.save_revision().publish()
    assert live(event).scheduled_revision
    with pytest.raises(VerbRefusedError):
        events.confirm_date(page_id=event.pk, user=publisher)
    assert live(event).scheduled_revision


def test_verb_on_an_event_that_may_not_go_live_says_why_and_changes_nothing(publisher):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    EventPage.objects.filter(pk=event.pk).update(end_date=in_days(1), start_date=in_days(5))
    EventPage.objects.filter(pk=event.pk).update(end_date=in_days(4))
    revisions = event.revisions.count()
    with pytest.raises(VerbRefusedError):
        events.mark_full(page_id=event.pk, user=publisher)
    assert event.revisions.count() == revisions
    assert not live(event).is_full


def test_log_says_who_did_what_in_polish_with_its_revision(publisher):
    event = publish(EventFactory(start_date=in_days(5), proposed=True))
    applied = events.confirm_date(page_id=event.pk, user=publisher)
    entry = PageLogEntry.objects.get(pk=applied.log_id)
    assert (entry.user, entry.revision) == (publisher, live(event).live_revision)
    assert str(entry.message) == "Potwierdzono termin"
    assert entry.data == {
        "before": {"date_certainty": "proposed"},
        "after": {"date_certainty": "confirmed"},
    }
