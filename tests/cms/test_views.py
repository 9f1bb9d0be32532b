"""Views beside the pages: private files, images of plain pages, privacy, robots.txt, sitemap."""

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from defusedxml import ElementTree
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import resolve, reverse
from wagtail.models import PageViewRestriction

from cms.models import CentreSettings, Document, EventIndexPage
from cms.views import SetPrivacyAtomicallyView
from tests.factories import (
    EventFactory,
    ImageFactory,
    OrganizationFactory,
    StandardPageFactory,
    document_of,
    home_page,
    make_private,
)

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def editor(db):
    user = get_user_model().objects.create_user("redakcja", password="x")
    user.groups.add(Group.objects.get(name="redaktor"))
    return user


@pytest.fixture
def admin_client(client, db):
    client.force_login(get_user_model().objects.create_superuser("admin", password="x"))
    return client


# --- Private files -------------------------------------------------------------------------------


@pytest.fixture
def stored(db):
    """Return the name of a file in private storage."""
    return default_storage.save("original_images/zdjecie.jpg", ContentFile(b"\xff\xd8 picture"))


def private_url(name: str) -> str:
    return reverse("private_media", args=(name,))


def test_private_media_anonymous_is_led_to_the_login(client, stored):
    response = client.get(private_url(stored))

    assert response.status_code == 302
    assert urlsplit(response.url).path == reverse("wagtailadmin_login")


def test_private_media_account_without_access_to_the_admin_gets_nothing(client, stored):
    client.force_login(get_user_model().objects.create_user("ktos", password="x"))

    response = client.get(private_url(stored))

    assert response.status_code == 302
    assert b"picture" not in response.content


def test_private_media_editor_gets_the_file_and_no_shared_cache_keeps_it(client, editor, stored):
    client.force_login(editor)

    response = client.get(private_url(stored))

    assert b"".join(response.streaming_content) == b"\xff\xd8 picture"
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"].startswith("private")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["strona.html", "rysunek.svg"])
def test_private_media_that_could_run_scripts_is_only_downloaded(admin_client, name):
    default_storage.save(name, ContentFile(b"<script>x()</script>"))

    response = admin_client.get(private_url(name))

    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "..%2fsecret.txt",
        "original_images/../../secret.txt",
        "/etc/passwd",
        "nie-ma.jpg",
        "original_images",
        "original_images/zdjecie.jpg/dalej",
        "nul%00.jpg",
        "x" * 300,
    ],
)
def test_private_media_outside_the_storage_or_missing_is_not_found(
    admin_client, stored, tmp_path, name
):
    (tmp_path / "secret.txt").write_text("secret")

    assert admin_client.get(f"/admin/media/{name}").status_code == 404


def test_private_media_is_read_only(admin_client, stored):
    assert admin_client.post(private_url(stored)).status_code == 405


# --- Images of plain pages -----------------------------------------------------------------------


@pytest.fixture
def illustrated(db):
    """Return a standard page that shows an image."""
    block = {"image": ImageFactory().pk, "alt_text": "Ludzie przy stole", "decorative": False}
    page = StandardPageFactory(slug="o-nas")
    page.body = page._meta.get_field("body").to_python([{"type": "image", "value": block}])
    page.save()
    return page


def image_of(client, page):
    return BeautifulSoup(client.get(page.get_url()).content, "html.parser").main.find("img")


def test_image_of_a_plain_page_is_served_with_size_and_alternative(client, illustrated):
    image = image_of(client, illustrated)

    assert image["alt"] == "Ludzie przy stole"
    assert image["width"]
    assert image["height"]
    addresses = [part.split()[0] for part in image["srcset"].split(", ")]
    assert image["src"] in addresses
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        assert response["Content-Type"] == "image/webp"


def test_image_of_a_plain_page_goes_when_the_page_does(client, illustrated):
    address = image_of(client, illustrated)["src"]

    illustrated.unpublish()

    assert client.get(address).status_code == 404


def test_image_of_a_plain_page_goes_when_the_page_shows_it_no_more(client, illustrated):
    address = image_of(client, illustrated)["src"]
    illustrated.body = []
    illustrated.save()

    assert client.get(address).status_code == 404


def test_image_of_a_private_page_is_for_those_who_may_see_the_page(client, illustrated, editor):
    address = image_of(client, illustrated)["src"]
    make_private(illustrated)

    assert client.get(address).status_code == 404
    client.force_login(editor)
    response = client.get(address)
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]


def test_image_address_gives_no_other_image_and_no_document_pages_image(client, illustrated):
    other = ImageFactory()
    event = EventFactory(image=other)

    for page, image, size in (
        (illustrated.pk, other.pk, 0),
        (event.pk, other.pk, 0),
        (10**9, other.pk, 0),
        (illustrated.pk, illustrated.body[0].value.pk, 99),
    ):
        assert client.get(reverse("page_image", args=(page, image, size))).status_code == 404


# --- Privacy -------------------------------------------------------------------------------------


def privacy_url(page) -> str:
    return reverse("wagtailadmin_pages:set_privacy", args=(page.pk,))


def test_admin_sets_privacy_through_our_view():
    match = resolve(reverse("wagtailadmin_pages:set_privacy", args=(7,)))

    assert match.func.view_class is SetPrivacyAtomicallyView


