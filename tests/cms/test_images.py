"""Originals stay private; public copies are there as long as a live document uses them."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import orjson
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from cms.accounts.models import User
from cms.basepage.models import BasePage
from cms.documents import media
from cms.documents.media import FILTER_SPECS, finish_files, make_renditions, unfinished
from cms.documents.rewriting import due_documents
from cms.jobs.deadline import Deadline
from cms.models import CentreImage, PublishedRendition
from tests.cms.documents.world import difference_reasons, drain, live_set
from tests.factories import EventFactory, ImageFactory, document_of, jpeg, make_private, publish

pytestmark = pytest.mark.django_db

FIELDS = {
    "title": "Zdjęcie",
    "description": "Ludzie",
    "author": "Autorka (przykład)",
    "licence": "CC BY 4.0",
}
GPS_INFO, ORIENTATION, ARTIST = 0x8825, 0x0112, 0x013B
TURNED_RIGHT = 6  # the camera was turned: show it rotated by 90°


@pytest.fixture
def committing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> "type[Committing]":
    Committing.capture = staticmethod(django_capture_on_commit_callbacks)
    return Committing


class Committing:
    """A block after which all that waits for the commit is done, as in production."""

    capture: DjangoCaptureOnCommitCallbacks

    def __enter__(self) -> None:
        self.block = self.capture(execute=True)
        self.block.__enter__()

    def __exit__(self, *error: object) -> None:
        self.block.__exit__(*error)


def photo_with_gps() -> bytes:
    """Return a JPEG as a phone makes it: red at its left, blue right, to be shown turned."""
    image = Image.new("RGB", (900, 600), "blue")
    image.paste("red", (0, 0, 450, 600))
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    exif[ARTIST] = "Tajna Autorka"
    exif[GPS_INFO] = {1: "N", 2: (50.0, 9.0, 0.0), 3: "E", 4: (18.0, 40.0, 0.0)}
    buffer = BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=b"Tajny komentarz")
    assert b"Tajna Autorka" in buffer.getvalue()
    return buffer.getvalue()


def broken_jpeg() -> bytes:
    data = jpeg(900, 600)
    return data[: len(data) // 2]


def broken_png() -> bytes:
    """Return a PNG with a right header and a damaged chunk; Pillow raises SyntaxError."""
    buffer = BytesIO()
    Image.effect_noise((300, 200), 90).save(buffer, "PNG")
    data = buffer.getvalue()
    middle = len(data) // 2
    return data[:middle] + b"\x00" * 40 + data[middle + 40 :]


def public_files(settings: Settings) -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {path.name for path in root.rglob("*") if path.is_file()}


def names_in(page: BasePage) -> list[str]:
    """Return the file names of the page's image in its payload, narrowest first."""
    image = orjson.loads(document_of(page).payload)["image"]
    return [rendition["url"].rpartition("/")[2] for rendition in image["renditions"]]


def test_original_and_admin_renditions_are_private(settings: Settings) -> None:
    image = ImageFactory()
    thumbnail = image.get_rendition("max-165x165")
    for file in (image.file, thumbnail.file, *(one.file for one in image.renditions.all())):
        assert Path(file.path).is_relative_to(settings.PRIVATE_MEDIA_ROOT)
        assert file.url.startswith("/admin/media/")
    assert public_files(settings) == set()


def test_upload_in_admin_makes_no_public_file(
    client: Client, settings: Settings, committing: type[Committing]
) -> None:
    client.force_login(User.objects.create_superuser("redakcja"))
    with committing():
        answer = client.post(
            reverse("wagtailimages:add"),
            {
                **FIELDS,
                "file": SimpleUploadedFile("gps.jpg", photo_with_gps(), "image/jpeg"),
                "collection": CentreImage._meta.get_field("collection").get_default(),
            },
        )
    assert answer.status_code == 302
    image = CentreImage.objects.get()
    assert {one.filter_spec for one in image.renditions.all()} >= set(FILTER_SPECS)
    assert public_files(settings) == set()


