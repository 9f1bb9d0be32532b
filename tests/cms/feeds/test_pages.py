"""How people and their programs find calendars and feeds on our own pages."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.test import RequestFactory

from tests.factories import EventFactory, OrganizationFactory, home_page, make_private, publish

pytestmark = pytest.mark.django_db
ALTERNATES = {
    "application/rss+xml": "/feeds/events.rss",
    "application/atom+xml": "/feeds/events.atom",
    "application/feed+json": "/feeds/events.json",
    "text/calendar": "/api/v1/events.ics",
}


def soup_of(content: bytes) -> BeautifulSoup:
    return BeautifulSoup(content, "html.parser")


def link_to_calendar(client, page):
    soup = soup_of(client.get(page.get_url()).content)
    return soup.find("a", string="Dodaj do kalendarza")


def test_every_page_names_the_feeds_to_programs(client):
    pages = [home_page(), EventFactory(), OrganizationFactory()]
    for path in [page.get_url() for page in pages] + ["/wydarzenia/", "/nie-ma/"]:
        soup = soup_of(client.get(path).content)
        found = soup.head.find_all("link", rel="alternate")
        of_news = [link for link in found if link["title"].startswith("Aktualności (")]
        assert [link["href"] for link in of_news] == [
            f"/feeds/news.{form}" for form in ("rss", "atom", "json")
        ]
        of_events = [link for link in found if link["title"].startswith("Wydarzenia (")]
        assert {link["type"]: link["href"] for link in of_events} == ALTERNATES
        assert len(found) == len(of_news) + len(of_events)
    for address in ALTERNATES.values():
        assert client.get(address).status_code == 200


def test_list_of_events_shows_the_calendar_and_rss_to_people(client):
    home_page()
    main = soup_of(client.get("/wydarzenia/").content).main
    assert main.find("a", string="Kalendarz (ICS)")["href"] == "/api/v1/events.ics"
    assert main.find("a", string="RSS")["href"] == "/feeds/events.rss"


def test_event_can_be_added_to_a_calendar(client):
    page = EventFactory(slug="gala")
    link = link_to_calendar(client, page)
    assert link["href"] == "/api/v1/events/gala.ics"
    assert client.get(link["href"]).headers["Content-Type"].startswith("text/calendar")


@pytest.mark.parametrize("state", ["cancelled", "postponed", "past"])
def test_event_that_does_not_take_place_then_is_not_offered_for_calendars(state, client):
    assert link_to_calendar(client, EventFactory(**{state: True})) is None


def test_event_that_is_not_public_is_not_offered_for_calendars(client, admin_user):
    page = EventFactory(slug="gala", start_date=date(2090, 1, 1))
    response = page.make_preview_request(RequestFactory().get("/", SERVER_NAME="testserver"))
    assert "Dodaj do kalendarza" not in response.content.decode()

    publish(page)
    make_private(page)
    client.force_login(admin_user)
    response = client.get(page.get_url())
    assert response.status_code == 200
    assert "Dodaj do kalendarza" not in response.content.decode()
