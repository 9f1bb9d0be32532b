"""Public copies are there as long as a live document uses them."""

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
from pytest_django.fixtures import Settings

from cms.accounts.models import User
from cms.basepage.models import BasePage
from cms.documents.media import FILTER_SPECS, unfinished
from cms.models import CentreImage, PublishedRendition
from tests.cms.documents.world import difference_reasons, drain
from tests.cms.images.helpers import (
    FIELDS,
    Committing,
    names_in,
    photo_with_gps,
    public_files,
    unpublish,
)
from tests.factories import EventFactory, ImageFactory, document_of, jpeg, make_private, publish

pytestmark = pytest.mark.django_db


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


def test_focal_point_reaches_documents_as_parts_of_the_image(
    committing: type[Committing],
) -> None:
    image = ImageFactory()
    event = EventFactory(image=image)
    with committing():
        image.focal_point_x, image.focal_point_y = image.width // 4, image.height // 2
        image.focal_point_width = image.focal_point_height = 10
        image.save()
    drain()
    focus = orjson.loads(document_of(event).payload)["image"]["focus"]
    assert focus == {"x": pytest.approx(0.25, abs=0.01), "y": pytest.approx(0.5, abs=0.01)}
