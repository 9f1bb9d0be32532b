"""After 500 edits under faults and kills a municipal site holds exactly what is published.

What is shortened, and why that changes nothing: tests/integrations/municipal/worker.py. The seed is
printed; FAULT_SEED=7 tries another one. It decides what is edited, which requests fail and how,
and when workers are killed; which request meets which fault depends on the processes too.
"""

import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from cms.basepage.models import BasePage
from cms.jobs import registry
from cms.models import Document, EventIndexPage, EventPage
from integrations.municipal import ledger
from integrations.municipal.models import Destination, SyncState
from tests.cms.jobs.installation import wait_until
from tests.factories import EventFactory, ProjectFactory, TopicFactory, document_of, publish
from tests.integrations.municipal.faulty_site import FaultySite, Listener, listener
from tests.integrations.municipal.helpers import add
from tests.integrations.municipal.receivers import SECRET
from tests.integrations.municipal.workers import Workers

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("restored_database"),
]
SEED = int(os.environ.get("FAULT_SEED", "20260601"))
OPERATIONS = 500
KILLS_PER_OPERATION = 0.03
WORKERS = 2
FEWEST_PAGES, MOST_PAGES = 10, 30
MOST_TRIES = 10
NOTICED_WITHIN_SECONDS = 0.2


@pytest.fixture
def workers(tmp_path) -> Iterator[Workers]:
    group = Workers(tmp_path / "workers.log")
    yield group
    group.end()


@pytest.fixture
def foreign() -> Iterator[Listener]:
    with listener("127.0.0.2") as server:
        yield server


@pytest.fixture
def dead() -> Iterator[Listener]:
    with listener("127.0.0.1") as server:
        yield server


