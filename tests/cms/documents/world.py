"""What tests of documents share: the feed and its followers, the background jobs, a site."""

from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from django.db.models import QuerySet
from django.test import Client
from wagtail.models import Collection, Locale

from cms.basepage.models import BasePage
from cms.documents.rebuilding import Difference, differences
from cms.documents.rewriting import due_documents, rewrite_due
from cms.documents.selectors import live_documents
from cms.jobs.deadline import Deadline
from cms.models import Document, HomePage, Sequence
from cms.scheduling import has_due_pages, run_due_pages
from cms.structure import ensure_site


def drain() -> None:
    """Let the background job rewrite all that is due."""
    for _slice in range(20):
        if not due_documents().exists():
            return
        rewrite_due(Deadline("documents"))
    raise AssertionError("The job does not come to an end.")


def run_schedule() -> None:
    """Let the background job publish and expire what is due."""
    for _slice in range(20):
        if not has_due_pages():
            return
        run_due_pages(Deadline("schedule"))
    raise AssertionError("The job does not come to an end.")


def difference_reasons() -> list[str]:
    """Return what `rebuild_documents --check` would print."""
    return [describe(difference) for difference in differences()]


def describe(difference: Difference) -> str:
    return f"{difference.document}: {difference.reason}"


def live_set() -> dict[str, bytes]:
    """Return what the world may see now: public id → payload."""
    return {str(document.pk): bytes(document.payload) for document in live_documents()}


def changes_since(number: int) -> QuerySet[Document]:
    """Return the rows of the feed after a number, in its order."""
    return Document.objects.filter(sequence__gt=number).order_by("sequence")


class Follower:
    """A reader of the feed who keeps a cursor and a copy, as municipal websites do."""

    def __init__(self) -> None:
        self.cursor = 0
        self.copy: dict[str, bytes] = {}

    def follow(self, *, page_size: int = 3) -> None:
        """Read page by page until nothing new is there."""
        while rows := list(changes_since(self.cursor)[:page_size]):
            for row in rows:
                self.apply(row)

    def apply(self, row: Document) -> None:
        assert row.sequence > self.cursor
        self.cursor = row.sequence
        if row.is_live:
            self.copy[str(row.pk)] = bytes(row.payload)
        else:
            self.copy.pop(str(row.pk), None)


class ApiFollower:
    """The same by the public address of the feed."""

    def __init__(self) -> None:
        self.client = Client()
        self.cursor: dict[str, object] = {"since": 0}
        self.copy: dict[str, object] = {}

    def follow(self, *, page_size: int = 3) -> None:
        while True:
            query = self.cursor | {"limit": page_size}
            answer = self.client.get("/api/v1/changes/", query)
            assert answer.status_code == 200, answer.content
            page = answer.json()
            for change in page["results"]:
                self.apply(change)
            self.cursor = {"since": page["sequence"], "epoch": page["epoch"]}
            if page["next"] is None:
                return

    def apply(self, change: dict[str, object]) -> None:
        if change["action"] == "upsert":
            self.copy[str(change["id"])] = change["document"]
        else:
            self.copy.pop(str(change["id"]), None)


def parsed_live_set() -> dict[str, object]:
    return {key: orjson.loads(payload) for key, payload in live_set().items()}


def replayed() -> dict[str, bytes]:
    """Return the copy of a reader who starts from 0."""
    follower = Follower()
    follower.follow()
    return follower.copy


def current_number() -> int:
    return Sequence.objects.get(pk=1).value


def plant_site() -> HomePage:
    """Return the home page of a complete site, also where a test's clean-up emptied the tables."""
    locale, _created = Locale.objects.get_or_create(language_code="pl")
    if not Collection.objects.filter(depth=1).exists():
        Collection.add_root(name="Root")
    if not BasePage.objects.filter(depth=1).exists():
        BasePage.add_root(title="Root", slug="root", locale=locale)
    return ensure_site()


@contextmanager
def expecting_number() -> Iterator[None]:
    """Assert that the block hands out at least one number of the sequence."""
    before = current_number()
    yield
    assert current_number() > before
