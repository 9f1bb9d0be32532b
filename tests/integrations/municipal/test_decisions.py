"""What somebody there did to our content, and what a person decided about it, is not forgotten."""

import uuid

import pytest
from django.utils import timezone

from cms.models.documents import Sequence
from integrations.municipal import services
from integrations.municipal.models import Destination, SyncState
from tests.factories import EventFactory, document_of, publish
from tests.integrations.municipal.helpers import add, state_of, sync

pytestmark = pytest.mark.django_db
State, Finding = SyncState.State, SyncState.Finding
URL = "https://www.gmina.example/ngo"


def known(destination: Destination, page, **values) -> SyncState:
    """Let the destination have a WordPress's record of the page's document."""
    state, _is_new = SyncState.objects.update_or_create(
        destination=destination,
        document=document_of(page),
        defaults={
            "wanted_version": document_of(page).sequence,
            "acked_version": document_of(page).sequence,
            "acked_action": SyncState.Action.UPSERT,
            "was_sent": True,
            "state": State.DONE,
            "remote_id": "posts/7",
            "remote_version": document_of(page).sequence,
            "answer_hash": "a" * 64,
            "last_success_at": timezone.now(),
        }
        | values,
    )
    return state


@pytest.mark.parametrize(
    ("url", "is_forgotten"),
    [
        ("https://www.gmina.example/ngo/", False),
        ("https://gmina.example/ngo", False),
        ("http://www.gmina.example:80/ngo/wp-json", False),
        ("https://www.gmina.example/inne", True),
        ("https://www.gmina.example:8443/ngo", True),
        ("https://nowa.gmina.example/ngo", True),
    ],
)
def test_record_of_what_is_there_is_forgotten_for_another_website_only(url, is_forgotten):
    page = EventFactory()
    destination = add(url=URL, kind="wordpress", username="razem", secret="a b")
    known(destination, page)

    destination.url = url
    services.store(destination, new_secret="a b")

    state = state_of(document_of(page), destination)
    assert state.acked_version is None, "it is sent again"
    forgotten = ("", "", None)
    found = (state.remote_id, state.answer_hash, state.remote_version)
    assert (found == forgotten) is is_forgotten


def leave(destination: Destination, page, **values) -> SyncState:
    """Let a person have left the page's document as somebody edited it there."""
    state = known(
        destination,
        page,
        **{"state": State.PARKED, "finding": Finding.EDITED, "acked_version": None} | values,
    )
    assert services.decide(
        destination_id=destination.pk, document_id=state.document_id, is_ours=False
    )
    return state


def begin_epoch() -> None:
    Sequence.objects.update(epoch=uuid.uuid4())


def change_title(destination: Destination) -> None:
    destination.mapping = {"title": "NGO: {title}"}
    services.store(destination)


@pytest.mark.parametrize("happen", [change_title, lambda _destination: begin_epoch()])
def test_what_was_left_as_it_is_there_lasts_until_our_next_version(receiver, happen):
    page, other = EventFactory.create_batch(2)
    destination = add(receiver)
    sync(destination)
    leave(destination, page)

    happen(destination)
    destination.refresh_from_db()

    assert sync(destination) == {"upsert": 1}, "the other one"
    assert state_of(document_of(page), destination).state == State.LEFT
    publish(page, title="Nowa wersja")
    assert sync(destination) == {"upsert": 1}
    assert state_of(document_of(page), destination).state == State.DONE
    assert other.slug in receiver.slugs


def test_what_was_left_as_it_is_there_is_withdrawn_once_it_goes_there_no_more(receiver):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    leave(destination, page)

    destination.mapping = {"types": ["news"]}
    services.store(destination)

    assert sync(destination) == {"remove": 1}


def test_person_who_leaves_it_after_all_has_not_decided_for_ours(receiver):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)

    state = leave(destination, page, is_forced=True)

    state.refresh_from_db()
    assert not state.is_forced
