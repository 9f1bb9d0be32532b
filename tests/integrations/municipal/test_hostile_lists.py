"""A website that says anything about itself does no harm to us, nor to other websites."""

import json
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cms.jobs.deadline import Deadline
from integrations.municipal import reconcile
from integrations.municipal.models import Destination, Run, SeenItem, SyncState
from tests.factories import EventFactory, document_of
from tests.integrations.municipal.helpers import add

pytestmark = pytest.mark.django_db
ME = {
    "slug": "razem",
    "capabilities": dict.fromkeys(
        ("publish_posts", "publish_pages", "upload_files", "manage_categories"), True
    ),
}
# Asked for the posts of a page, it returns them.
Posts = Callable[[int], list[dict[str, Any]]]


def post(number: int, document_id: uuid.UUID, version: str, text: str = "") -> dict[str, Any]:
    content = f"{text}<!-- razem-document:{document_id}:{version} -->"
    return {
        "id": number,
        "status": "publish",
        "slug": "a",
        "link": "https://www.gmina.example/a",
        "title": {"raw": "A"},
        "content": {"raw": content},
        "excerpt": {"raw": ""},
        "featured_media": 0,
    }


class Site:
    """A WordPress whose list of posts is made up, and said to have that many parts."""

    def __init__(self) -> None:
        self.posts: Posts = lambda _page: []
        self.parts = 1
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append(self.path)
                body = json.dumps(site.answer(self.path)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("X-WP-TotalPages", str(site.parts))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()

    def answer(self, path: str) -> Any:
        if "/users/me" in path:
            return ME
        page = re.search(r"[?&]page=([0-9]+)", path)
        return self.posts(int(page.group(1))) if page and "/posts" in path else []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def make_site(settings) -> Iterator[Callable[[], Site]]:
    settings.IS_DEMO = True
    sites: list[Site] = []

    def make() -> Site:
        sites.append(Site())
        return sites[-1]

    yield make
    for site in sites:
        site.server.shutdown()
        site.server.server_close()


def at(site: Site, name: str = "gmina") -> Destination:
    return add(url=site.url, name=name, kind="wordpress", username="razem", secret="a b")


def last_run(destination: Destination) -> Run:
    return Run.objects.filter(destination=destination, kind=Run.Kind.COMPARE).latest("pk")


def known(destination: Destination, page, remote_id: str) -> SyncState:
    return SyncState.objects.create(
        destination=destination,
        document=document_of(page),
        wanted_version=1,
        acked_version=1,
        acked_action=SyncState.Action.UPSERT,
        state=SyncState.State.DONE,
        remote_id=remote_id,
        remote_version=1,
        answer_hash="a" * 64,
    )


def test_version_that_no_database_holds_is_none_and_all_are_compared(make_site):
    hostile, other = make_site(), make_site()
    hostile.posts = lambda _page: [post(1, uuid.uuid4(), "9" * 19)]
    destinations = [at(hostile), at(other, "inna")]

    assert not reconcile.run(Deadline(reconcile.NAME))

    assert [last_run(one).state for one in destinations] == [Run.State.DONE] * 2


def test_fault_of_ours_ends_this_comparison_in_words_and_no_other(make_site, monkeypatch):
    broken, well = (at(make_site(), name) for name in ("gmina", "inna"))
    original = reconcile.connect
    monkeypatch.setattr(
        reconcile, "connect", lambda one: original(one) if one.pk == well.pk else 1 / 0
    )

    reconcile.run(Deadline(reconcile.NAME))

    assert last_run(broken).state == Run.State.FAILED
    assert "ZeroDivisionError" in last_run(broken).words
    assert last_run(well).state == Run.State.DONE


@pytest.mark.parametrize("limit", ["MOST_PARTS", "MOST_ITEMS"])
def test_list_without_an_end_is_given_up_and_nothing_of_it_is_kept(make_site, monkeypatch, limit):
    monkeypatch.setattr(reconcile, limit, 20)
    site = make_site()
    site.parts = 999_999_999
    site.posts = lambda page: [post(page * 2 + n, uuid.uuid4(), "1") for n in (0, 1)]
    destination = at(site)

    reconcile.run(Deadline(reconcile.NAME))

    run = last_run(destination)
    assert (run.state, run.words) == (Run.State.FAILED, "Jej lista jest dłuższa, niż to możliwe.")
    assert not SeenItem.objects.exists()
    assert len(site.asked) < 25


def test_texts_are_kept_only_where_they_differ_from_what_is_known_and_never_without_limit(
    make_site, monkeypatch
):
    monkeypatch.setattr(reconcile, "MOST_TEXT_CHARS", 100)
    monkeypatch.setattr(reconcile, "MOST_CHARS", 150)
    pages = EventFactory.create_batch(3)
    site = make_site()
    destination = at(site)
    for number, page in enumerate(pages, 1):
        known(destination, page, f"posts/{number}")
    site.parts = 2
    posts = [post(n, document_of(page).pk, "1", "x" * 1000) for n, page in enumerate(pages, 1)]
    site.posts = lambda _page: [*posts, post(9, uuid.uuid4(), "1", "y" * 1000)]
    run = reconcile.request(destination)

    reconcile.advance(destination, Deadline(reconcile.NAME, seconds=0))

    kept = [len(one.stored) for one in run.seen.order_by("pk")]
    assert kept == [100, 50, 0, 0]


def test_who_was_not_looked_at_for_the_longest_time_is_next(make_site):
    endless, other = make_site(), make_site()
    endless.parts = 100
    destinations = [at(endless), at(other, "inna")]
    for one in destinations:
        reconcile.request(one)

    reconcile.advance(destinations[0], Deadline(reconcile.NAME, seconds=0))

    assert list(reconcile.due()) == destinations[::-1]
