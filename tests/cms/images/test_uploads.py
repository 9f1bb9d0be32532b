"""What becomes of a picture at upload, by each of the ways in; what is refused leaves nothing."""

import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection, UploadedFile

from cms.accounts.models import User
from cms.images.uploads import delete_old_uploads, has_old_uploads
from cms.jobs.deadline import Deadline
from cms.models import CentreImage
from tests.cms.images import pictures
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db

FIELDS = {
    "title": "Zdjęcie",
    "description": "Ludzie przy stole",
    "author": "Autorka (przykład)",
    "licence": "CC BY 4.0",
}


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("redakcja"))
    return client


def upload(client, name, data, **fields):
    values = {**FIELDS, "collection": Collection.get_first_root_node().pk, **fields}
    file = SimpleUploadedFile(name, data, "image/*")
    return client.post(reverse("wagtailimages:add"), {**values, "file": file})


def upload_many(client, name, data, **shared):
    values = {"title": "IMG_1", "collection": Collection.get_first_root_node().pk, **shared}
    file = SimpleUploadedFile(name, data, "image/*")
    return client.post(reverse("wagtailimages:add_multiple"), {**values, "files[]": file}).json()


def errors_of(answer):
    assert answer.status_code == 200
    return answer.context["form"].errors


def private_files(settings):
    root = Path(settings.PRIVATE_MEDIA_ROOT)
    return [path for path in root.rglob("*") if path.is_file()]


def original():
    file = CentreImage.objects.get().file
    with file.open("rb") as source:
        return file.name, source.read()


def assert_tells_nothing(data):
    for word in (pictures.SECRET.encode(), b"Exif", b"EXIF", b"xmpmeta", b"ICC_PROFILE", b"iCCP"):
        assert word not in data
    with Image.open(BytesIO(data)) as image:
        assert not image.getexif()


