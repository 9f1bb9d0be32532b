"""What editors see before anything is sent: the page, the mail as HTML, the mail as text."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from newsletters.editions.models import NewsletterIndexPage, NewsletterPage
from newsletters.mailings.models import Mailing
from newsletters.outbox.models import OutgoingMail
from tests.factories import EventFactory, NewsletterFactory, home_page
from tests.newsletters.editions.helpers import coming, flat, shown, soup, text, words
from tests.newsletters.editions.test_rules import comments

pytestmark = pytest.mark.django_db


def preview(page: NewsletterPage, mode: str):
    request = RequestFactory().get("/", SERVER_NAME="testserver")
    return page.make_preview_request(request, mode)


def test_three_previews_are_offered():
    assert [str(name) for _mode, name in NewsletterPage().preview_modes] == [
        "Strona w archiwum",
        "Mail – HTML",
        "Mail – tekst",
    ]


def test_mail_of_a_draft_is_shown_with_its_own_styles_and_no_scripts():
    EventFactory(title="Najbliższe")
    page = NewsletterFactory(draft=True, title="Szkic", body=[coming()])

    response = preview(page, "mail")

    assert response.status_code == 200
    shown_mail = soup(response.content)
    assert shown_mail.h1.get_text() == "Szkic"
    assert "Najbliższe" in shown_mail.get_text()
    policy = response["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'none'" in policy
    assert response.get("X-Frame-Options") != "DENY"


def test_text_of_a_draft_is_shown_as_it_will_stand_in_the_mail():
    page = NewsletterFactory(draft=True, title="Szkic", body=[("paragraph", text("<p>a < b</p>"))])
    shown_text = soup(preview(page, "text").content).pre.get_text()
    assert "SZKIC\n=====" in shown_text
    assert "a < b" in flat(shown_text)


def test_page_of_a_draft_is_shown():
    page = NewsletterFactory(draft=True, title="Szkic", body=[("image", shown())])
    seen = soup(preview(page, "").content)
    assert seen.h1.get_text() == "Szkic"
    assert seen.main.img["src"].startswith("/admin/media/")


def test_images_of_a_draft_have_addresses_that_staff_can_open(editor: Client):
    page = NewsletterFactory(draft=True, body=[("image", shown())])
    address = soup(preview(page, "mail").content).img["src"]
    assert address.startswith("/admin/media/")
    response = editor.get(address)
    assert response.status_code == 200
    b"".join(response.streaming_content)
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("mode", ["mail", "text"])
def test_draft_that_cannot_become_a_mail_says_why(mode):
    page = NewsletterFactory(draft=True, body=[("paragraph", text(f"<p>{'x' * 900}</p>"))])
    response = preview(page, mode)
    assert response.status_code == 200
    assert "za długi, żeby zmieścić się w mailu" in words(response.content)


@pytest.mark.parametrize("mode", ["", "mail", "text"])
@pytest.mark.parametrize("is_new", [True, False])
def test_preview_panel_shows_what_is_in_the_form(editor: Client, mode: str, is_new: bool):
    if is_new:
        home_page()
        archive = NewsletterIndexPage.objects.get()
        args = ["newsletters", "newsletterpage", archive.pk]
        address = reverse("wagtailadmin_pages:preview_on_add", args=args)
    else:
        page = NewsletterFactory()
        address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    data = nested_form_data(
        {
            "title": "Z formularza",
            "slug": "z-formularza",
            "summary": "",
            "preheader": "",
            "comments": comments(),
            "body": streamfield(
                [
                    ("paragraph", rich_text("<p>Treść z formularza</p>")),
                    ("events", {"heading": "", "limit": "3", "events": streamfield([])}),
                    ("button", {"label": "", "url": "to nie adres"}),
                ]
            ),
        }
    )
    assert editor.post(address, data).json() == {"is_valid": True, "is_available": True}

    response = editor.get(f"{address}?mode={mode}&in_preview_panel=true")

    assert response.status_code == 200
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "Treść z formularza" in words(response.content)
    assert "z formularza" in words(response.content).casefold()


def test_previews_send_nothing_and_order_nothing():
    page = NewsletterFactory()
    for mode in ("", "mail", "text"):
        preview(page, mode)
    assert not Mailing.objects.exists()
    assert not OutgoingMail.objects.exists()
