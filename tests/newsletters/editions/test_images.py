"""Images of mails: in a format that Outlook shows, there while everyone may see the edition."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from cms.documents.media import MAIL_SPEC
from cms.models import CentreImage
from newsletters.editions.models import NewsletterPage
from newsletters.editions.rendering import RenderingError
from tests.cms.images.helpers import photo_with_gps
from tests.factories import EventFactory, ImageFactory, NewsletterFactory, make_private, publish
from tests.newsletters.editions.helpers import again, mail_of, shown, soup, text

pytestmark = pytest.mark.django_db


def address_in(page: NewsletterPage) -> str:
    """Return the path of the one image in the edition's mail."""
    [image] = soup(mail_of(page).html).find_all("img")
    return image["src"].removeprefix("http://testserver")


def fetch(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    return b"".join(response.streaming_content)


def png(mode: str = "RGBA") -> ContentFile:
    buffer = BytesIO()
    Image.new(mode, (1500, 300), (0, 0, 0, 0)).save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name="logo.png")


def test_image_of_a_mail_is_a_jpeg_of_twice_the_column_without_the_place_it_was_taken(client):
    page = NewsletterFactory(body=[("image", shown(file=ContentFile(photo_with_gps(), "a.jpg")))])
    data = fetch(client, address_in(page))
    assert Image.open(BytesIO(data)).format == "JPEG"
    for secret in (b"Exif", b"GPS", b"Tajn"):
        assert secret not in data


def test_transparent_image_gets_a_white_ground_and_is_not_larger_than_the_column(client):
    page = NewsletterFactory(body=[("image", shown(file=png()))])
    picture = Image.open(BytesIO(fetch(client, address_in(page))))
    assert picture.size == (1200, 240)
    assert picture.getpixel((5, 5)) == (255, 255, 255)
    assert soup(mail_of(page).html).img["width"] == "536"


def test_small_image_is_not_blown_up():
    page = NewsletterFactory(body=[("image", shown())])
    assert soup(mail_of(page).html).img["width"] == "420"


@pytest.mark.parametrize(
    "withdraw",
    [
        pytest.param(lambda page: page.unpublish(), id="unpublished"),
        pytest.param(make_private, id="private"),
        pytest.param(lambda page: make_private(page.get_parent()), id="private above"),
        pytest.param(lambda page: page.delete(), id="deleted"),
        pytest.param(
            lambda page: NewsletterPage.objects.filter(pk=page.pk).update(
                expire_at=timezone.now() - timedelta(seconds=1)
            ),
            id="expired",
        ),
        pytest.param(
            lambda page: publish(page, body=[("paragraph", text("<p>Bez obrazu</p>"))]),
            id="not shown any more",
        ),
    ],
)
def test_image_is_gone_when_the_edition_is_or_shows_it_no_more(client, withdraw):
    page = NewsletterFactory(body=[("image", shown())])
    path = address_in(page)
    fetch(client, path)
    withdraw(page)
    assert client.get(path).status_code == 404


def test_image_of_a_draft_or_of_another_page_is_not_served(client, editor):
    image = shown()
    draft = NewsletterFactory(draft=True, body=[("image", again(image))])
    other = NewsletterFactory()
    event = EventFactory(image=image)
    for page in (draft, other, event):
        assert client.get(f"/newsletter/obrazy/{page.pk}/{image.pk}.jpg").status_code == 404
    assert client.get(f"/newsletter/obrazy/{draft.pk}/999999.jpg").status_code == 404


def test_nothing_is_rendered_for_a_reader(client):
    page = NewsletterFactory(body=[("image", shown())])
    path = address_in(page)
    CentreImage.objects.get().renditions.filter(filter_spec=MAIL_SPEC).delete()
    assert client.get(path).status_code == 404
    assert not CentreImage.objects.get().renditions.filter(filter_spec=MAIL_SPEC).exists()


def test_image_uploaded_before_there_were_newsletters_is_prepared_when_the_edition_is_saved(
    client, django_capture_on_commit_callbacks
):
    image = shown()
    image.renditions.filter(filter_spec=MAIL_SPEC).delete()
    with django_capture_on_commit_callbacks(execute=True):
        page = NewsletterFactory(body=[("image", image)])
    fetch(client, f"/newsletter/obrazy/{page.pk}/{image.pk}.jpg")


def test_image_that_lacks_the_size_is_prepared_when_the_mail_is_made(client):
    image = shown()
    page = NewsletterFactory(body=[("image", image)])
    image.renditions.filter(filter_spec=MAIL_SPEC).delete()
    fetch(client, address_in(page))


def test_damaged_image_is_refused_in_words():
    image = shown(rendered=False, title="Zepsute")
    with image.file.storage.open(image.file.name, "wb") as file:
        file.write(b"no picture")
    page = NewsletterFactory(body=[("image", image)])
    with pytest.raises(RenderingError, match="Obraz „Zepsute” jest uszkodzony"):
        mail_of(page)


def test_replaced_image_is_rendered_anew(django_capture_on_commit_callbacks):
    image = ImageFactory()
    image.renditions.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        image.file = png()
        image.save()
    assert image.renditions.filter(filter_spec=MAIL_SPEC).exists()


def test_image_whose_consent_ended_is_in_no_mail_and_at_no_address(client):
    block = shown(shows_people=True, consent_reference="12/2026")
    page = NewsletterFactory(body=[("image", block), ("paragraph", text("<p>Zapraszamy</p>"))])
    address = address_in(page)
    fetch(client, address)

    image = CentreImage.objects.get()
    image.consent_withdrawn_on = timezone.localdate()
    image.save()

    mail = mail_of(NewsletterPage.objects.get(pk=page.pk))
    assert not soup(mail.html).find_all("img")
    assert "Zapraszamy" in mail.html
    assert client.get(address).status_code == 404
