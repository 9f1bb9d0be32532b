"""What somebody there did to our content, and what a person decided about it, is not forgotten."""

import pytest
from django.utils import timezone

from integrations.municipal import services
from integrations.municipal.models import Destination, SyncState
from tests.factories import EventFactory, document_of
from tests.integrations.municipal.helpers import add, state_of

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