@pytest.mark.parametrize(("make", "name"), [(broken_jpeg, "a.jpg"), (broken_png, "a.png")])
def test_broken_picture_is_refused_at_upload_and_leaves_nothing(
    make: Callable[[], bytes], name: str, client: Client, settings: Settings
) -> None:
    client.force_login(User.objects.create_superuser("redakcja"))
    answer = client.post(
        reverse("wagtailimages:add"),
        {
            **FIELDS,
            "file": SimpleUploadedFile(name, make(), "image/*"),
            "collection": CentreImage._meta.get_field("collection").get_default(),
        },
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not CentreImage.objects.exists()
    assert not list(Path(settings.PRIVATE_MEDIA_ROOT).rglob("*.*"))


@pytest.mark.parametrize("path", ["original_images", "images"])
def test_private_files_are_served_to_staff_only(client: Client, path: str) -> None:
    image = ImageFactory()
    file = image.file if path == "original_images" else image.get_rendition("width-100").file
    assert file.name.startswith(path)
    assert client.get(file.url).status_code in {302, 403}
    client.force_login(User.objects.create_user("obcy", password="x"))
    assert client.get(file.url).status_code in {302, 403}
    client.force_login(User.objects.create_superuser("redakcja"))
    assert client.get(file.url).status_code == 200


def test_public_copies_appear_after_commit_under_unguessable_names(
    settings: Settings, committing: type[Committing]
) -> None:
    image = ImageFactory()
    with committing():
        event = EventFactory(image=image)
        assert public_files(settings) == set()
    names = names_in(event)
    assert public_files(settings) == set(names)
    for name in names:
        assert re.fullmatch(r"[0-9a-f]{32}\.webp", name)
    assert orjson.loads(document_of(event).payload)["image"]["url"] == (
        f"http://testserver/media/{names[-1]}"
    )
    assert not unfinished(PublishedRendition).exists()


def test_public_copies_are_upright_and_tell_nothing_of_the_camera(
    settings: Settings, committing: type[Committing]
) -> None:
    image = ImageFactory(file=ContentFile(photo_with_gps(), name="tajna-nazwa.jpg"))
    with committing():
        event = EventFactory(image=image)
    for name in names_in(event):
        data = (Path(settings.MEDIA_ROOT) / name).read_bytes()
        for word in (b"Tajn", b"tajn", b"Exif", b"EXIF", b"GPS", b"XMP"):
            assert word not in data
        with Image.open(BytesIO(data)) as copy:
            assert not copy.getexif()
            assert copy.height > copy.width
            top = copy.convert("RGB").getpixel((copy.width // 2, 5))
            bottom = copy.convert("RGB").getpixel((copy.width // 2, copy.height - 5))
        assert top[0] > 200 > 60 > top[2]
        assert bottom[2] > 200 > 60 > bottom[0]
    assert "tajna-nazwa" not in document_of(event).payload.decode()


def test_payload_has_sizes_of_the_files(settings: Settings, committing: type[Committing]) -> None:
    with committing():
        event = EventFactory(image=ImageFactory(file=ContentFile(jpeg(1700, 900), name="a.jpg")))
    renditions = orjson.loads(document_of(event).payload)["image"]["renditions"]
    assert [one["width"] for one in renditions] == [400, 800, 1600]
    for one in renditions:
        with Image.open(Path(settings.MEDIA_ROOT) / one["url"].rpartition("/")[2]) as copy:
            assert copy.size == (one["width"], one["height"])


def unpublish(page: BasePage) -> None:
    type(page).objects.get(pk=page.pk).unpublish()


def delete(page: BasePage) -> None:
    type(page).objects.get(pk=page.pk).delete()


def take_image_off(page: BasePage) -> None:
    publish(page, image=None)


@pytest.mark.parametrize("withdraw", [unpublish, delete, make_private, take_image_off])
def test_copies_go_with_last_live_document_that_uses_them(
    withdraw: Callable[[BasePage], None], settings: Settings, committing: type[Committing]
) -> None:
    image = ImageFactory()
    with committing():
        first, second = EventFactory(image=image), EventFactory(image=image)
    names = set(names_in(first))
    assert names == set(names_in(second))

    with committing():
        withdraw(first)
    assert public_files(settings) == names

    with committing():
        withdraw(second)
    assert public_files(settings) == set()
    assert not PublishedRendition.objects.exists()


def test_image_of_body_is_public_only_while_document_is_live(
    settings: Settings, committing: type[Committing]
) -> None:
    image = ImageFactory()
    image.decorative, image.contextual_alt_text = False, "Ludzie"
    with committing():
        event = EventFactory(body=[("image", image)])
    assert len(public_files(settings)) == len(FILTER_SPECS)
    with committing():
        unpublish(event)
    assert public_files(settings) == set()


def test_copies_of_page_published_again_have_new_names(committing: type[Committing]) -> None:
    with committing():
        event = EventFactory(image=ImageFactory())
    before = names_in(event)
    with committing():
        unpublish(event)
    with committing():
        publish(event)
    assert not set(before) & set(names_in(event))


@pytest.mark.parametrize("in_bulk", [False, True])
def test_deleted_image_leaves_no_file_and_no_address(
    in_bulk: bool, settings: Settings, committing: type[Committing]
) -> None:
    image = ImageFactory()
    image.decorative, image.contextual_alt_text = False, "Ludzie"
    with committing():
        event = EventFactory(image=image, body=[("heading", "Zdjęcia"), ("image", image)])
    with committing():
        if in_bulk:
            CentreImage.objects.filter(pk=image.pk).delete()
        else:
            image.delete()
    payload = orjson.loads(document_of(event).payload)
    assert payload["image"] is None
    assert [block["type"] for block in payload["body"]] == ["heading"]
    assert public_files(settings) == set()
    drain()
    assert difference_reasons() == []


def test_image_replaced_in_admin_replaces_copies(
    client: Client, settings: Settings, committing: type[Committing]
) -> None:
    client.force_login(User.objects.create_superuser("redakcja"))
    image = ImageFactory()
    with committing():
        event = EventFactory(image=image)
    before = set(names_in(event))
    with committing():
        answer = client.post(
            reverse("wagtailimages:edit", args=[image.pk]),
            {
                **FIELDS,
                "file": SimpleUploadedFile("nowe.jpg", jpeg(500, 400, "red"), "image/jpeg"),
                "collection": image.collection_id,
            },
        )
    assert answer.status_code == 302
    with committing():
        drain()
    after = set(names_in(event))
    assert not before & after
    assert public_files(settings) == after
    assert difference_reasons() == []
    with Image.open(Path(settings.MEDIA_ROOT) / names_in(event)[-1]) as copy:
        assert copy.convert("RGB").getpixel((5, 5))[0] > 200


def test_rendition_deleted_while_nothing_else_changed_is_made_again(
    settings: Settings, committing: type[Committing]
) -> None:
    """Another process may have filled Wagtail's cache with what is deleted here."""
    image = ImageFactory()
    image.get_renditions(*FILTER_SPECS)
    with committing():
        event = EventFactory(image=image)
    before = set(names_in(event))
    with committing():
        image.renditions.all().delete()
    with committing():
        drain()
    assert public_files(settings) == set(names_in(event))
    assert not before & set(names_in(event))


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
