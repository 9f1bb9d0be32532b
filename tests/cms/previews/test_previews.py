"""Links to drafts: who may make one, what it shows, when it ends."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.signing import TimestampSigner, dumps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission
from wagtail.rich_text import RichText

from cms.basepage.models import BasePage
from cms.models import Document, EventIndexPage, PublishedRendition
from cms.previews.links import make
from tests.factories import (
    EventFactory,
    ImageFactory,
    OrganizationFactory,
    ProjectFactory,
    StandardPageFactory,
    home_page,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def person(name: str, *actions: str, below: BasePage | None = None):
    """Return somebody who may do these things with pages below a page, and open the admin."""
    user = get_user_model().objects.create_user(name, f"{name}@example.org", "haslo")
    group = Group.objects.create(name=name)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for action in actions:
        permission = Permission.objects.get(
            content_type__app_label="basepage", codename=f"{action}_basepage"
        )
        GroupPagePermission.objects.create(
            group=group, page=below or home_page(), permission=permission
        )
    user.groups.add(group)
    return user


@pytest.fixture
def editor(db):
    return person("ola", "add", "change")


def draft_event(**fields):
    """Return an event that was never published, with a revision as the editor saves it."""
    page = EventFactory(draft=True, **{"title": "Szkic gali", "slug": "gala", **fields})
    page.save_revision()
    return page


def token_for(page, user) -> str:
    return make(BasePage.objects.get(pk=page.pk), user).token


def api(token: str, **extra):
    return Client().get(f"/api/v1/preview/{token}/", **extra)


def html(token: str, **extra):
    return Client().get(f"/podglad/{token}/", **extra)


def statuses(token: str) -> tuple[int, int]:
    return api(token).status_code, html(token).status_code


# --- What it shows -------------------------------------------------------------------------------


def test_draft_is_answered_as_the_document_that_it_would_be(editor):
    organization = OrganizationFactory(slug="swit")
    project = ProjectFactory(slug="projekt")
    page = draft_event(
        project=project,
        organizers=[organization],
        body=[("paragraph", RichText("<p>Treść</p>"))],
        timed=True,
    )
    answer = api(token_for(page, editor))
    assert answer.status_code == 200
    document = answer.json()
    published = publish(page)
    stored = Client().get("/api/v1/events/gala/").json()
    differing = {name for name in stored if stored[name] != document[name]}
    assert set(document) == set(stored)
    assert differing == {"id", "version", "published_at", "updated_at"}
    assert document["id"] == "00000000-0000-0000-0000-000000000000"
    assert document["version"] == 0
    assert document["url"] == f"http://testserver{published.url}"


def test_draft_of_a_published_page_keeps_its_id_and_shows_what_is_not_published(editor):
    page = EventFactory(title="Jawny tytuł")
    page.title = "Nowy tytuł"
    page.save_revision()
    document = api(token_for(page, editor)).json()
    assert document["title"] == "Nowy tytuł"
    assert document["id"] == str(Document.objects.get(page_id=page.pk).pk)
    assert Client().get(f"/api/v1/events/{page.slug}/").json()["title"] == "Jawny tytuł"


def test_link_shows_the_latest_draft_so_that_what_was_taken_out_is_gone(editor):
    page = draft_event(summary="Z nazwiskiem")
    token = token_for(page, editor)
    page.summary = "Bez nazwiska"
    page.save_revision()
    assert api(token).json()["summary"] == "Bez nazwiska"
    assert "Z nazwiskiem" not in html(token).content.decode()


def test_page_of_the_draft_looks_like_the_published_one_and_says_that_it_is_none(editor):
    page = draft_event(summary="O czym będzie")
    answer = html(token_for(page, editor))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>Szkic gali</h1>" in text
    assert "O czym będzie" in text
    assert "Szkic strony" in text
    assert "jeszcze nieopublikowany" in text
    assert '<meta name="robots" content="noindex">' in text
    assert "wagtail-userbar" not in text


def test_page_says_nothing_of_a_draft_to_those_without_the_link():
    draft_event()
    assert Client().get("/wydarzenia/gala/").status_code == 404
    published = EventFactory()
    assert "Szkic strony" not in Client().get(published.url).content.decode()


@pytest.mark.parametrize("factory", [EventFactory, OrganizationFactory, ProjectFactory])
def test_every_type_of_document_can_be_previewed(factory, editor):
    page = factory(draft=True, title="Szkic czegoś")
    page.save_revision()
    token = token_for(page, editor)
    assert api(token).json()["title"] == "Szkic czegoś"
    assert "Szkic czegoś" in html(token).content.decode()


def test_private_fields_and_private_pages_are_not_in_a_preview(editor):
    private = OrganizationFactory(title="Szyszkownik")
    make_private(private)
    page = draft_event(staff_notes="Szyszkownik", organizers=[private])
    group = OrganizationFactory(draft=True, informal=True, email="szyszkownik@example.org")
    group.save_revision()
    for token in (token_for(page, editor), token_for(group, editor)):
        for answer in (api(token), html(token)):
            assert answer.status_code == 200
            assert "szyszkownik" not in answer.content.decode().lower()


def test_sample_is_marked_as_one_also_when_only_what_it_shows_is(editor):
    page = draft_event(organizers=[OrganizationFactory(is_sample=True)])
    assert api(token_for(page, editor)).json()["is_sample"] is True
    assert api(token_for(draft_event(slug="druga"), editor)).json()["is_sample"] is False


# --- Images --------------------------------------------------------------------------------------


def test_images_of_the_draft_open_by_the_link_alone_and_no_original_does(editor):
    image, in_body = ImageFactory(), ImageFactory()
    page = draft_event(image=image, body=[("image", in_body)])
    token = token_for(page, editor)
    document = api(token).json()
    addresses = [copy["url"] for copy in document["image"]["renditions"]]
    addresses += [copy["url"] for copy in document["body"][0]["value"]["renditions"]]
    assert len(addresses) == 6
    for address in addresses:
        assert address.startswith(f"http://testserver/podglad/{token}/obrazy/")
        answer = Client().get(address.removeprefix("http://testserver"))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.getvalue().startswith(b"RIFF")
    assert "/admin/media/" not in html(token).content.decode()
    assert f"/podglad/{token}/obrazy/" in html(token).content.decode()
    assert not PublishedRendition.objects.exists()


def test_link_opens_no_image_that_the_draft_does_not_show(editor):
    shown, other = ImageFactory(), ImageFactory()
    page = draft_event(image=shown)
    token = token_for(page, editor)
    for image_id, size in ((other.pk, 0), (shown.pk, 3), (shown.pk, 99), (10**9, 0)):
        path = reverse("preview_image", args=(token, image_id, size))
        assert Client().get(path).status_code == 404, path
    page.image = None
    page.save_revision()
    assert Client().get(reverse("preview_image", args=(token, shown.pk, 0))).status_code == 404


# --- How it is answered --------------------------------------------------------------------------


def test_nothing_of_a_preview_is_kept_or_indexed(editor):
    token = token_for(draft_event(), editor)
    page = token_for(EventFactory(), editor)
    BasePage.objects.get(slug="gala").delete()
    for answer in (
        api(page),
        html(page),
        api(token),
        html(token),
        api("x"),
        api(page, data={"a": 1}),
    ):
        assert answer.headers["Cache-Control"] == "private, no-store", answer.status_code
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "ETag" not in answer.headers
        assert "Last-Modified" not in answer.headers
    assert api(page, headers={"If-None-Match": "*"}).status_code == 200


def test_preview_counts_like_every_other_request(editor, settings):
    settings.API_RATES = {"default": (2, 3600), "trusted": (2, 3600)}
    token = token_for(draft_event(), editor)
    assert api(token).headers["RateLimit"].startswith('"default";r=1;')
    assert [api(token).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_preview_is_for_reading(method, editor):
    token = token_for(draft_event(), editor)
    for path in (f"/api/v1/preview/{token}/", f"/podglad/{token}/"):
        assert getattr(Client(), method)(path).status_code == 405


# --- When it ends --------------------------------------------------------------------------------


def test_link_ends_after_a_week(editor):
    token = token_for(draft_event(), editor)
    now = timezone.now()
    with time_machine.travel(now + WEEK - timedelta(minutes=1)):
        assert statuses(token) == (200, 200)
    with time_machine.travel(now + WEEK + timedelta(minutes=1)):
        answer = api(token)
        assert answer.status_code == 410
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["type"].endswith("/problems/link-over/")
        page = html(token)
        assert page.status_code == 410
        assert "Ten podgląd już nie działa" in page.content.decode()
        assert "Szkic gali" not in page.content.decode()


def forged(token: str) -> list[str]:
    payload, made_at, signature = token.split(".")
    other = f"{payload[:-2]}{'A' if payload[-2] != 'A' else 'B'}{payload[-1]}"
    return [
        f"{other}.{made_at}.{signature}",
        f"{payload}.zzzzzz.{signature}",
        f"{payload}.{made_at}.{signature[:-1]}",
        f"{payload}.{made_at}",
        payload,
        "x" * 5000,
        "..",
        "ż",
        "%00",
        "a%2Fb",
    ]


def test_forged_link_is_none(editor):
    token = token_for(draft_event(), editor)
    for one in forged(token):
        assert statuses(one) == (404, 404), one
    assert api(forged(token)[0]).json()["detail"] == "This is no link to a draft."


def test_signature_of_something_else_opens_nothing(editor):

    page = draft_event()
    for signed in (
        TimestampSigner(sep=".").sign_object([page.pk, editor.pk, 0]),
        TimestampSigner(salt="razem: link", sep=".").sign_object([page.pk, editor.pk, 0]),
        dumps([page.pk, editor.pk, 0]),
    ):
        assert statuses(signed) == (404, 404)


def delete(page, user):
    BasePage.objects.get(pk=page.pk).delete()


def hide(page, user):
    make_private(page)


def hide_above(page, user):
    make_private(EventIndexPage.objects.get())


def withdraw(page, user):
    publish(page).unpublish()


def dismiss(page, user):
    user.is_active = False
    user.save()


def demote(page, user):
    user.groups.clear()


def remove(page, user):
    user.delete()


@pytest.mark.parametrize(
    "event",
    [delete, hide, hide_above, withdraw, dismiss, demote, remove],
    ids=lambda one: one.__name__,
)
def test_link_ends_with(event, editor):
    page = draft_event()
    token = token_for(page, editor)
    assert statuses(token) == (200, 200)
    event(page, editor)
    assert statuses(token) == (410, 410)


def test_page_withdrawn_before_can_be_shared_again_while_it_is_reworked(editor):
    page = EventFactory()
    page.unpublish()
    token = token_for(page, editor)
    assert statuses(token) == (200, 200)
    publish(page)
    assert statuses(token) == (200, 200)


# --- Who makes one -------------------------------------------------------------------------------


def share_path(page) -> str:
    return reverse("share_draft", args=[page.pk])


def test_editor_gets_a_link_from_the_page_editor_and_it_works(editor, client):
    page = draft_event()
    client.force_login(editor)
    assert (
        share_path(page)
        in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    )
    answer = client.get(share_path(page))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    text = answer.content.decode()
    assert "Link do podglądu szkicu" in text
    [address] = re.findall(r'id="preview-link"\s+value="http://testserver([^"]+)"', text)
    [api_address] = re.findall(r'href="http://testserver(/api/v1/preview/[^"]+)"', text)
    assert Client().get(address).status_code == 200
    assert Client().get(api_address).json()["title"] == "Szkic gali"


@pytest.mark.parametrize("actions", [(), ("add",), ("publish",)])
def test_who_may_not_edit_the_page_gets_no_link(actions, client):
    page = draft_event()
    client.force_login(person("jan", *actions))
    answer = client.get(share_path(page))
    assert answer.status_code == 302
    assert "podglad" not in answer.headers["Location"]


def test_editor_of_one_part_of_the_site_gets_no_link_to_another(client):
    project = ProjectFactory()
    page = draft_event()
    client.force_login(person("ewa", "add", "change", below=project))
    assert client.get(share_path(page)).status_code == 302
    assert client.get(share_path(project)).status_code == 200


def test_visitor_is_sent_to_the_login(client):
    page = draft_event()
    answer = client.get(share_path(page))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")


def private_event():
    page = EventFactory()
    make_private(page)
    return page


@pytest.mark.parametrize("add", [private_event, StandardPageFactory, EventIndexPage.objects.get])
def test_pages_that_are_no_public_documents_have_no_link(add, editor, client):
    page = add()
    client.force_login(editor)
    assert client.get(share_path(page)).status_code == 302
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert edit.status_code == 200
    assert share_path(page) not in edit.content.decode()


def test_page_that_is_not_there_is_404(editor, client):
    client.force_login(editor)
    assert client.get(reverse("share_draft", args=[10**6])).status_code == 404