@pytest.mark.django_db
def test_privacy_form_opens_for_staff_only(client, admin_client):
    page = EventFactory()
    assert admin_client.get(privacy_url(page)).json()["step"] == "set_privacy"

    admin_client.logout()
    response = client.get(privacy_url(page))
    assert response.status_code == 302
    assert urlsplit(response.url).path == reverse("wagtailadmin_login")


@pytest.mark.django_db
def test_privacy_of_an_editor_without_the_permission_changes_nothing(client, editor):
    editor.groups.clear()
    editor.user_permissions.add(*access_admin())
    page = EventFactory()
    client.force_login(editor)

    client.post(privacy_url(page), {"restriction_type": "login"})

    assert not PageViewRestriction.objects.exists()
    assert document_of(page).is_live


@pytest.mark.django_db
def test_restricting_a_page_withdraws_the_documents_of_all_below(admin_client):
    pages = [EventFactory(), EventFactory()]
    index = EventIndexPage.objects.get()

    response = admin_client.post(privacy_url(index), {"restriction_type": "login"})

    assert response.json() == {"step": "set_privacy_done", "is_public": False}
    assert [document_of(page).is_live for page in pages] == [False, False]
    assert [bytes(document_of(page).payload) for page in pages] == [b"", b""]

    admin_client.post(privacy_url(index), {"restriction_type": "none"})
    assert [document_of(page).is_live for page in pages] == [True, True]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_restriction_whose_documents_cannot_be_withdrawn_is_not_kept(admin_client, monkeypatch):
    page = EventFactory()

    def fail(path: str) -> None:
        raise RuntimeError("the documents cannot be written")

    monkeypatch.setattr("cms.documents.receivers.refresh_subtree", fail)
    with pytest.raises(RuntimeError):
        admin_client.post(privacy_url(page), {"restriction_type": "login"})

    assert not PageViewRestriction.objects.exists()
    assert document_of(page).is_live


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_restriction_that_fails_after_the_documents_withdraws_none(admin_client, monkeypatch):
    page = EventFactory()
    before = document_of(page).sequence

    def fail(*args, **kwargs) -> None:
        assert not document_of(page).is_live  # it was withdrawn inside the transaction
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr("wagtail.models.pages.log", fail)
    with pytest.raises(RuntimeError):
        admin_client.post(privacy_url(page), {"restriction_type": "login"})

    assert not PageViewRestriction.objects.exists()
    assert document_of(page).is_live
    assert document_of(page).sequence == before


def access_admin():
    return Permission.objects.filter(codename="access_admin")


# --- robots.txt, sitemap.xml ---------------------------------------------------------------------


def test_robots_txt_closes_the_admin_and_names_the_sitemap(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines == [
        "User-agent: *",
        "Disallow: /admin/",
        "Sitemap: http://testserver/sitemap.xml",
    ]


def test_robots_txt_of_a_demo_closes_everything(client, settings):
    settings.IS_DEMO = True

    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


def listed(client) -> dict[str, str | None]:
    """Return the sitemap's addresses with the day of their last change."""
    response = client.get("/sitemap.xml")
    assert response["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(b"".join(response.streaming_content))
    assert root.tag == f"{SITEMAP}urlset"
    return {
        urlsplit(entry.findtext(f"{SITEMAP}loc")).path: entry.findtext(f"{SITEMAP}lastmod")
        for entry in root
    }


@pytest.mark.django_db
def test_sitemap_lists_public_pages_and_nothing_else(client):
    home_page()
    EventFactory(slug="gala")
    StandardPageFactory(slug="kontakt")
    EventFactory(slug="przyklad", is_sample=True)
    EventFactory(slug="wycofane").unpublish()
    EventFactory(slug="szkic", draft=True)
    make_private(OrganizationFactory(slug="tajna"))
    make_private(StandardPageFactory(slug="tajne"))

    found = listed(client)

    indexes = {"/", "/wydarzenia/", "/organizacje/", "/newsletter/"}
    indexes |= {"/aktualnosci/", "/konkursy/", "/materialy/"}
    assert set(found) == indexes | {"/kontakt/", "/wydarzenia/gala/"}
    changed_at = Document.objects.get(slug="gala").updated_at
    assert found["/wydarzenia/gala/"] == f"{changed_at:%Y-%m-%d}"


@pytest.mark.django_db
def test_sitemap_leaves_out_what_has_its_public_page_elsewhere(client):
    EventFactory(slug="tu")
    elsewhere = document_of(EventFactory(slug="tam"))
    payload = bytes(elsewhere.payload).replace(
        b"http://testserver/wydarzenia/tam/", b"https://gmina.example.org/tam/"
    )
    Document.objects.filter(pk=elsewhere.pk).update(payload=payload)
    centre = CentreSettings.load()
    centre.public_url_pattern = "https://gmina.example.org/{slug}/"
    centre.save()

    found = listed(client)

    assert "/wydarzenia/tu/" in found
    assert "/wydarzenia/tam/" not in found


@pytest.mark.django_db
def test_sitemap_costs_the_same_however_long_it_is(client, django_assert_max_num_queries):
    EventFactory.create_batch(5)
    StandardPageFactory.create_batch(5)
    listed(client)

    with django_assert_max_num_queries(6):
        listed(client)
