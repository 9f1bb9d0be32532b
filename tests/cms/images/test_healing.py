"""Crashes, broken pictures, lost files: what is left undone is done by the job."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from cms.documents import media
from cms.documents.media import FILTER_SPECS, finish_files, make_renditions, unfinished
from cms.documents.rewriting import due_documents
from cms.jobs.deadline import Deadline
from cms.models import CentreImage, PublishedRendition
from tests.cms.documents.world import difference_reasons, drain, live_set
from tests.cms.images.helpers import (
    Committing,
    broken_jpeg,
    broken_png,
    names_in,
    public_files,
    unpublish,
)
from tests.factories import EventFactory, ImageFactory, document_of, jpeg

pytestmark = pytest.mark.django_db


def test_crash_between_commit_and_files_is_mended_by_job(settings: Settings) -> None:
    event = EventFactory(image=ImageFactory())  # nothing that waits for the commit is run
    assert public_files(settings) == set()
    assert unfinished(PublishedRendition).count() == len(FILTER_SPECS)
    assert finish_files(Deadline("media")) is False
    assert public_files(settings) == set(names_in(event))

    unpublish(event)
    assert public_files(settings)
    assert finish_files(Deadline("media")) is False
    assert public_files(settings) == set()
    assert not unfinished(PublishedRendition).exists()


def test_crash_before_renditions_leaves_image_out_until_job_makes_them(
    settings: Settings, committing: type[Committing]
) -> None:
    event = EventFactory(image=ImageFactory(rendered=False))
    assert orjson.loads(document_of(event).payload)["image"] is None
    assert due_documents().exists()
    with committing():
        drain()
    assert len(names_in(event)) == len(FILTER_SPECS)
    assert public_files(settings) == set(names_in(event))


def test_file_job_whose_time_is_over_asks_for_another_slice() -> None:
    EventFactory(image=ImageFactory())
    assert finish_files(Deadline("media", seconds=0)) is True
    assert unfinished(PublishedRendition).exists()


@pytest.mark.parametrize("make", [broken_jpeg, broken_png])
def test_broken_picture_is_tried_once_and_a_good_one_heals_it(
    make: Callable[[], bytes], committing: type[Committing], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make()
    image = ImageFactory(rendered=False)
    Path(image.file.path).write_bytes(data)
    attempts = []
    create_renditions = CentreImage.create_renditions

    def count(self: CentreImage, *filters: object) -> object:
        attempts.append(filters)
        return create_renditions(self, *filters)

    monkeypatch.setattr(CentreImage, "create_renditions", count)
    with committing():
        event = EventFactory(image=image)
        drain()
    assert orjson.loads(document_of(event).payload)["image"] is None
    image = CentreImage.objects.get(pk=image.pk)
    assert image.rendition_error
    assert len(attempts) == 1
    assert not due_documents().exists()
    assert difference_reasons() == []

    with committing():
        image.file = ContentFile(jpeg(), name="dobre.jpg")
        image.save()
    with committing():
        drain()
    assert len(names_in(event)) == len(FILTER_SPECS)


def test_one_broken_picture_does_not_hold_up_other_documents(
    committing: type[Committing],
) -> None:
    broken = ImageFactory(rendered=False)
    Path(broken.file.path).write_bytes(broken_png())
    first = EventFactory(image=broken)
    second = EventFactory(image=ImageFactory(rendered=False))
    with committing():
        drain()
    assert orjson.loads(document_of(first).payload)["image"] is None
    assert len(names_in(second)) == len(FILTER_SPECS)


def test_picture_whose_file_is_lost_leaves_document_without_it(
    committing: type[Committing],
) -> None:
    image = ImageFactory(rendered=False)
    Path(image.file.path).unlink()
    with committing():
        event = EventFactory(image=image)
        drain()
    assert document_of(event).is_live
    assert orjson.loads(document_of(event).payload)["image"] is None


def test_renditions_are_made_once() -> None:
    image = ImageFactory()
    before = set(image.renditions.values_list("pk", flat=True))
    make_renditions(image)
    assert set(image.renditions.values_list("pk", flat=True)) == before


def test_new_alternative_text_reaches_documents(committing: type[Committing]) -> None:
    image = ImageFactory(description="Dawny opis")
    with committing():
        event = EventFactory(image=image)
    names = names_in(event)
    image.description = "Nowy opis"
    image.save()
    drain()
    assert orjson.loads(document_of(event).payload)["image"]["alt"] == "Nowy opis"
    assert names_in(event) == names


def test_failure_in_public_storage_leaves_the_job_to_try_again(
    settings: Settings, committing: type[Committing], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OSError("full")

    with monkeypatch.context() as broken:
        broken.setattr(media, "public_storage", fail)
        with committing():
            event = EventFactory(image=ImageFactory())
    assert document_of(event).is_live
    assert unfinished(PublishedRendition).count() == len(FILTER_SPECS)
    finish_files(Deadline("media"))
    assert public_files(settings) == set(names_in(event))
    assert live_set()


def test_copy_withdrawn_while_its_file_is_written_leaves_no_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = EventFactory(image=ImageFactory())
    copy = PublishedRendition.objects.first()
    storage = media.public_storage()
    save = storage.save

    def save_late(name: str, content: ContentFile) -> str:
        saved = save(name, content)
        unpublish(event)
        finish_files(Deadline("media"))  # finds no file yet, and forgets the row
        return saved

    monkeypatch.setattr(storage, "save", save_late)
    media.store_file(PublishedRendition, copy.pk)
    assert not PublishedRendition.objects.filter(pk=copy.pk).exists()
    assert public_files(settings) == set()


def test_lost_rendition_is_made_again(settings: Settings, committing: type[Committing]) -> None:
    event = EventFactory(image=ImageFactory())
    lost = PublishedRendition.objects.first().rendition
    Path(lost.file.path).unlink()
    with committing():
        finish_files(Deadline("media"))
    with committing():
        drain()
    finish_files(Deadline("media"))
    assert len(names_in(event)) == len(FILTER_SPECS)
    assert public_files(settings) == set(names_in(event))
    assert not unfinished(PublishedRendition).exists()


def test_copy_that_cannot_be_stored_does_not_hold_up_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    EventFactory(image=ImageFactory())
    unlucky = PublishedRendition.objects.first()
    storage = media.public_storage()
    save = storage.save

    def fail_for_one(name: str, content: ContentFile) -> str:
        if name == unlucky.name:
            raise OSError("full")
        return save(name, content)

    with monkeypatch.context() as broken:
        broken.setattr(storage, "save", fail_for_one)
        finish_files(Deadline("media"))
    assert [copy.pk for copy in unfinished(PublishedRendition)] == [unlucky.pk]
    finish_files(Deadline("media"))
    assert len(public_files(settings)) == len(FILTER_SPECS)
