"""How editors look at a draft: as our page, in the municipality's section, in a newsletter."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.models import Document, DocumentDependency, PublishedRendition, Sequence
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import (
    ActivityFactory,
    ContestFactory,
    EventFactory,
    ImageFactory,
    NewsFactory,
    OrganizationFactory,
    ProjectFactory,
    ResourceFactory,
    home_page,
    publish,
)

pytestmark = pytest.mark.django_db

FACTORIES = (
    ActivityFactory,
    ContestFactory,
    EventFactory,
    NewsFactory,
    OrganizationFactory,
    ProjectFactory,
    ResourceFactory,
)
IN_MAIL = (EventFactory, OrganizationFactory)
TITLE = "Z formularza, niezapisane"


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_superuser("redakcja"))
    return client


def soup(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def filled_in(editor, address, **fields):
    """Return what a browser would send from the editor's form."""
    form = soup(editor.get(address)).find(id="page-edit-form")
    values = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = [one["value"] for one in field.select("option[selected]")]
            values[field["name"]] = chosen if field.has_attr("multiple") else (chosen or [""])[0]
        elif field.name == "textarea":
            values[field["name"]] = field.get_text()
        else:
            values[field["name"]] = field.get("value", "")
    return values | {"body-count": "0"} | fields


def addresses(page, is_new):
    """Return the addresses of the form and of its preview."""
    if not is_new:
        return [
            reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
            for name in ("edit", "preview_on_edit")
        ]
    args = [page._meta.app_label, page._meta.model_name, page.get_parent().pk]
    return [reverse(f"wagtailadmin_pages:{name}", args=args) for name in ("add", "preview_on_add")]


def state():
    return (
        list(Document.objects.order_by("pk").values_list("pk", "sequence", "payload", "is_live")),
        list(Sequence.objects.values_list("value", flat=True)),
        DocumentDependency.objects.count(),
        PublishedRendition.objects.count(),
    )


def modes_of(page):
    return {mode: str(label) for mode, label in page.preview_modes}


@pytest.mark.parametrize("factory", FACTORIES)
def test_modes_are_offered_by_type_in_sizes_of_desktop_and_phone(factory):
    page = factory(draft=True)
    offered = modes_of(page)
    assert offered.pop("") == "Strona w tym serwisie"
    assert offered.pop("municipal") == "Jak w serwisie gminy"
    assert offered == ({"mail": "Jak w newsletterze"} if factory in IN_MAIL else {})
    assert {"mobile", "desktop"} <= {size["name"] for size in page.preview_sizes}


@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize("factory", FACTORIES)
def test_each_mode_shows_what_is_in_the_form_and_writes_nothing(factory, is_new, editor):
    page = factory(draft=True)
    page.save_revision()
    publish(EventFactory(title="Inne wydarzenie"))
    form, preview = addresses(page, is_new)
    values = filled_in(editor, form, title=TITLE, summary="Streszczenie z formularza.")
    before = state()

    assert editor.post(preview, values).json()["is_valid"] is True
    for mode in modes_of(page):
        answer = editor.get(f"{preview}?mode={mode}&in_preview_panel=true")
        shown = soup(answer).get_text(" ").replace("\u00a0", " ")
        assert TITLE in shown, mode
        assert "Streszczenie z formularza." in shown
        assert answer["X-Frame-Options"] == "SAMEORIGIN"

    assert state() == before
    page.refresh_from_db()
    assert not page.live
    assert page.title != TITLE


def test_municipal_preview_is_the_fragment_and_the_page_with_images_only_staff_can_open(editor):
    event = EventFactory(
        draft=True,
        title="Gala",
        proposed=True,
        image=ImageFactory(description="Ludzie na scenie"),
        body=[("heading", "Program"), ("paragraph", "<p>Wstęp wolny.</p>")],
    )
    event.save_revision()
    form, preview = addresses(event, is_new=False)
    editor.post(preview, {**filled_in(editor, form), "body-count": "0"})
    shown = soup(editor.get(f"{preview}?mode=municipal"))

    [listed] = shown.select("aside .razem-item")
    assert listed.select_one(".razem-title").get_text() == "Gala"
    assert "termin proponowany" in listed.get_text()
    for place in (shown.article, listed):
        assert place.img["alt"] == "Ludzie na scenie"
        assert "/admin/media/" in place.img["src"]
    assert [heading.name for heading in shown.select("h1, h2, h3")] == ["h1", "h2", "h3"]
    path = "/admin/media/" + shown.article.img["src"].partition("/admin/media/")[2]
    assert Client().get(path).status_code == 302


def test_private_fields_are_in_no_mode(editor):
    page = OrganizationFactory(
        draft=True, informal=True, email="tajne@example.org", staff_notes="Tajne"
    )
    page.save_revision()
    form, preview = addresses(page, is_new=False)
    editor.post(preview, filled_in(editor, form))
    for mode in modes_of(page):
        answer = editor.get(f"{preview}?mode={mode}")
        assert answer.status_code == 200
        assert "ajne" not in answer.content.decode()


@pytest.mark.parametrize("mode", ["", "municipal", "mail"])
def test_previews_are_for_who_may_edit_the_page(mode):
    event = EventFactory(draft=True)
    event.save_revision()
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[event.pk])
    draft = reverse("wagtailadmin_pages:view_draft", args=[event.pk])
    outsider = logged_in(person("gość", may=EDITOR, below=NewsFactory().get_parent()))
    for client in (Client(), outsider):
        assert client.get(f"{address}?mode={mode}").status_code in {302, 403}
        assert client.get(f"{draft}?mode={mode}").status_code in {302, 403}
    assert home_page()
