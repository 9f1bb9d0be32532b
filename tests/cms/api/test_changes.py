from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from cms.documents.sequence import start_epoch
from cms.models import Document, Sequence
from tests.cms.api.answers import add_rows, ask, wrong
from tests.factories import EventFactory, OrganizationFactory, document_of, make_private, publish

pytestmark = pytest.mark.django_db


def replay(copy: dict, path: str = "/changes/?limit=2") -> tuple[str, int]:
    """Apply the feed to a copy as docs/api.md says; return the cursor."""
    while True:
        answer = ask(path)
        for change in answer["results"]:
            if change["action"] == "upsert":
                copy[change["id"]] = change["document"]
            else:
                copy.pop(change["id"], None)
        if answer["next"] is None:
            return answer["epoch"], answer["sequence"]
        path = answer["next"].removeprefix("http://testserver/api/v1")


def live_copy() -> dict:
    lists = [ask(f"/{name}/")["results"] for name in ("events", "organizations", "projects")]
    return {document["id"]: document for documents in lists for document in documents}


def test_feed_followed_from_any_point_makes_an_exact_copy():
    events = [EventFactory() for _ in range(5)]
    copy: dict = {}
    epoch, sequence = replay(copy)
    assert copy == live_copy()
    assert len(copy) == 5

    publish(events[0], title="Zmienione")
    events[1].unpublish()
    events[2].delete()
    make_private(events[3])
    OrganizationFactory()
    replay(copy, f"/changes/?since={sequence}&epoch={epoch}&limit=2")
    assert copy == live_copy()
    assert len(copy) == 3


def test_change_has_the_promised_fields():
    event = EventFactory(slug="gala")
    document = document_of(event)
    change = ask("/changes/")["results"][0]
    assert change == {
        "sequence": document.sequence,
        "id": str(document.pk),
        "type": "event",
        "slug": "gala",
        "version": document.sequence,
        "action": "upsert",
        "document": ask("/events/gala/"),
    }
    event.unpublish()
    removal = ask("/changes/")["results"][0]
    assert removal["action"] == "remove"
    assert removal["document"] is None
    assert removal["version"] > change["version"]


def test_feed_is_compacted_to_one_change_a_document():
    event = EventFactory()
    for number in range(3):
        publish(event, title=f"Tytuł {number}")
    results = ask("/changes/")["results"]
    assert [change["document"]["title"] for change in results] == ["Tytuł 2"]


def test_expired_document_is_a_removal_before_any_tombstone_is_written():
    event = EventFactory(expire_at=timezone.now() + timedelta(hours=1))
    assert ask("/changes/")["results"][0]["action"] == "upsert"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert document_of(event).is_live
        change = ask("/changes/")["results"][0]
    assert (change["action"], change["document"]) == ("remove", None)


def test_last_page_ends_at_the_end_of_the_sequence_and_the_next_has_nothing_new():
    EventFactory()
    EventFactory().unpublish()
    end = Sequence.objects.get().value
    answer = ask("/changes/?limit=500")
    assert (answer["next"], answer["sequence"]) == (None, end)
    answer = ask(f"/changes/?since={end}")
    assert (answer["results"], answer["sequence"]) == ([], end)


def test_next_has_epoch_and_limit_so_that_it_can_be_followed_as_it_is():
    add_rows(5)
    answer = ask("/changes/?limit=2")
    assert answer["next"] == (
        f"http://testserver/api/v1/changes/?since={answer['sequence']}"
        f"&epoch={answer['epoch']}&limit=2"
    )


def test_pages_are_full_by_default_up_to_a_hundred():
    add_rows(101)
    assert len(ask("/changes/")["results"]) == 100
    assert len(ask("/changes/?limit=500")["results"]) == 101


def test_foreign_epoch_is_410_start_again():
    EventFactory()
    problem = ask(f"/changes/?since=1&epoch={uuid4()}", status=410)
    assert problem["type"] == "http://testserver/api/v1/problems/start-again/"


def test_epoch_of_before_a_restore_is_410_and_from_0_leads_on():
    EventFactory()
    epoch, sequence = replay({})
    start_epoch()
    ask(f"/changes/?since={sequence}&epoch={epoch}", status=410)
    copy: dict = {}
    new_epoch, new_sequence = replay(copy, "/changes/?since=0")
    assert new_epoch != epoch
    assert new_sequence == Sequence.objects.get().value > sequence
    assert copy == live_copy()


@pytest.mark.parametrize("beyond", [1, 10**18, 10**28])
def test_since_beyond_the_end_is_410_start_again(beyond):
    EventFactory()
    end = Sequence.objects.get().value
    assert ask(f"/changes/?since={end + beyond}", status=410 if beyond < 10**19 else 400)


def test_feed_before_anything_was_published_is_empty_and_can_be_followed():
    Sequence.objects.all().delete()
    answer = ask("/changes/")
    assert (answer["results"], answer["sequence"], answer["next"]) == ([], 0, None)
    path = f"/changes/?since=0&epoch={answer['epoch']}"
    assert ask(path)["results"] == []
    EventFactory()
    ask(path, status=410)
    assert len(ask("/changes/?since=0")["results"]) == 1


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("since=-1", "since"),
        ("since=abc", "since"),
        ("since=1.5", "since"),
        ("since=%00", "since"),
        ("epoch=1", "epoch"),
        ("epoch={5d0c7a52-8f4e-4b71-9f5e-0a3a4dc1b7e2}", "epoch"),
        ("limit=501", "limit"),
        ("since=1&since=2", "since"),
        ("after=1", "after"),
    ],
)
def test_bad_parameter_is_answered_400_that_names_it(query, name):
    assert name in wrong(f"/changes/?{query}")


def test_unchanged_feed_is_304_with_one_query(client, django_assert_num_queries):
    event = EventFactory()
    path = "/api/v1/changes/?since=0"
    etag = client.get(path).headers["ETag"]
    with django_assert_num_queries(1):
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    event.unpublish()
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_page_from_the_middle_reads_nothing_before_it(client):
    add_rows(30)
    since = Document.objects.order_by("sequence")[20].sequence
    results = ask(f"/changes/?since={since}")["results"]
    assert [change["sequence"] for change in results] == list(range(since + 1, since + 10))