# --- What is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "name", "ending"),
    [
        (pictures.phone_photo, "IMG_1.JPG", ".jpg"),
        (pictures.png_with_texts, "a.png", ".png"),
        (pictures.webp_with_exif, "a.webp", ".webp"),
        (pictures.heic, "IMG_2.heic", ".jpg"),
        (pictures.avif, "a.avif", ".webp"),
        (pictures.still_gif, "a.gif", ".png"),
        (pictures.cmyk_jpeg, "druk.jpg", ".jpg"),
        (pictures.wide_gamut_jpeg, "a.jpeg", ".jpg"),
    ],
)
def test_stored_original_shows_the_picture_and_tells_nothing_else(
    make, name, ending, staff, settings
):
    data = make()
    assert upload(staff, name, data).status_code == 302
    stored_name, stored = original()
    assert stored_name.endswith(ending)
    assert_tells_nothing(stored)
    with Image.open(BytesIO(stored)) as image:
        shown = image.convert("RGB")
    is_upright = shown.height > shown.width
    first = shown.getpixel((shown.width // 2, 5) if is_upright else (5, shown.height // 2))
    assert first[0] > 200 > 60 > first[2]
    assert is_upright is (make is pictures.phone_photo)
    for file in private_files(settings):
        assert pictures.SECRET.encode() not in file.read_bytes()


def test_photo_of_a_phone_is_shrunk_to_the_longest_edge_and_never_enlarged(staff, settings):
    settings.IMAGES_LONGEST_EDGE_PIXELS = 500
    upload(staff, "a.jpg", pictures.phone_photo(1800, 1200))
    upload(staff, "b.jpg", pictures.phone_photo(300, 200))
    sizes = list(CentreImage.objects.order_by("pk").values_list("width", "height"))
    assert sizes == [(333, 500), (200, 300)]


def test_picture_of_16_bits_keeps_its_brightness(staff):
    upload(staff, "skan.png", pictures.deep_png())
    with Image.open(BytesIO(original()[1])) as image:
        assert image.convert("L").getpixel((50, 50)) == pytest.approx(127, abs=2)


def test_transparency_of_a_logo_is_kept(staff):
    upload(staff, "logo.png", pictures.saved(Image.new("RGBA", (60, 40), (255, 0, 0, 0)), "PNG"))
    with Image.open(BytesIO(original()[1])) as image:
        assert image.convert("RGBA").getpixel((5, 5))[3] == 0


# --- What is refused -----------------------------------------------------------------------------

REFUSED = [
    (pictures.truncated_jpeg, "a.jpg", "uszkodzony"),
    (pictures.damaged_png, "a.png", "uszkodzony"),
    (pictures.page, "a.jpg", "treść ma format svg"),
    (pictures.drawing, "a.png", "treść ma format svg"),
    (pictures.phone_photo, "a.png", "nie jest tym, na co wskazuje jego nazwa"),
    (pictures.phone_photo, "a.svg", "SVG|rozszerzenie|format"),
    (pictures.moving("GIF"), "a.gif", "porusza"),
    (pictures.moving("WEBP"), "a.webp", "porusza"),
    (pictures.moving("PNG"), "a.png", "nie jest obrazem"),
    (pictures.bomb, "a.png", "za duży"),
]


@pytest.mark.parametrize(("make", "name", "words"), REFUSED)
def test_unfit_file_is_refused_in_words_and_leaves_nothing(make, name, words, staff, settings):
    [message] = errors_of(upload(staff, name, make()))["file"]
    assert re.search(words, message), message
    assert not CentreImage.objects.exists()
    assert private_files(settings) == []


@pytest.mark.parametrize(("make", "name", "words"), REFUSED)
def test_unfit_file_among_many_is_refused_likewise(make, name, words, staff, settings):
    answer = upload_many(staff, name, make())
    assert answer["success"] is False
    assert re.search(words, answer["error_message"]), answer
    assert not UploadedFile.objects.exists()
    assert private_files(settings) == []


def test_too_many_bytes_are_refused(staff, settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 1000
    [message] = errors_of(upload(staff, "a.jpg", pictures.phone_photo()))["file"]
    assert "za duży" in message
    assert private_files(settings) == []


# --- What is asked -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"author": ""}, "author"),
        ({"licence": ""}, "licence"),
        ({"description": ""}, "description"),
        ({"shows_people": "on"}, "consent_reference"),
        ({"consent_reference": "12/2026"}, "shows_people"),
        ({"consent_withdrawn_on": "2999-01-01"}, "consent_withdrawn_on"),
    ],
)
def test_form_asks_for_what_is_lacking(fields, wrong, staff, settings):
    assert set(errors_of(upload(staff, "a.jpg", pictures.phone_photo(), **fields))) == {wrong}
    assert private_files(settings) == []


def test_decorative_picture_and_unknown_author_are_said_so(staff):
    fields = {"description": "", "is_decorative": "on", "author": "nie podano"}
    assert upload(staff, "a.jpg", pictures.phone_photo(), **fields).status_code == 302
    image = CentreImage.objects.get()
    assert image.is_decorative
    assert image.credit == {"author": None, "licence": "CC BY 4.0"}


def test_older_image_without_its_author_can_be_completed_in_the_editor(staff):
    image = ImageFactory(author="nie podano")
    values = {**FIELDS, "collection": image.collection_id}
    answer = staff.post(reverse("wagtailimages:edit", args=[image.pk]), values)
    assert answer.status_code == 302
    image.refresh_from_db()
    assert image.author == FIELDS["author"]


# --- Many at once --------------------------------------------------------------------------------

SHARED = {
    "author": "Autor (przykład)",
    "licence": "CC0 1.0",
    "shows_people": "on",
    "consent_reference": "12/2026",
    "consent_expires_on": "2030-05-01",
}


def test_of_many_only_the_alternative_text_is_left_to_write(staff, settings):
    for name in ("a.jpg", "b.jpg"):
        answer = upload_many(staff, name, pictures.phone_photo(), **SHARED)
        assert answer["success"] is True
        form = BeautifulSoup(answer["form"], "html.parser").form
        prefix = f"uploaded-image-{answer['uploaded_file_id']}"
        values = {
            field["name"]: "on" if field.get("type") == "checkbox" else field.get("value", "")
            for field in form.select("input")
            if field.get("type") != "checkbox" or field.has_attr("checked")
        } | {f"{prefix}-collection": Collection.get_first_root_node().pk}
        refused = staff.post(form["action"], values).json()
        assert refused["success"] is False
        assert "czego dotyczy" in refused["form"] or "Opisz" in refused["form"]
        values[f"{prefix}-description"] = "Ludzie"
        assert staff.post(form["action"], values).json()["success"] is True

    first, second = CentreImage.objects.all()
    for image in (first, second):
        assert (image.title, image.author, image.licence) == (
            "IMG_1",
            "Autor (przykład)",
            "CC0 1.0",
        )
        assert (image.shows_people, image.consent_reference) == (True, "12/2026")
        assert image.consent_expires_on.isoformat() == "2030-05-01"
    assert not UploadedFile.objects.exists()
    for file in private_files(settings):
        assert pictures.SECRET.encode() not in file.read_bytes()


def test_waiting_upload_tells_nothing_of_the_camera(staff, settings):
    upload_many(staff, "a.jpg", pictures.phone_photo())
    [file] = private_files(settings)
    assert_tells_nothing(file.read_bytes())


def test_many_are_not_for_who_may_add_no_images(client):
    client.force_login(User.objects.create_user("obcy", password="x"))
    file = SimpleUploadedFile("a.jpg", pictures.phone_photo(), "image/jpeg")
    answer = client.post(reverse("wagtailimages:add_multiple"), {"files[]": file})
    assert answer.status_code in {302, 403}
    assert not UploadedFile.objects.exists()


def test_upload_that_nobody_completed_is_deleted_a_day_later(staff, settings, time_machine):
    time_machine.move_to("2026-05-03 10:00Z", tick=False)
    upload_many(staff, "a.jpg", pictures.phone_photo())
    [file] = private_files(settings)
    upload_many(staff, "b.jpg", pictures.phone_photo())
    os.utime(file, (0, 0))
    assert has_old_uploads()
    assert delete_old_uploads(Deadline("uploads")) is False
    assert not has_old_uploads()
    assert UploadedFile.objects.count() == 1
    assert len(private_files(settings)) == 1
