"""Originals stay private, and a broken picture leaves nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from cms.accounts.models import User
from cms.documents.media import FILTER_SPECS
from cms.models import CentreImage
from tests.cms.images.helpers import (
    FIELDS,
    Committing,
    broken_jpeg,
    broken_png,
    photo_with_gps,
    public_files,
)
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db


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