class Editor:
    """Does what editors do to events: one thing at a time, chosen by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.topic, self.other_topic = TopicFactory.create_batch(2)
        self.projects = ProjectFactory.create_batch(2)
        self.pages = [self._new() for _ in range(FEWEST_PAGES)]
        self.done: dict[str, int] = defaultdict(int)

    def do_something(self) -> None:
        kinds = {
            "edit": 40,
            "rename": 10,
            "move": 10,
            "retag": 14,
            "unpublish": 8,
            "publish": 8,
            "add": 6 if len(self.pages) < MOST_PAGES else 0,
            "delete": 4 if len(self.pages) > FEWEST_PAGES else 0,
        }
        [kind] = self.chance.choices(list(kinds), list(kinds.values()))
        self.done[kind] += 1
        getattr(self, f"_{kind}")(self._some_page())

    def _some_page(self) -> EventPage:
        return EventPage.objects.get(pk=self.chance.choice(self.pages))

    def _save(self, page: EventPage, **changes: Any) -> None:
        """Change the page without a revision, as imports do: that takes half the time."""
        for name, value in changes.items():
            setattr(page, name, value)
        page.save()

    def _new(self) -> int:
        return EventFactory(topics=[self.topic]).pk

    def _edit(self, page: EventPage) -> None:
        self._save(page, title=f"Spotkanie {self.chance.random()}")

    def _rename(self, page: EventPage) -> None:
        self._save(page, slug=f"spotkanie-{self.chance.randrange(10**9)}")

    def _move(self, page: EventPage) -> None:
        parent = self.chance.choice([EventIndexPage.objects.get(), *self.projects])
        page.move(BasePage.objects.get(pk=parent.pk), pos="last-child")

    def _retag(self, page: EventPage) -> None:
        self._save(page, topics=[self.chance.choice([self.topic, self.other_topic])])

    def _unpublish(self, page: EventPage) -> None:
        page.unpublish()

    def _publish(self, page: EventPage) -> None:
        hidden = EventPage.objects.filter(live=False).order_by("pk").first()
        publish(hidden or page)

    def _add(self, _page: EventPage) -> None:
        self.pages.append(self._new())

    def _delete(self, page: EventPage) -> None:
        self.pages.remove(page.pk)
        page.delete()

    def expected(self) -> dict[str, tuple[int, Any]]:
        """Return what the site ought to show: version and content of each document."""
        shown = Document.objects.filter(is_live=True, type="event", facets__value=self.topic.slug)
        return {str(one.pk): (one.sequence, orjson.loads(bytes(one.payload))) for one in shown}


def test_site_equals_what_is_published_after_500_edits_under_faults_and_kills(
    workers, foreign, dead, settings
):
    print(f"FAULT_SEED={SEED}")
    settings.IS_DEMO = True
    chance = random.Random(SEED)
    editor = Editor(chance)
    kills: list[float] = []

    def kill_all() -> None:
        kills.append(time.monotonic())
        workers.kill_all()

    site = FaultySite(SEED, foreign_url=foreign.url, kill=kill_all)
    destination = add(site.receiver, mapping={"topics": [editor.topic.pk]})
    add(url=dead.url, name="martwa")
    interrupted = 0
    for _ in range(OPERATIONS):
        workers.start(WORKERS)
        editor.do_something()
        if chance.random() < KILLS_PER_OPERATION:
            kills.append(time.monotonic())
            workers.kill_one()
            interrupted += SyncState.objects.filter(state="sending").exists()
    site.is_faulty = False
    workers.start(WORKERS)
    wait_until(lambda: is_settled(destination), 60, "everything has arrived")
    print(
        dict(site.happened),
        dict(editor.done),
        f"{len(kills)} kills, {interrupted} at work",
        f"{len(site.arrivals)} requests",
    )

    receiver = site.receiver
    held = {
        key: (change["version"], change["document"])
        for key, change in receiver.copy.items()
        if change["document"]
    }
    assert held == editor.expected()
    assert versions_that_went_back(receiver.messages) == []
    assert site.early_repeats == []
    assert site.impatient_requests(kills) == []
    assert foreign.heard == []
    assert_nothing_is_told(workers.log.read_text())
    assert_dead_site_delays_nothing(workers, site, dead, editor)
    # The faults came, or they would prove nothing.
    assert set(site.happened) == site.kinds
    assert len(kills) > 10
    assert min(editor.done.values()) >= 3
    receiver.stop()


def is_settled(destination: Destination) -> bool:
    is_rewritten = not any(job.is_due() for job in registry.all() if job.name != "municipal.sync")
    newest = max(Document.objects.values_list("sequence", flat=True))
    return (
        is_rewritten
        and Destination.objects.filter(pk=destination.pk, scanned_sequence__gte=newest).exists()
        and not ledger.unfinished().filter(destination=destination).exists()
    )


def versions_that_went_back(messages) -> list[tuple[int, int]]:
    newest: dict[str, int] = {}
    found = []
    for message in messages:
        key = message.change["id"]
        if message.version < newest.get(key, 0):
            found.append((newest[key], message.version))
        newest[key] = max(message.version, newest.get(key, 0))
    return found


def assert_nothing_is_told(log: str) -> None:
    """See that the secret is neither in the workers' log nor in what people see of errors."""
    stored = [
        *Destination.objects.values_list("last_error", flat=True),
        *SyncState.objects.values_list("last_error", flat=True),
    ]
    assert "sync_delivered" in log
    for word in (SECRET, SECRET.removeprefix("whsec_"), "whsec_"):
        assert word not in log
        assert not any(word in text for text in stored)


def assert_dead_site_delays_nothing(
    workers: Workers, site: FaultySite, dead: Listener, editor: Editor
) -> None:
    """See that a change arrives while the only worker waits for the site that never answers.

    Once is enough: if it waited in turn, none ever would. A busy machine may need several tries,
    for the dead site is waited for no longer than a request may take.
    """
    workers.kill_all()
    workers.start(1)
    assert dead.heard
    for number in range(MOST_TRIES):
        wait_until(lambda: not dead.holding.is_set(), 30)
        wait_until(dead.holding.is_set, 30, "the dead site is tried again")
        waits = len(dead.heard)
        event = EventPage.objects.live().first()
        page = publish(event, title=f"Na czas {number}", topics=[editor.topic])
        document = document_of(page)
        while dead.holding.is_set() and len(dead.heard) == waits:
            if site.receiver.copy.get(str(document.pk), {}).get("version") == document.sequence:
                time.sleep(NOTICED_WITHIN_SECONDS)  # the end of waiting may be noticed late
                if dead.holding.is_set() and len(dead.heard) == waits:
                    return
                break
            time.sleep(0.005)
    pytest.fail("changes waited for the dead site")
