from datetime import timedelta

import pytest
from django.utils import timezone

from cms.documents.sequence import start_epoch
from cms.models.documents import Sequence
from integrations.municipal import claims, fanout, outcomes
from integrations.municipal.fanout import fan_out
from integrations.municipal.models import Destination, SyncState
from tests.factories import EventFactory, document_of, make_private, publish
from tests.integrations.municipal.helpers import add, state_of, sync

pytestmark = pytest.mark.django_db
URL = "https://www.gmina.example/webhook"


def wanted(destination) -> dict:
    states = SyncState.objects.filter(destination=destination)
    return dict(states.values_list("document_id", "wanted_version"))


def test_live_documents_are_wanted_in_their_newest_version():
    page, other = EventFactory(), EventFactory()
    publish(page, title="Nowy tytuł")
    destination = add(url=URL)

    fan_out(destination.pk)

    assert wanted(destination) == {
        document_of(page).pk: document_of(page).sequence,
        document_of(other).pk: document_of(other).sequence,
    }
    destination.refresh_from_db()
    assert destination.scanned_sequence == Sequence.objects.get().value


def test_change_after_the_cursor_raises_what_is_wanted():
    page = EventFactory()
    destination = add(url=URL)
    fan_out(destination.pk)

    publish(page, title="Nowy tytuł")
    fan_out(destination.pk)

    assert wanted(destination) == {document_of(page).pk: document_of(page).sequence}


def test_tombstone_of_what_was_never_wanted_is_ignored():
    make_private(EventFactory())
    destination = add(url=URL)

    fan_out(destination.pk)

    assert wanted(destination) == {}


def test_long_sequence_is_copied_in_steps(monkeypatch):
    monkeypatch.setattr(fanout, "CHUNK", 2)
    pages = EventFactory.create_batch(5)
    destination = add(url=URL)

    fan_out(destination.pk)

    assert set(wanted(destination)) == {document_of(page).pk for page in pages}


def test_two_workers_with_the_same_view_move_the_cursor_once(monkeypatch):
    EventFactory()
    stale = add(url=URL)
    fan_out(stale.pk)
    EventFactory()
    seen, sequence = Destination.objects.get(), Sequence.objects.get()

    fanout._scan(seen, sequence)
    SyncState.objects.update(state=SyncState.State.DONE)
    fanout._scan(seen, sequence)

    assert set(SyncState.objects.values_list("state", flat=True)) == {SyncState.State.DONE}


def test_destination_switched_off_gets_nothing_new_until_it_is_on_again():
    EventFactory()
    destination = add(url=URL, is_enabled=False)
    fan_out(destination.pk)
    assert wanted(destination) == {}

    Destination.objects.update(is_enabled=True)
    fan_out(destination.pk)
    assert len(wanted(destination)) == 1


def test_new_epoch_makes_everything_wanted_again_with_sequences_above_all_before(receiver):
    pages = EventFactory.create_batch(2)
    destination = add(receiver)
    sync(destination)
    before = max(message.change["sequence"] for message in receiver.messages)
    receiver.messages.clear()

    epoch = start_epoch().epoch
    sync(destination)

    assert {message.change["id"] for message in receiver.messages} == {
        str(document_of(page).pk) for page in pages
    }
    assert {message.change["epoch"] for message in receiver.messages} == {str(epoch)}
    assert min(message.change["sequence"] for message in receiver.messages) > before
    assert [m.version for m in receiver.messages] != [
        m.change["sequence"] for m in receiver.messages
    ]


def test_new_epoch_while_a_change_is_under_way_sends_it_again(receiver):
    EventFactory()
    destination = add(receiver)
    fan_out(destination.pk)
    [under_way] = claims.claim(destination.pk, is_probe=False)

    start_epoch()
    fan_out(destination.pk)

    assert outcomes.skipped([(under_way, under_way.wanted_version)]) == set()
    assert sync(destination)["upsert"] == 1


def test_waiting_since_is_the_first_change_that_was_not_delivered():
    page = EventFactory()
    destination = add(url=URL)
    fan_out(destination.pk)
    early = timezone.now() - timedelta(hours=2)
    SyncState.objects.update(wanted_at=early)

    publish(page, title="Nowy tytuł")
    fan_out(destination.pk)

    assert state_of(document_of(page), destination).wanted_at == early
