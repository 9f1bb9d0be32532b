"""The numbers of changes, their epochs, and the command that checks and rebuilds documents."""

import time
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.transaction import TransactionManagementError

from cms.documents.rebuilding import rebuild
from cms.documents.sequence import first_number, lock_sequence, start_epoch
from cms.documents.writing import refresh_page
from cms.models import Document, DocumentDependency, DocumentFacet, Sequence
from tests.cms.documents.world import (
    Follower,
    current_number,
    difference_reasons,
    drain,
    live_set,
    plant_site,
)
from tests.factories import EventFactory, OrganizationFactory, TopicFactory, document_of, publish


@pytest.mark.django_db
def test_first_epoch_begins_at_unix_time_in_milliseconds() -> None:
    before = int(time.time() * 1000)
    EventFactory()
    assert before < current_number() <= int(time.time() * 1000) + 10


@pytest.mark.django_db
def test_new_epoch_raises_counter_above_all_numbers() -> None:
    event = EventFactory()
    old = Sequence.objects.get(pk=1)
    Sequence.objects.filter(pk=1).update(value=old.value - 10_000_000)  # a restored backup
    start_epoch()
    new = Sequence.objects.get(pk=1)
    assert new.epoch != old.epoch
    assert new.epoch_started_at >= old.epoch_started_at
    assert new.value >= max(old.value, document_of(event).sequence)


@pytest.mark.django_db
def test_new_epoch_never_lowers_counter_when_clock_was_set_back() -> None:
    EventFactory()
    ahead = first_number() + 3_600_000
    Sequence.objects.filter(pk=1).update(value=ahead)
    start_epoch()
    assert current_number() == ahead


@pytest.mark.django_db(transaction=True)
def test_number_outside_of_transaction_is_refused() -> None:
    plant_site()
    with pytest.raises(TransactionManagementError):
        lock_sequence()


@pytest.mark.django_db
def test_rebuild_of_lost_table_begins_new_epoch_above_old_numbers() -> None:
    events = [EventFactory(), EventFactory()]
    epoch, number = Sequence.objects.get(pk=1).epoch, current_number()
    follower = Follower()
    follower.follow()
    Document.objects.all().delete()
    Sequence.objects.all().delete()

    assert set(rebuild()) >= {event.pk for event in events}

    assert Sequence.objects.get(pk=1).epoch != epoch
    assert min(Document.objects.values_list("sequence", flat=True)) > number
    assert len(live_set()) == len(events)
    assert difference_reasons() == []


@pytest.mark.django_db
def test_rebuild_of_whole_table_keeps_epoch_and_numbers() -> None:
    EventFactory()
    before = (Sequence.objects.get(pk=1).epoch, current_number(), live_set())
    list(rebuild())
    assert (Sequence.objects.get(pk=1).epoch, current_number(), live_set()) == before


@pytest.mark.django_db
def test_rebuild_on_new_installation_keeps_epoch() -> None:
    plant_site()
    with transaction.atomic():
        epoch = lock_sequence().epoch
    list(rebuild())
    assert Sequence.objects.get(pk=1).epoch == epoch


def spoil_payload(document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(payload=b'{"title": "x"}')


def spoil_hash(document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(payload_hash="0" * 64)


def spoil_dates(document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(starts_on=None)


def spoil_dependencies(document: Document) -> None:
    DocumentDependency.objects.filter(document=document).first().delete()


def spoil_facets(document: Document) -> None:
    DocumentFacet.objects.filter(document=document).delete()


def hide(document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(is_live=False, payload=b"")


def forget(document: Document) -> None:
    document.delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil",
    [spoil_payload, spoil_hash, spoil_dates, spoil_dependencies, spoil_facets, hide, forget],
)
def test_check_finds_what_differs_and_rebuild_mends_it(spoil: Callable[[Document], None]) -> None:
    EventFactory()  # the table is not empty without the other one
    event = EventFactory(topics=[TopicFactory()], organizers=[OrganizationFactory()])
    call_command("rebuild_documents", "--check")
    spoil(document_of(event))
    with pytest.raises(CommandError):
        call_command("rebuild_documents", "--check")
    call_command("rebuild_documents")
    call_command("rebuild_documents", "--check")
    assert str(document_of(event).pk) in live_set()


@pytest.mark.django_db
def test_check_finds_live_document_of_page_that_is_not_public() -> None:
    event = EventFactory()
    type(event).objects.filter(pk=event.pk).update(live=False)
    with pytest.raises(CommandError):
        call_command("rebuild_documents", "--check")
    call_command("rebuild_documents")
    assert live_set() == {}


@pytest.mark.django_db
def test_check_changes_nothing() -> None:
    event = EventFactory()
    spoil_hash(document_of(event))
    before = list(Document.objects.values())
    with pytest.raises(CommandError):
        call_command("rebuild_documents", "--check")
    assert list(Document.objects.values()) == before


@pytest.mark.django_db
def test_new_epoch_command_tells_readers_to_start_again() -> None:
    EventFactory()
    epoch = Sequence.objects.get(pk=1).epoch
    call_command("rebuild_documents", "--new-epoch")
    assert Sequence.objects.get(pk=1).epoch != epoch


@pytest.mark.django_db
def test_document_of_earlier_release_is_rewritten_only_when_it_differs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = EventFactory()
    version = document_of(event).sequence
    monkeypatch.setattr("cms.documents.writing.SCHEMA_NUMBER", 2)
    drain()
    assert document_of(event).sequence == version
    assert document_of(event).schema.startswith("2.")
    publish(event, title="Nowy")
    assert document_of(event).sequence > version


@pytest.mark.django_db
def test_document_that_cannot_be_written_is_left_after_five_attempts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, healthy = EventFactory(), EventFactory()
    Document.objects.update(dirty_at=document_of(broken).updated_at)

    def fail_for_one(page_id: int) -> None:
        if page_id == broken.pk:
            raise RuntimeError("no")
        refresh_page(page_id)

    monkeypatch.setattr("cms.documents.rewriting.refresh_page", fail_for_one)
    drain()
    assert document_of(broken).rewrite_attempts == 5
    assert document_of(broken).dirty_at
    assert document_of(healthy).dirty_at is None
