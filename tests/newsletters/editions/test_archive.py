"""The archive of editions: what readers find there, and what drops out of it by itself."""

from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletters.editions.models import NewsletterIndexPage, NewsletterPage
from newsletters.mailings.models import Mailing
from tests.factories import (
    EventFactory,
    NewsletterFactory,
    OrganizationFactory,
    StandardPageFactory,
    document_of,
    home_page,
    in_days,
    make_private,
    publish,
)
from tests.newsletters.editions.helpers import (
    chosen,
    coming,
    full_edition,
    shown,
    soup,
    text,
    words,
)

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content


def sent(page: NewsletterPage, picks: dict[str, list[str]], **fields) -> Mailing:
    values = {"subject": page.title, "sender": "razem@example.org", "controller": "x"}
    return Mailing.objects.create(
        page=page, picks=picks, starts_at=timezone.now(), **(values | fields)
    )


# --- The list of editions ------------------------------------------------------------------------


def test_archive_lists_public_editions_newest_first_with_date_and_summary(client):
    now = timezone.now()
    for days, title in ((40, "Dawny"), (1, "Nowy"), (20, "Środkowy")):
        NewsletterFactory(
            title=title, summary=f"O czym: {title}", first_published_at=now - timedelta(days=days)
        )
    NewsletterFactory(title="Szkic", draft=True)
    make_private(NewsletterFactory(title="Tajny"))
    NewsletterFactory(title="Miniony", expire_at=now - timedelta(minutes=1))

    page = soup(read(client, "/newsletter/"))

    cards = page.select(".cards .card")
    assert [card.h3.get_text(strip=True) for card in cards] == ["Nowy", "Środkowy", "Dawny"]
    assert "O czym: Nowy" in words(cards[0].decode())
    assert cards[0].time["datetime"] == f"{timezone.localtime(now - timedelta(days=1)):%Y-%m-%d}"
    assert "Tajny" not in page.get_text()


def test_archive_says_in_words_that_it_is_empty_and_leads_to_the_sign_up(client):
    home_page()
    page = soup(read(client, "/newsletter/"))
    assert "Nie ukazał się jeszcze żaden numer." in page.get_text()
    assert page.find("a", href="/newsletter/zapisz-sie/").get_text() == "Zapisz się do newslettera"


