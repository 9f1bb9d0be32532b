"""The page of an event and the list of events, as people read them."""

from datetime import date

import pytest

from cms.polish import NBSP, date_in_words
from tests.cms.pages.helpers import linked_data, words
from tests.factories import (
    EventFactory,
    ImageFactory,
    OrganizationFactory,
    PlaceFactory,
    ProjectFactory,
    home_page,
    in_days,
)

pytestmark = pytest.mark.django_db


def test_event_without_an_hour_says_so_and_never_midnight(read):
    soup = read(EventFactory(start_date=date(2018, 9, 15)))

    assert "sobota, 15 września 2018 r. godzina do ustalenia" in words(soup.find(class_="facts"))
    assert "00:00" not in words(soup.main)
    assert "00:00" not in soup.find("script").string
    assert linked_data(soup)["startDate"] == "2018-09-15"


def test_event_with_hours_shows_them(read):
    soup = read(EventFactory(timed=True, start_date=date(2018, 7, 1)))

    assert "godz. 17:00–19:30" in words(soup.find(class_="facts"))
    assert linked_data(soup)["startDate"] == "2018-07-01T17:00:00+02:00"
    assert linked_data(soup)["endDate"] == "2018-07-01T19:30:00+02:00"


@pytest.mark.parametrize(
    ("trait", "said", "status"),
    [
        ("proposed", "termin proponowany", "EventScheduled"),
        ("cancelled", "odwołane", "EventCancelled"),
        ("postponed", "przełożone – nowy termin wkrótce", "EventPostponed"),
        ("moved_online", "odbędzie się online", "EventMovedOnline"),
        ("full", "brak wolnych miejsc", "EventScheduled"),
    ],
)
def test_event_state_is_said_in_words_on_its_page_and_in_the_list(read, trait, said, status):
    page = EventFactory(title="Gala", **{trait: True})

    soup = read(page)
    card = read("/wydarzenia/").find(class_="event-card")

    assert said in [words(state) for state in soup.article.find(class_="states").find_all("li")]
    assert said in [words(state) for state in card.find(class_="states").find_all("li")]
    assert linked_data(soup)["eventStatus"] == f"https://schema.org/{status}"


def test_rescheduled_event_tells_its_previous_date(read):
    page = EventFactory(rescheduled=True)
    before = page.previous_start_date

    soup = read(page)

    said = words(soup.article.find(class_="states"))
    assert said == f"zmieniony termin (poprzednio: {date_in_words(before)})".replace(NBSP, " ")
    assert linked_data(soup)["previousStartDate"] == before.isoformat()


def test_cancelled_event_is_struck_through_and_offers_no_sign_up(read):
    soup = read(
        EventFactory(title="Gala", cancelled=True, registration_url="https://a.example.org/")
    )

    assert words(soup.h1.s) == "Gala"
    assert soup.find(class_="facts").s
    assert "Zapisz się" not in words(soup)


def test_event_with_sign_up_place_people_and_project_links_to_them(read):
    organization = OrganizationFactory(title="Świt (przykład)")
    project = ProjectFactory(title="Razem")
    page = EventFactory(
        registration_url="https://zapisy.example.org/gala",
        place=PlaceFactory(name="Dom Kultury", address="ul. 3 Maja 1"),
        organizers=[organization],
        project=project,
    )

    soup = read(page)

    facts = soup.find(class_="facts")
    links = {words(link): link["href"] for link in facts.find_all("a")}
    assert links == {
        "Dodaj do kalendarza": f"/api/v1/events/{page.slug}.ics",
        "Zapisz się": "https://zapisy.example.org/gala",
        "Świt (przykład)": organization.get_url(),
        "Razem": project.get_url(),
    }
    assert "Dom Kultury ul. 3 Maja 1" in words(facts)
    assert linked_data(soup)["location"]["name"] == "Dom Kultury"


def test_event_that_lasts_several_days_shows_a_short_range(read):
    soup = read(EventFactory(start_date=date(2018, 3, 16), end_date=date(2018, 3, 18)))

    assert "16–18 marca 2018 r." in words(soup.find(class_="facts"))


def test_event_image_has_size_alternative_and_sizes_to_choose_from(read, settings):
    image = read(EventFactory(image=ImageFactory(description="Ludzie przy stole"))).article.img

    assert image["alt"] == "Ludzie przy stole"
    assert (image["width"], image["height"]) == ("420", "280")
    assert len(image["srcset"].split(", ")) >= 2
    assert image["src"].startswith("/media/")


def test_event_list_has_what_comes_first_then_the_archive_latest_first(read):
    EventFactory(title="Dawno", start_date=in_days(-300))
    EventFactory(title="Niedawno", past=True)
    EventFactory(title="Później", start_date=in_days(20))
    EventFactory(title="Wkrótce", start_date=in_days(2))
    EventFactory(title="Trwa", start_date=in_days(-1), end_date=in_days(1))
    EventFactory(title="Kiedyś", postponed=True)
    EventFactory(title="Dawniej przełożone", postponed=True, past=True)

    sections = read("/wydarzenia/").find_all("section")

    titles = {
        words(section.h2): [words(title) for title in section.find_all("h3")]
        for section in sections
    }
    assert titles == {
        "Nadchodzące wydarzenia": ["Trwa", "Wkrótce", "Później"],
        "Czekają na nowy termin": ["Dawniej przełożone", "Kiedyś"],
        "Archiwum": ["Niedawno", "Dawno"],
    }


def test_event_list_orders_one_day_by_hour(read):
    day = in_days(5)
    for title, hour in (("Wieczór", "19:00"), ("Ranek", "08:00")):
        EventFactory(title=title, timed=True, start_date=day, start_time=hour, end_time=None)

    assert [words(title) for title in read("/wydarzenia/").find_all("h3")] == ["Ranek", "Wieczór"]


def test_empty_lists_say_so_in_words(read):
    home_page()

    assert "Na razie nic nie zapowiadamy." in words(read("/wydarzenia/"))
    assert "Archiwum jest jeszcze puste." in words(read("/wydarzenia/"))
    assert "Spis jest jeszcze pusty." in words(read("/organizacje/"))
    assert "Na razie nic nie zapowiadamy." in words(read("/"))


def test_long_lists_are_cut_into_pages(read):
    for number in range(32):
        EventFactory(title=f"Minione {number:02d}", start_date=in_days(-100 + number))

    first = read("/wydarzenia/")
    second = read("/wydarzenia/?archiwum=2")

    assert len(first.find_all("h3")) == 30
    assert [words(title) for title in second.find_all("h3")] == ["Minione 01", "Minione 00"]
    assert words(second.find(class_="pagination")) == "Późniejsze strona 2 z 2"
    assert first.find(class_="pagination").find("a", rel="next")["href"] == "?archiwum=2"


@pytest.mark.parametrize("number", ["0", "-1", "2", "1000000000", "x", "²"])
def test_page_number_that_is_none_is_not_found(client, number):
    EventFactory()
    OrganizationFactory()

    assert client.get("/wydarzenia/", {"strona": number}).status_code == 404
    assert client.get("/wydarzenia/", {"archiwum": number}).status_code == 404
    assert client.get("/organizacje/", {"strona": number}).status_code == 404
