"""The example site in push mode, with messages signed by the standardwebhooks library."""

import base64
import hmac
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.municipal_example.documents import event, organization, removal, upsert
from tests.municipal_example.servers import OTHER_SECRET, SECRET, Site, signed, site

EPOCH = {"epoch": "epoch-1"}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, "--push", SECRET) as running:
        yield running


def test_push_with_a_valid_signature_is_stored(running):
    answer = running.deliver(upsert(event(version=5), **EPOCH))

    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    document = event(version=5)
    assert running.copy() == {
        "epoch": "epoch-1",
        "sequence": 5,
        "documents": {document["id"]: document},
    }


def test_push_answered_is_on_disk_even_if_killed_at_once(tmp_path):
    with site(tmp_path, "--push", SECRET) as running:
        running.deliver(upsert(event(), **EPOCH))
        running.kill()

    with site(tmp_path, "--push", SECRET) as running:
        assert running.slugs() == {"festiwal"}


def test_push_of_a_removal_takes_the_page_down_and_leaves_nothing_on_disk(running, tmp_path):
    document = event(version=1, summary="Zdanie do wymazania.")
    running.deliver(upsert(document, **EPOCH))
    running.deliver(removal(document, 2, **EPOCH))

    assert running.get("/event/festiwal/").status_code == 410
    assert running.slugs() == set()
    assert b"Zdanie do wymazania" not in (tmp_path / "push.sqlite3").read_bytes()


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": "v1,Zm9yZ2Vk"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,ąęł".encode()},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "not a number"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-timestamp": "²"},
    ],
)
def test_push_forged_is_refused(running, headers):
    body = json.dumps(upsert(event(), **EPOCH)).encode()

    assert running.post(body, signed(body) | headers).status_code == 401
    assert running.slugs() == set()


def test_push_with_a_changed_body_is_refused(running):
    body = json.dumps(upsert(event(), **EPOCH)).encode()

    answer = running.post(body.replace(b"Festiwal", b"Oszustwo"), signed(body))

    assert answer.status_code == 401
    assert running.slugs() == set()


def test_push_signed_with_another_secret_is_refused(running):
    assert running.deliver(upsert(event(), **EPOCH), OTHER_SECRET).status_code == 401


@pytest.mark.parametrize("age_seconds", [360, -360])
def test_push_with_a_timestamp_beyond_five_minutes_is_refused(running, age_seconds):
    body = json.dumps(upsert(event(), **EPOCH)).encode()

    assert running.post(body, signed(body, age_seconds=age_seconds)).status_code == 401
    assert running.slugs() == set()


@pytest.mark.parametrize("age_seconds", [240, -240])
def test_push_with_a_timestamp_within_five_minutes_is_stored(running, age_seconds):
    body = json.dumps(upsert(event(), **EPOCH)).encode()

    assert running.post(body, signed(body, age_seconds=age_seconds)).status_code == 200
    assert running.slugs() == {"festiwal"}


def test_push_replayed_is_answered_200_and_changes_nothing(running):
    body = json.dumps(upsert(event(), **EPOCH)).encode()
    headers = signed(body)
    running.post(body, headers)
    before = running.copy()

    answer = running.post(body, headers)

    assert (answer.status_code, answer.json()) == (200, {"status": "ignored: not newer"})
    assert running.copy() == before


def test_push_of_an_older_version_is_answered_200_and_ignored(running):
    running.deliver(upsert(event(version=9, title="Nowszy"), **EPOCH))

    answer = running.deliver(upsert(event(version=8, title="Starszy"), **EPOCH))

    assert answer.status_code == 200
    assert [one["title"] for one in running.copy()["documents"].values()] == ["Nowszy"]
    assert running.copy()["sequence"] == 9


def test_push_of_an_older_version_after_a_removal_does_not_bring_it_back(running):
    running.deliver(removal(event(), 9, **EPOCH))
    running.deliver(upsert(event(version=8), **EPOCH))

    assert running.slugs() == set()
    assert running.get("/event/festiwal/").status_code == 410


def test_push_of_a_new_epoch_forgets_what_is_held_from_the_old(running):
    running.deliver(upsert(event("stare", 10), epoch="epoch-1"))
    running.deliver(upsert(event("nowe", 1001), epoch="epoch-2"))
    running.deliver(upsert(organization(version=1000), epoch="epoch-2"))

    assert running.slugs() == {"nowe", "zielony-zegar"}
    assert running.copy()["epoch"] == "epoch-2"
    assert running.copy()["sequence"] == 1001