def test_archive_is_paged_and_asks_a_fixed_number_of_queries(client):
    home_page()
    NewsletterFactory.create_batch(3)
    read(client, "/newsletter/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        read(client, "/newsletter/")
    NewsletterFactory.create_batch(20)
    with CaptureQueriesContext(connection) as many:
        first = soup(read(client, "/newsletter/"))
    assert len(many) == len(few)

    assert len(first.select(".cards .card")) == 20
    second = soup(read(client, f"/newsletter/{first.select_one('[rel=next]')['href']}"))
    assert len(second.select(".cards .card")) == 3
    assert client.get("/newsletter/?strona=3").status_code == 404
    assert client.get("/newsletter/?strona=x").status_code == 404


def test_menu_leads_to_the_archive(client):
    menu = soup(read(client, NewsletterFactory().get_url())).nav
    assert menu.find("a", href="/newsletter/")["aria-current"] == "true"


# --- An edition ----------------------------------------------------------------------------------


def test_edition_shows_what_its_mail_said_and_is_no_mail_itself(client):
    page = soup(read(client, full_edition().get_url()))
    seen = words(page.decode())
    for said in (
        "Jesień w Centrum",
        "Co przed nami",
        "zapraszamy na dyżur & spacer",
        "W kalendarzu",
        "termin proponowany",
        "odwołane",
        "godzina do ustalenia",
        "Zielony Zegar",
    ):
        assert said in seen
    assert "00:00" not in seen
    assert "Wypisz się" not in seen
    assert not page.main.find_all("table")
    assert page.find("a", class_="button", string="Zapisz się")["href"].endswith("?x=1&y=2")


def test_edition_asks_a_fixed_number_of_queries(client):
    def count(events: int) -> int:
        pages = EventFactory.create_batch(events)
        linked = StandardPageFactory.create_batch(events)
        links = "".join(f'<a linktype="page" id="{one.pk}">x</a> ' for one in linked)
        edition = NewsletterFactory(
            body=[
                ("paragraph", text(f"<p>{links}</p>")),
                ("image", shown()),
                coming(20),
                chosen(*pages),
                ("organization", OrganizationFactory()),
            ]
        )
        sent(edition, {edition.body[2].id: [str(document_of(one).pk) for one in pages]})
        read(client, edition.get_url())
        with CaptureQueriesContext(connection) as captured:
            read(client, edition.get_url())
        return len(captured)

    assert count(1) == count(6) <= 26


def test_edition_that_was_sent_keeps_its_events_in_their_present_state(client):
    soon = EventFactory(title="Wkrótce", start_date=in_days(1))
    gone = EventFactory(title="Wycofane", start_date=in_days(2))
    page = NewsletterFactory(body=[coming(2)])
    cancelled = sent(page, {page.body[0].id: []}, state="cancelled")
    sent(page, {page.body[0].id: [str(document_of(one).pk) for one in (soon, gone)]})
    assert cancelled.picks
    EventFactory(title="Nowe", start_date=in_days(1))
    publish(soon, start_date=in_days(-3), status="cancelled")
    gone.unpublish()

    seen = words(read(client, page.get_url()))

    assert "Wkrótce" in seen
    assert "odwołane" in seen
    assert "Wycofane" not in seen
    assert "Nowe" not in seen


def test_withdrawn_content_drops_out_of_the_archive(client):
    event, organization = EventFactory(title="Wycofane"), OrganizationFactory(title="Zniknęła")
    linked = StandardPageFactory(slug="zamknieta")
    link = text(f'<p>Zob. <a linktype="page" id="{linked.pk}">stronę</a></p>')
    page = NewsletterFactory(
        body=[("paragraph", link), chosen(event, heading="Raz"), ("organization", organization)]
    )
    before = read(client, page.get_url()).decode()
    assert "Wycofane" in before
    assert "/zamknieta/" in before
    event.delete()
    organization.unpublish()
    make_private(linked)

    after = read(client, page.get_url()).decode()

    for hidden in ("Wycofane", "Zniknęła", "Raz", "/zamknieta/"):
        assert hidden not in after
    assert "stronę" in after


def test_edition_of_which_nothing_is_left_says_so(client):
    event = EventFactory()
    page = NewsletterFactory(body=[chosen(event)])
    event.unpublish()
    assert "zostało wycofane" in words(read(client, page.get_url()))


def test_sample_edition_says_so_and_is_hidden_from_search(client):
    page = soup(read(client, NewsletterFactory(is_sample=True).get_url()))
    assert page.find("meta", {"name": "robots"})["content"] == "noindex"
    assert "Dane przykładowe" in page.get_text()
    assert not soup(read(client, NewsletterFactory().get_url())).find("meta", {"name": "robots"})


def test_archive_shows_images_by_the_public_copies_of_its_document(client):
    image = shown("Ludzie przy stole", author="Autorka")
    page = NewsletterFactory(body=[("image", image)])
    found = soup(read(client, page.get_url())).find("figure")
    assert found.img["alt"] == "Ludzie przy stole"
    assert "Autorka" in found.figcaption.get_text()
    document = orjson.loads(document_of(page).payload)
    assert document["image"]["url"].endswith(found.img["src"])


def test_archive_may_be_elsewhere_in_the_tree(client):
    archive = NewsletterIndexPage.objects.get(pk=NewsletterFactory().get_parent().pk)
    publish(archive, slug="biuletyn", title="Biuletyn")
    assert NewsletterPage.objects.get().get_url().startswith("/biuletyn/")
    assert "Wieści z Centrum" in words(read(client, "/biuletyn/"))
