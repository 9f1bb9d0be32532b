"""Drafts, expired and private pages, markup: what never stands on a public page."""

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from cms.models import Document
from tests.cms.pages.helpers import preview, words
from tests.factories import (
    EventFactory,
    ImageFactory,
    StandardPageFactory,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db


def test_page_shows_the_stored_document_not_the_pages_fields(read):
    page = EventFactory(title="Gala", staff_notes="Zadzwonić do prezes")
    type(page).objects.filter(pk=page.pk).update(title="Zmienione bez dokumentu")

    html = str(read(page))

    assert "Zadzwonić" not in html
    assert "Zmienione bez dokumentu" not in html


def test_draft_stands_in_the_preview_only(read):
    page = EventFactory(title="Gala", summary="Stara zajawka")
    draft = type(page).objects.get(pk=page.pk)
    draft.summary = "Nowa zajawka"
    draft.staff_notes = "Nie pokazywać"
    draft.save_revision()

    shown = preview(draft)

    assert "Nowa zajawka" in words(shown.article)
    assert "Nie pokazywać" not in str(shown)
    assert "Nowa zajawka" not in words(read(page))


def test_preview_of_an_event_without_a_date_says_so(read):
    page = EventFactory()
    page.start_date = None

    assert "termin do ustalenia" in words(preview(page).find(class_="facts"))


def test_preview_is_polish_whatever_language_the_editor_uses():
    page = EventFactory(proposed=True)

    with translation.override("en"):
        shown = preview(page)

    assert "termin proponowany" in words(shown.article)


def test_expired_page_is_gone_before_the_sweep_has_seen_it(client):
    page = EventFactory()
    Document.objects.filter(page_id=page.pk).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )

    assert client.get(page.get_url()).status_code == 410


def test_private_page_asks_for_login_and_tells_nothing(client):
    page = EventFactory(title="Tajna narada")
    make_private(page)

    response = client.get(page.get_url())

    assert response.status_code == 302
    assert "/_util/login/" in response.url
    form = client.get(response.url).content.decode()
    assert "Zaloguj się" in form
    assert "Tajna narada" not in form


def test_page_with_a_password_opens_to_who_knows_it(client):
    page = EventFactory(title="Tajna narada", image=ImageFactory(), staff_notes="Tylko dla nas")
    PageViewRestriction.objects.create(
        page_id=page.pk, restriction_type=PageViewRestriction.PASSWORD, password="razem"
    )

    asked = client.get(page.get_url())
    soup = BeautifulSoup(asked.content, "html.parser")
    assert "Tajna narada" not in str(soup)
    answer = client.post(
        soup.main.form["action"], {"password": "razem", "return_url": page.get_url()}
    )
    assert answer.status_code == 302

    opened = BeautifulSoup(client.get(page.get_url()).content, "html.parser")
    assert words(opened.h1) == "Tajna narada"
    assert opened.article.img is None  # its images are private, and broken pictures help nobody
    assert "Tylko dla nas" not in str(opened)


def test_standard_page_links_only_to_what_is_public(read):
    event = EventFactory(slug="gala")
    plain = StandardPageFactory(slug="kontakt")
    private = EventFactory(slug="tajne")
    make_private(private)
    draft = EventFactory(slug="szkic", draft=True)
    links = "".join(
        f'<p><a linktype="page" id="{page.pk}">{page.slug}</a></p>'
        for page in (event, plain, private, draft)
    )
    page = StandardPageFactory(slug="linki", body=[("paragraph", links)])

    prose = read(page).find(class_="prose")

    shown = {words(link): link.get("href") for link in prose.find_all("a")}
    assert shown["gala"] == "http://testserver/wydarzenia/gala/"
    assert shown["kontakt"] == "http://testserver/kontakt/"
    assert shown.get("tajne") is None
    assert shown.get("szkic") is None
    assert "tajne szkic" in words(prose)


def test_body_markup_is_sanitized(read):
    harmful = '<p onclick="x()">Tekst <script>x()</script><a href="javascript:x()">klik</a></p>'
    for page in (
        StandardPageFactory(body=[("paragraph", harmful)]),
        EventFactory(body=[("paragraph", harmful)]),
    ):
        prose = read(page).find(class_="prose")
        assert "script" not in str(prose)
        assert "onclick" not in str(prose)


def test_public_address_at_a_destination_is_the_canonical_one(read):
    page = publish(EventFactory(slug="gala"))
    document = Document.objects.get(page_id=page.pk)
    payload = json.loads(document.payload) | {"url": "http://testserver/elsewhere/gala/"}
    Document.objects.filter(pk=document.pk).update(payload=json.dumps(payload).encode())

    assert read(page).find("link", rel="canonical")["href"] == "http://testserver/elsewhere/gala/"