def test_push_replayed_from_an_old_epoch_is_ignored(running):
    running.deliver(upsert(event("stare", 10), epoch="epoch-1"))
    running.deliver(upsert(event("nowe", 1001), epoch="epoch-2"))
    before = running.copy()

    answer = running.deliver(upsert(event("stare", 10), epoch="epoch-1"))

    assert answer.status_code == 200
    assert running.copy() == before


def test_push_with_the_highest_sequence_seen_in_another_epoch_is_ignored(running):
    running.deliver(upsert(event("nowe", 1001), epoch="epoch-2"))

    running.deliver(upsert(event("inne", 1001), epoch="epoch-1"))

    assert running.slugs() == {"nowe"}


def test_push_with_two_secrets_accepts_both_and_a_list_of_signatures(tmp_path):
    with site(tmp_path, "--push", SECRET, "--push", OTHER_SECRET) as running:
        assert running.deliver(upsert(event("a", 1), **EPOCH), SECRET).status_code == 200
        assert running.deliver(upsert(event("b", 2), **EPOCH), OTHER_SECRET).status_code == 200


def test_push_with_several_signatures_needs_one_that_is_right(running):
    body = json.dumps(upsert(event(), **EPOCH)).encode()
    headers = signed(body)
    other = signed(body, secret=OTHER_SECRET)["webhook-signature"]

    both = {"webhook-signature": f"v1a,ZWQyNTUxOQ== {other} {headers['webhook-signature']}"}

    assert running.post(body, headers | {"webhook-signature": other}).status_code == 401
    assert running.post(body, headers | both).status_code == 200


def test_push_of_fifty_documents_at_once_stores_them_all(running):
    documents = [event(f"wydarzenie-{number}", number) for number in range(1, 51)]
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(running.deliver, [upsert(one, **EPOCH) for one in documents]))

    assert {answer.status_code for answer in answers} == {200}
    assert running.copy() == {
        "epoch": "epoch-1",
        "sequence": 50,
        "documents": {document["id"]: document for document in documents},
    }


def test_push_of_many_versions_of_one_document_at_once_ends_with_the_newest(running):
    changes = [upsert(event(version=version), **EPOCH) for version in range(1, 31)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(running.deliver, changes))

    assert [one["version"] for one in running.copy()["documents"].values()] == [30]


def test_push_of_an_oversized_body_is_refused(running):
    body = json.dumps(upsert(event(body_html="x" * 2_000_001), **EPOCH)).encode()

    assert running.post(body, signed(body)).status_code == 413
    assert running.slugs() == set()


def test_push_announcing_a_huge_body_is_refused_without_reading_it_all(running):
    address = urlsplit(running.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(b"POST /webhook HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n")
        connection.sendall(b"x" * 4_000_000)
        assert b" 413 " in connection.recv(100)


@pytest.mark.parametrize("length", [b"", b"Content-Length: -1\r\n", b"Content-Length: many\r\n"])
def test_push_without_a_length_is_refused(running, length):
    address = urlsplit(running.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(b"POST /webhook HTTP/1.1\r\n" + length + b"\r\n")
        assert b" 411 " in connection.recv(100)


@pytest.mark.parametrize(
    "body",
    [
        b'{"epoch": ',
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        *(
            json.dumps(upsert(event()) | EPOCH | wrong).encode()
            for wrong in (
                {"epoch": None},
                {"action": "explode"},
                {"document": None},
                {"document": {"title": 1}},
                {"version": "5"},
                {"version": 2**63},
                {"sequence": -1},
                {"slug": "\ud800"},
            )
        ),
    ],
)
def test_push_of_something_that_is_not_a_change_is_answered_400(running, body):
    answer = running.post(body, signed_by_hand(body))

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("not a change: ")
    assert running.copy() == {"epoch": None, "sequence": 0, "documents": {}}


def signed_by_hand(body: bytes) -> dict[str, str]:
    """Return the headers for a body that need not be text, which the library cannot sign."""
    sent_at = str(int(time.time()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signature = hmac.digest(key, b"msg_1." + sent_at.encode() + b"." + body, "sha256")
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": sent_at,
        "webhook-signature": "v1," + base64.b64encode(signature).decode(),
    }
