"""News as feeds and as a list in pages of others."""

from datetime import UTC, datetime, timedelta

import feedparser
import orjson
import pytest
import time_machine
from bs4 import BeautifulSoup

from tests.cms.feeds.reading import read
from tests.factories import NewsFactory, ProjectFactory, TopicFactory, make_private

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 5, 3, 10, 0, tzinfo=UTC)


def titles(suffix, query=""):
    body = read(f"/feeds/news.{suffix}?{query}".rstrip("?"))
    if suffix == "json":
        return [item["title"] for item in orjson.loads(body)["items"]]
    found = feedparser.parse(body)
    assert not found.bozo
    return [entry.title for entry in found.entries]


def embedded(query=""):
    return BeautifulSoup(read(f"/embed/news.html?{query}".rstrip("?")), "html.parser")


@pytest.fixture
def three():
    """Two pieces of news, and an urgent one between them."""
    project = ProjectFactory(slug="projekt")
    for number, fields in enumerate(
        [
            {"title": "Pierwsza", "topics": [TopicFactory(slug="rodo", name="RODO & prawo")]},
            {"title": "Zamknięte <dziś>", "is_alert": True, "summary": "Awaria & remont."},
            {"title": "Ostatnia", "project": project},
        ]
    ):
        with time_machine.travel(NOW + timedelta(days=number), tick=False):
            NewsFactory(**fields)


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
def test_latest_news_comes_first_and_urgent_news_says_so(suffix, three):
    assert titles(suffix) == ["Ostatnia", "Pilne: Zamknięte <dziś>", "Pierwsza"]
    assert titles(suffix, "alert=true") == ["Pilne: Zamknięte <dziś>"]
    assert titles(suffix, "topic=rodo") == ["Pierwsza"]
    assert titles(suffix, "project=projekt") == ["Ostatnia"]


def test_entry_has_the_summary_and_text_escaped_once(three):
    [urgent] = feedparser.parse(read("/feeds/news.rss?alert=true")).entries
    assert urgent.link.startswith("http://testserver/aktualnosci/")
    assert "<p>Awaria &amp; remont.</p>" in urgent.content[-1].value
    assert urgent.published_parsed[:5] == (2018, 5, 4, 10, 0)


@pytest.mark.parametrize("address", ["/feeds/news.rss", "/feeds/news.json", "/embed/news.html"])
def test_what_is_not_public_stands_nowhere(address):
    NewsFactory(title="Szyszkownik", draft=True)
    make_private(NewsFactory(title="Szyszkownik"))
    NewsFactory(title="Szyszkownik").unpublish()
    NewsFactory(title="Szyszkownik", expire_at=NOW)
    assert "Szyszkownik" not in read(address).decode()


def test_fragment_has_the_date_in_words_and_the_latest_first(three):
    found = embedded()
    items = found.select(".razem-item")
    assert [item.select_one(".razem-title").get_text() for item in items] == [
        "Ostatnia",
        "Zamknięte <dziś>",
        "Pierwsza",
    ]
    assert items[0].time.get_text().replace("\u00a0", " ") == "5 maja 2018 r."
    assert [bool(item.select(".razem-state-alert")) for item in items] == [False, True, False]
    assert found.select_one(".razem-all a")["href"] == "http://testserver/aktualnosci/"
    assert len(embedded("limit=1").select(".razem-item")) == 1


def test_fragment_without_news_says_so():
    assert "Nie ma jeszcze aktualności." in embedded().get_text()


def test_page_of_news_leads_to_its_feed(client):
    page = NewsFactory().get_parent()
    text = client.get(page.url).content.decode()
    assert 'href="/feeds/news.rss"' in text
    assert 'title="Aktualności (RSS)"' in text
