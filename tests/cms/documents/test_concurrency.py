"""Many writers at once: no reader misses a change, and nothing old overwrites what is newer."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event, Thread

import pytest
from django.conf import settings
from django.db import connection, transaction
from wagtail.models import PageViewRestriction

from cms.basepage.models import BasePage
from cms.documents.rewriting import due_documents, rewrite_due
from cms.jobs.deadline import Deadline
from cms.models import Document, EventIndexPage, EventPage, OrganizationPage, Place
from tests.cms.documents.world import (
    Follower,
    difference_reasons,
    drain,
    live_set,
    plant_site,
    replayed,
)
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    PlaceFactory,
    ProjectFactory,
    make_private,
    publish,
)

ROUNDS = 12


@contextmanager
def own_connection() -> Iterator[None]:
    """Close the thread's connection in the end: the test database is dropped later."""
    with closing(connection):
        yield


def edit_event(page_id: int, chance: random.Random) -> None:
    """Do one of the things that editors do to an event."""
    event = EventPage.objects.get(pk=page_id)
    match chance.randrange(5):
        case 0:
            event.unpublish()
        case 1:
            project = BasePage.objects.filter(depth=3, slug__startswith="projekt").first()
            publish(event, project_id=project and project.pk)
        case 2:
            publish(event, organizers=list(OrganizationPage.objects.all()))
        case _:
            publish(event, title=f"Tytuł {chance.random()}")


def rename_place(page_id: int, chance: random.Random) -> None:
    place = Place.objects.get()
    place.name = f"Miejsce {chance.random()}"
    place.save()


def toggle_organization(page_id: int, chance: random.Random) -> None:
    organization = OrganizationPage.objects.order_by("pk")[0]
    if organization.live:
        organization.unpublish()
    else:
        publish(organization, title=f"Organizacja {chance.random()}")


def toggle_restriction(page_id: int, chance: random.Random) -> None:
    restriction = PageViewRestriction.objects.first()
    if restriction:
        restriction.delete()
    else:
        make_private(EventIndexPage.objects.get())


def work(action: Callable[[int, random.Random], None], page_id: int, seed: int) -> None:
    chance = random.Random(seed)
    with own_connection():
        for _round in range(ROUNDS):
            action(page_id, chance)


def rewrite_until(is_over: Event) -> None:
    with own_connection():
        while not is_over.is_set() or due_documents().exists():
            rewrite_due(Deadline("documents"))


def follow_until(is_over: Event, follower: Follower) -> None:
    with own_connection():
        while not is_over.is_set():
            follower.follow()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_reader_of_feed_misses_nothing_while_writers_commit() -> None:
    plant_site()
    place = PlaceFactory()
    organizations = [OrganizationFactory(), OrganizationFactory()]
    ProjectFactory(slug="projekt")
    events = [EventFactory(place=place, organizers=organizations) for _number in range(4)]
    jobs = [(edit_event, event.pk) for event in events]
    jobs += [(rename_place, 0), (toggle_organization, 0), (toggle_restriction, 0)]
    follower, is_over = Follower(), Event()
    helpers = [
        Thread(target=follow_until, args=(is_over, follower)),
        Thread(target=rewrite_until, args=(is_over,)),
        Thread(target=rewrite_until, args=(is_over,)),
    ]
    for helper in helpers:
        helper.start()
    try:
        with ThreadPoolExecutor(len(jobs)) as pool:
            futures = [pool.submit(work, *job, seed) for seed, job in enumerate(jobs)]
            for future in futures:
                future.result()
    finally:
        is_over.set()
        for helper in helpers:
            helper.join()

    drain()
    follower.follow()
    assert follower.copy == live_set() == replayed()
    assert difference_reasons() == []
    numbers = list(Document.objects.values_list("sequence", flat=True))
    assert len(numbers) == len(set(numbers))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_reader_waits_for_no_writer_and_sees_no_number_before_a_smaller_one() -> None:
    """A writer who took a number and has not committed holds up all later numbers."""
    plant_site()
    first, second = EventFactory(), EventFactory()
    follower = Follower()
    follower.follow()

    def publish_second() -> None:
        with own_connection():
            publish(second, title="Później")

    with transaction.atomic():
        publish(first, title="Wcześniej")
        late = Thread(target=publish_second)
        late.start()
        late.join(timeout=0.5)
        assert late.is_alive()
        with ThreadPoolExecutor(1) as pool:
            seen = pool.submit(numbers_after, follower.cursor).result()
        assert seen == []
    late.join()
    follower.follow()
    assert follower.copy == live_set()


def numbers_after(cursor: int) -> list[int]:
    with own_connection():
        rows = Document.objects.filter(sequence__gt=cursor)
        return list(rows.values_list("sequence", flat=True))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("withdrawal_is_first", [True, False])
def test_event_published_while_its_organizer_is_withdrawn_does_not_name_it(
    withdrawal_is_first: bool,
) -> None:
    """Whoever comes second waits, and then sees what the first one did."""
    plant_site()
    organization = OrganizationFactory(title="Tajna nazwa")
    event = EventFactory()

    def withdraw() -> None:
        OrganizationPage.objects.get(pk=organization.pk).unpublish()

    def embed() -> None:
        publish(event, organizers=[OrganizationPage.objects.get(pk=organization.pk)])

    first, second = (withdraw, embed) if withdrawal_is_first else (embed, withdraw)
    with transaction.atomic():
        first()
        late = Thread(target=in_own_connection, args=(second,))
        late.start()
        late.join(timeout=0.5)
        assert late.is_alive()
    late.join()
    assert not any(b"Tajna nazwa" in payload for payload in live_set().values())
    assert difference_reasons() == []


def in_own_connection(act: Callable[[], None]) -> None:
    with own_connection():
        act()


@pytest.mark.django_db(transaction=True)
def test_six_processes_publish_at_once_without_locked_errors() -> None:
    plant_site()
    place = PlaceFactory()
    events = [EventFactory(place=place) for _number in range(6)]
    connection.close()
    name = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(str(name)),
    }
    publishers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.cms.documents.publisher", str(event.pk), str(ROUNDS)],
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for event in events
    ]
    results = [publisher.communicate()[1] for publisher in publishers]
    assert [publisher.returncode for publisher in publishers] == [0] * 6, results
    drain()
    assert sorted(EventPage.objects.values_list("title", flat=True)) == sorted(
        f"Tytuł {event.pk}/{ROUNDS}" for event in events
    )
    assert replayed() == live_set()
    assert difference_reasons() == []


def database_url(name: str) -> str:
    """Return the address of the test database, for another process."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    base, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    return f"{base}/{name}"
