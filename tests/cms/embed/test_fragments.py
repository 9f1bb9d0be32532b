"""Fragments as other websites get them."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from cms.embed.sections import SECTIONS
from cms.models import EventIndexPage
from tests.cms.api.content import add_rich_content
from tests.factories import (
    EventFactory,
    ImageFactory,
    LocalityFactory,
    OrganizationFactory,
    PlaceFactory,
    SphereFactory,
    TopicFactory,
    home_page,
    in_days,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
ANSWERS = {
    "events.html": "/embed/events.html?from=2018-01-01&limit=50&images=1&css=1",
    "to-come.html": "/embed/events.html?heading=3&limit=2",
    "organizations.html": "/embed/organizations.html?images=1",
    "news.html": "/embed/news.html?images=1",
    "empty.html": "/embed/events.html?kind=opening",
    "problem.html": "/embed/events.html?limit=51&from=jutro&css=2",
}
EVENTS, ORGANIZATIONS = "/embed/events.html", "/embed/organizations.html"


def fragment(path: str = EVENTS, status: int = 200) -> BeautifulSoup:
    response = Client().get(path)
    assert response.status_code == status, response.content
    return BeautifulSoup(response.content, "html.parser")


def titles(path: str = EVENTS) -> list[str]:
    return [title.get_text() for title in fragment(path).select(".razem-title")]


def text_of(path: str = EVENTS, status: int = 200) -> str:
    return " ".join(fragment(path, status).get_text(" ").replace("\u00a0", " ").split())


# --- What it is ----------------------------------------------------------------------------------


def test_whole_fragments_are_as_promised():
    """Run with GOLDEN=write to write them anew."""
    with time_machine.travel(datetime(2018, 4, 20, 10, 0, tzinfo=UTC), tick=False):
        add_rich_content()
        for name, path in ANSWERS.items():
            text = re.sub(r"media/[0-9a-f]{32}", "media/FILE", Client().get(path).content.decode())
            lines = "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())
            if os.environ.get("GOLDEN") == "write":
                GOLDEN.mkdir(exist_ok=True)
                (GOLDEN / name).write_text(lines)
            assert lines == (GOLDEN / name).read_text()


@pytest.mark.parametrize("path", ANSWERS.values(), ids=ANSWERS)
def test_fragment_is_one_section_that_fits_into_any_page(path):
    with time_machine.travel(datetime(2018, 4, 20, 10, 0, tzinfo=UTC), tick=False):
        add_rich_content()
        response = Client().get(path)
    soup = BeautifulSoup(response.content, "html.parser")
    (section,) = soup.find_all(recursive=False)
    assert (section.name, section["lang"], section["class"][0]) == ("section", "pl", "razem")
    assert not soup.find(["html", "head", "body", "script", "style", "iframe", "h1"])
    for element in soup.find_all(True):
        assert not {"style", "id"} & element.attrs.keys()
        assert not [name for name in element.attrs if name.startswith("on")]
        assert all(one.startswith("razem") for one in element.get("class", []))
    addresses = [element[name] for name in ("href", "src") for element in soup.select(f"[{name}]")]
    assert all(re.match("https?://", address) for address in addresses)


def test_text_cannot_become_markup():
    organization = OrganizationFactory(title="<script>alert(1)</script>", summary="<b>&amp;</b>")
    (title,) = titles(ORGANIZATIONS)
    assert title == organization.title
    assert "<b>&amp;</b>" in fragment(ORGANIZATIONS).get_text()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("proposed", "termin proponowany"),
        ("cancelled", "odwołane"),
        ("postponed", "przełożone – nowy termin wkrótce"),
        ("full", "brak wolnych miejsc"),
        ("moved_online", "odbędzie się online"),
        ("rescheduled", "zmieniony termin (poprzednio: "),
    ],
)
def test_states_are_told_in_words(state, words):
    event = EventFactory(**{state: True})
    (told,) = fragment(f"{EVENTS}?from={event.start_date}").select(".razem-state")
    assert told.get_text().replace("\u00a0", " ").startswith(words)


def test_hour_that_is_not_known_is_told_and_a_known_one_too():
    EventFactory()
    assert "godzina do ustalenia" in text_of()
    EventFactory(timed=True)
    assert "godz. 17:00–19:30" in text_of()


def test_cancelled_event_has_no_hour_and_its_date_is_no_time():
    EventFactory(cancelled=True, timed=True)
    assert "17:00" not in text_of()
    assert not fragment().find("time")


def test_sample_is_told_to_be_one():
    EventFactory(is_sample=True)
    OrganizationFactory(is_sample=True)
    for path in (EVENTS, ORGANIZATIONS):
        assert "dane przykładowe" in text_of(path)


def test_links_lead_to_where_the_documents_are():
    event = EventFactory(slug="gala")
    found = fragment()
    assert found.select_one(".razem-title a")["href"] == "http://testserver/wydarzenia/gala/"
    assert found.select_one(".razem-all a")["href"] == "http://testserver/wydarzenia/"
    assert found.find("time")["datetime"] == event.start_date.isoformat()
    make_private(EventIndexPage.objects.get())
    assert not fragment().select(".razem-all")


@pytest.mark.parametrize("level", [2, 3, 4])
def test_headings_begin_at_the_level_that_is_asked_for(level):
    EventFactory()
    headings = [
        one.name for one in fragment(f"{EVENTS}?heading={level}").find_all(re.compile("h[1-6]"))
    ]
    assert headings == [f"h{level}", f"h{level + 1}"]


def test_images_and_stylesheet_are_there_when_asked_for():
    EventFactory(image=ImageFactory(description="Ludzie & stół", author="Anna (przykład)"))
    assert not fragment().find(["img", "link"])
    found = fragment(f"{EVENTS}?images=1&css=1")
    assert found.img["alt"] == "Ludzie & stół"
    assert found.img["src"].startswith("http://testserver/media/")
    assert "Anna (przykład)" in found.figcaption.get_text()
    assert found.link["href"] == "http://testserver/static/cms/embed/embed.css"
    assert not fragment(f"{EVENTS}?images=0&css=0").find(["img", "link"])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (EVENTS, "Na razie nic nie zapowiadamy"),
        (ORGANIZATIONS, "W katalogu nie ma takiej organizacji."),
    ],
)
def test_empty_list_says_so(path, words):
    home_page()
    assert words in text_of(path)
    assert not fragment(path).find("ul")


# --- Which documents -----------------------------------------------------------------------------


def test_without_parameters_events_to_come_stand_in_their_order():
    EventFactory(title="Dawno", past=True)
    EventFactory(title="Czeka", postponed=True)
    EventFactory(title="Potem", start_date=in_days(40))
    EventFactory(title="Wieczorem", timed=True)
    EventFactory(title="Rano", timed=True, start_time="09:00", end_time=None)
    EventFactory(title="Odwołane", cancelled=True, start_date=in_days(2))
    assert titles() == ["Odwołane", "Rano", "Wieczorem", "Potem"]


def test_others_are_there_when_asked_for():
    EventFactory(title="Dawno", past=True)
    EventFactory(title="Dawniej", start_date=in_days(-60))
    EventFactory(title="Czeka", postponed=True, start_date=in_days(3))
    EventFactory(title="Potem")
    assert titles(f"{EVENTS}?upcoming=false&status=scheduled") == ["Dawno", "Dawniej"]
    assert titles(f"{EVENTS}?status=postponed") == ["Czeka"]
    assert titles(f"{EVENTS}?from={in_days(-30)}") == ["Dawno", "Czeka", "Potem"]


def test_filters_are_those_of_the_api():
    topic = TopicFactory(slug="rodo")
    EventFactory(title="RODO", topics=[topic])
    EventFactory(title="Inne")
    assert titles(f"{EVENTS}?topic=rodo") == ["RODO"]
    assert titles(f"{EVENTS}?q=rodo") == ["RODO"]
    sphere, locality = SphereFactory(code="13"), LocalityFactory(slug="belk")
    OrganizationFactory(title="Łąka", spheres=[sphere], locality=locality)
    OrganizationFactory(title="Lipa")
    assert titles(ORGANIZATIONS) == ["Lipa", "Łąka"]
    assert titles(f"{ORGANIZATIONS}?sphere=13&locality=belk") == ["Łąka"]
    for section in SECTIONS:
        assert {"ids", "q"} <= section.filterset_class.base_filters.keys()


def test_limit_is_kept():
    EventFactory.create_batch(12)
    assert len(titles()) == 10
    assert len(titles(f"{EVENTS}?limit=1")) == 1
    assert len(titles(f"{EVENTS}?limit=50")) == 12


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sfera=13", "sfera"),
        ("limit=51", "from 1 to 50"),
        ("limit=0", "from 1 to 50"),
        ("heading=1", "from 2 to 4"),
        ("heading=5", "from 2 to 4"),
        ("images=true", "images"),
        ("css=2", "css"),
        ("limit=2&limit=3", "more than once"),
        ("topic=", "empty"),
        ("topic=nie-ma", "rodo"),
        ("from=jutro", "YYYY-MM-DD"),
        ("kind=<script>", "kind"),
        ("cursor=x", "cursor"),
        ("ordering=title", "ordering"),
    ],
)
def test_what_is_not_allowed_is_refused_in_words_and_not_kept(query, said):
    TopicFactory(slug="rodo")
    response = Client().get(f"{EVENTS}?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "ETag" not in response.headers
    words = text_of(f"{EVENTS}?{query}", 400)
    assert words.startswith("Nie można pokazać tej listy.")
    assert said in words
    assert b"<script" not in response.content


# --- Fresh and cheap -----------------------------------------------------------------------------


def test_304_has_validators_no_body_and_one_query(django_assert_num_queries):
    EventFactory()
    first = Client().get(EVENTS)
    assert first.headers["Cache-Control"] == "public, max-age=10, stale-while-revalidate=30"
    with django_assert_num_queries(1):
        again = Client().get(EVENTS, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Last-Modified", "Cache-Control", "Cross-Origin-Resource-Policy"):
        assert again.headers[name] == first.headers[name]


def test_etag_changes_with_documents_days_and_looks():
    event = EventFactory()

    def etag(query: str = "") -> str:
        return Client().get(f"{EVENTS}{query}").headers["ETag"]

    before = etag()
    assert len({before, etag("?limit=3"), etag("?css=1"), etag("?heading=3")}) == 4
    assert etag("?limit=3&css=1") == etag("?css=1&limit=3")
    publish(event, title="Nowy tytuł")
    changed = etag()
    assert changed != before
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert etag() != changed


@pytest.mark.parametrize("path", [EVENTS, ORGANIZATIONS])
def test_queries_are_few_and_do_not_grow(path, django_assert_num_queries):
    home_page()
    for _ in range(2):
        sphere, topic = SphereFactory(code="13"), TopicFactory(slug="rodo")
        organizations = OrganizationFactory.create_batch(3, spheres=[sphere], image=ImageFactory())
        EventFactory.create_batch(3, organizers=organizations, place=PlaceFactory(), topics=[topic])
        Client().get(path)  # content types are known from now on
        chosen = "topic=rodo&kind=training" if path == EVENTS else "sphere=13"
        for query in ("", f"limit=50&images=1&css=1&{chosen}"):
            with django_assert_num_queries(4):  # state, documents, the page of all, where it is
                assert Client().get(f"{path}?{query}".rstrip("?")).status_code == 200


def test_head_has_the_headers_of_get_and_others_are_refused():
    EventFactory()
    got, asked = Client().get(EVENTS), Client().head(EVENTS)
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers == got.headers
    assert Client().options(EVENTS).headers["Allow"] == "GET, HEAD, OPTIONS"
    refused = Client().post(EVENTS)
    assert refused.status_code == 405
    assert refused.headers["Content-Type"].startswith("text/html")


def test_fragment_knows_no_visitor_and_is_for_every_page():
    response = Client(headers={"cookie": f"sessionid={'x' * 32}"}).get(
        EVENTS, headers={"Origin": "https://www.gmina.example", "Accept": "image/png"}
    )
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_event_is_described_as_of_today():
    with time_machine.travel(datetime(2018, 5, 3, 10, 0, tzinfo=UTC), tick=False) as clock:
        EventFactory(start_date=date(2018, 5, 3), full=True)
        assert "brak wolnych miejsc" in text_of()
        clock.shift(timedelta(days=1))
        assert "brak wolnych miejsc" not in text_of(f"{EVENTS}?from=2018-05-01")
