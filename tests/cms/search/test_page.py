"""The search of our own site, in words and without scripts."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.cms.search.content import add_library
from tests.factories import EventFactory, OrganizationFactory, home_page

pytestmark = pytest.mark.django_db


def page(query: str = "", status: int = 200) -> BeautifulSoup:
    response = Client().get(f"/szukaj/{query}")
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def words(found: BeautifulSoup) -> str:
    return " ".join(found.main.get_text(" ").split())


def titles(found: BeautifulSoup) -> list[str]:
    return [" ".join(one.get_text().split()) for one in found.select(".hits h3")]


def test_page_finds_documents_of_all_types_and_narrows_to_one():
    home_page()
    add_library()
    found = page("?q=orkiestry")
    assert "2 wyniki dla: „orkiestry”" in words(found)
    assert len(titles(found)) == 2
    [everything, _events, organizations] = found.select(".search-kinds a")
    assert everything["aria-current"] == "page"
    assert organizations.get_text() == "Organizacje (1)"
    narrowed = page(organizations["href"])
    assert titles(narrowed) == ["OSP Zmyślona (przykład)"]
    assert [one.get_text() for one in narrowed.select(".hits mark")] == ["orkiestra"]


def test_hit_leads_to_its_page():
    home_page()
    EventFactory(title="Gala", slug="gala")
    link = page("?q=gala").select_one(".hits h3 a")
    assert link["href"] == "/wydarzenia/gala/"
    assert Client().get(link["href"]).status_code == 200


def test_cancelled_event_says_so_among_the_results():
    home_page()
    EventFactory(title="Gala", cancelled=True)
    assert "odwołane" in words(page("?q=gala")).lower()


def test_nothing_found_is_said_in_words_that_lead_on():
    home_page()
    found = page("?q=<b>kołacz</b>")
    assert "Brak wyników dla: „<b>kołacz</b>”" in words(found)
    assert "Sprawdź pisownię" in words(found)
    assert found.select(".empty a")
    assert found.main.b is None


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=%00"])
def test_page_without_words_is_a_box_and_a_hint(query):
    home_page()
    found = page(query)
    assert found.select_one("form[role=search] input[name=q]")
    assert "Wpisz" in words(found)


@pytest.mark.parametrize(
    "query",
    ["?q=?!", "?q=" + "%F0%9F%91%8D" * 50, "?q=" + "a" * 10_000, "?q=%22%22", "?q=%E2%80%AEabc"],
)
def test_page_refuses_nothing_that_is_typed(query):
    home_page()
    assert page(query).select_one("form[role=search]")


@pytest.mark.parametrize("place", ["0", "-1", "x", "2", "51", "9" * 30, "%D9%A1"])
def test_page_that_is_not_there_is_404(place):
    home_page()
    EventFactory(title="Gala")
    page(f"?q=gala&strona={place}", status=404)


def test_results_go_on_on_further_pages():
    home_page()
    EventFactory.create_batch(21, title="Gala & bal")
    first = page("?q=gala+%26&rodzaj=event")
    assert "21 wyników" in words(first)
    assert len(titles(first)) == 20
    second = page(first.select_one("a[rel=next]")["href"])
    assert len(titles(second)) == 1
    assert second.select_one("ol.hits")["start"] == "21"


def test_search_is_not_for_search_engines_and_is_linked_from_every_page():
    home_page()
    assert page("?q=gala").select_one("meta[name=robots]")["content"] == "noindex"
    for path in ("/", "/wydarzenia/", "/nie-ma/"):
        found = BeautifulSoup(Client().get(path).content, "html.parser")
        assert found.select_one("header a.search-link")["href"] == "/szukaj/"
    assert page().select_one("a.search-link")["aria-current"] == "page"


def test_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    home_page()
    OrganizationFactory.create_batch(5, title="Gala")
    client.get("/szukaj/?q=gala")
    with django_assert_max_num_queries(8):
        client.get("/szukaj/?q=gala")


def test_page_is_for_reading_only(client):
    assert client.post("/szukaj/").status_code == 405
