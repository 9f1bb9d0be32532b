"""RSS, Atom and JSON Feed, read as feed readers read them."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import feedparser
import orjson
import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.api.examples import EVENT, IMAGE
from cms.feeds.entries import clean, event_entry
from cms.feeds.formats import FORMATS, JSON, Feed
from cms.models import CentreSettings, EventIndexPage
from tests.cms.feeds.reading import read
from tests.factories import (
    EventFactory,
    ImageFactory,
    OrganizationFactory,
    PlaceFactory,
    TopicFactory,
    document_of,
    home_page,
    in_days,
    make_private,
    publish,
)

SUFFIXES = ["rss", "atom", "json"]
NOW = datetime(2018, 5, 3, 10, 0, tzinfo=UTC)


def parsed(suffix: str, query: str = "") -> Any:
    """Return a feed as feedparser sees it: the same names for all forms."""
    body = read(f"/feeds/events.{suffix}?{query}".rstrip("?"))
    if suffix == "json":
        return parsed_json(orjson.loads(body))
    found = feedparser.parse(body)
    assert not found.bozo, found.get("bozo_exception")
    return found


def parsed_json(feed: dict[str, Any]) -> Any:
    """Return a JSON Feed by feedparser's names (it does not read JSON itself)."""
    entries = [
        SimpleNamespace(
            id=item["id"],
            link=item["url"],
            title=item["title"],
            content=[SimpleNamespace(value=item["content_html"])],
            published_parsed=datetime.fromisoformat(item["date_published"]).timetuple(),
            updated_parsed=datetime.fromisoformat(item["date_modified"]).timetuple(),
            tags=[SimpleNamespace(term=tag) for tag in item["tags"]],
        )
        for item in feed["items"]
    ]
    return SimpleNamespace(feed=SimpleNamespace(title=feed["title"]), entries=entries)


def titles(suffix: str, query: str = "") -> list[str]:
    return [entry.title for entry in parsed(suffix, query).entries]


# --- What is in it -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_entry_has_text_words_dates_image_and_an_id_that_stays(suffix):
    topic = TopicFactory(slug="rodo", name="RODO & prawo")
    with time_machine.travel(NOW, tick=False):
        page = EventFactory(
            title="Gala <2018> & więcej",
            slug="gala",
            summary="Krótko & <jasno>.",
            start_date=date(2018, 9, 15),
            timed=True,
            place=PlaceFactory(name="Sala & hol", address="", locality=None),
            body=[("paragraph", "<p>Treść z <b>pogrubieniem</b>.</p>")],
            topics=[topic],
        )
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        publish(page, image=ImageFactory(description="Ludzie & stół"))
        (entry,) = parsed(suffix).entries

    assert entry.id == f"urn:uuid:{document_of(page).pk}"
    assert entry.link.endswith("/wydarzenia/gala/")
    assert entry.title == "Gala <2018> & więcej"
    html = entry.content[-1].value.replace("\u00a0", " ")
    assert "sobota, 15 września 2018 r., godz. 17:00–19:30" in html
    assert "Sala &amp; hol" in html
    assert "<p>Krótko &amp; &lt;jasno&gt;.</p>" in html
    assert "<b>pogrubieniem</b>" in html
    assert entry.published_parsed[:5] == (2018, 5, 3, 10, 0)
    assert entry.updated_parsed[:5] == (2018, 5, 4, 10, 0)
    assert [tag.term for tag in entry.tags] == ["szkolenie", "RODO & prawo"]


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_feed_says_what_it_is_where_it_is_and_whose(suffix):
    settings_of_centre = CentreSettings.load()
    settings_of_centre.name = "Centrum & „Razem”"
    settings_of_centre.save()
    EventFactory()
    feed = parsed(suffix, "status=scheduled").feed
    assert feed.title == "Centrum & „Razem” – wydarzenia"
    raw = read(f"/feeds/events.{suffix}?status=scheduled").decode()
    assert "http://testserver/wydarzenia/" in raw
    assert f"http://testserver/feeds/events.{suffix}?status=scheduled" in raw
    assert re.search(r'<language>pl<|xml:lang="pl"|"language":"pl"', raw)


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_image_is_a_medium_with_size_and_description(suffix):
    page = EventFactory(image=ImageFactory(description="Ludzie & stół"))
    image = orjson.loads(document_of(page).payload)["image"]
    (entry,) = parsed(suffix).entries
    (medium,) = entry.media_content
    assert (medium["url"], medium["type"]) == (image["url"], "image/webp")
    assert (medium["width"], medium["height"]) == (str(image["width"]), str(image["height"]))
    assert "Ludzie &amp; stół" in read(f"/feeds/events.{suffix}").decode()


@pytest.mark.django_db
def test_json_feed_has_the_image_and_leaves_out_what_is_not_there():
    page = EventFactory(image=ImageFactory())
    EventFactory()
    without, with_image = orjson.loads(read("/feeds/events.json"))["items"]
    assert with_image["image"] == orjson.loads(document_of(page).payload)["image"]["url"]
    assert "image" not in without


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_titles_say_the_state_in_words(suffix):
    for state in ("cancelled", "postponed", "proposed", "full", "moved_online"):
        EventFactory(title="Gala", **{state: True})
    EventFactory(title="Gala", is_sample=True)
    assert set(titles(suffix)) == {
        "ODWOŁANE: Gala",
        "PRZEŁOŻONE – NOWY TERMIN WKRÓTCE: Gala",
        "Gala – termin proponowany",
        "Gala – brak wolnych miejsc",
        "Gala – odbędzie się online",
        "Gala – dane przykładowe",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_event_without_an_hour_is_never_at_midnight(suffix):
    with time_machine.travel(NOW, tick=False):
        EventFactory(start_date=date(2018, 9, 15))
        (entry,) = parsed(suffix).entries
    html = entry.content[-1].value
    assert "godzina do ustalenia" in html
    assert "00:00" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_latest_announcement_comes_first_and_keeps_its_place_when_it_changes(suffix, monkeypatch):
    pages = []
    for number in range(3):
        with time_machine.travel(NOW + timedelta(days=number), tick=False):
            pages.append(EventFactory(title=f"Nr {number}"))
    publish(pages[0], title="Nr 0 zmienione")
    assert titles(suffix) == ["Nr 2", "Nr 1", "Nr 0 zmienione"]
    monkeypatch.setattr("cms.feeds.views.MOST_IN_FEED", 2)
    assert titles(suffix) == ["Nr 2", "Nr 1"]


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_feed_takes_the_filters_of_the_list_and_holds_its_own_type_only(suffix):
    OrganizationFactory(title="Organizacja")
    EventFactory(title="O prawie", topics=[TopicFactory(slug="prawo")])
    EventFactory(title="Minione", start_date=in_days(-3), cancelled=True)
    assert titles(suffix, "topic=prawo") == titles(suffix, "upcoming=true") == ["O prawie"]
    assert titles(suffix, "status=cancelled") == ["ODWOŁANE: Minione"]


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_feed_is_dated_by_the_newest_change_withdrawals_included(suffix):
    with time_machine.travel(NOW, tick=False):
        pages = [EventFactory(), EventFactory()]
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        pages[1].delete()
        if suffix != "json":  # JSON Feed has no date of its own
            assert parsed(suffix).feed.updated_parsed[:5] == (2018, 5, 5, 10, 0)
        assert len(parsed(suffix).entries) == 1


@pytest.mark.django_db
def test_private_list_of_events_is_not_named_as_home(client):
    home_page()
    make_private(EventIndexPage.objects.get())
    for suffix in SUFFIXES:
        assert b"wydarzenia/" not in read(f"/feeds/events.{suffix}")


def test_unknown_form_and_unknown_subject_are_not_found(db, client):
    for path in ("/feeds/events.xml", "/feeds/contests.rss", "/feeds/", "/feeds/events/"):
        assert client.get(path).status_code == 404


# --- As text -------------------------------------------------------------------------------------

texts = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("ąćę🎉&<>\"'\x00\x0b\ufffe]]>"),
    max_size=120,
)


@settings(max_examples=100, deadline=None)
@given(title=texts, summary=texts, alt=texts, topic=texts)
def test_whatever_is_written_the_feeds_can_be_read(title, summary, alt, topic):
    event = EVENT | {
        "title": title,
        "summary": summary,
        "is_sample": False,
        "image": IMAGE | {"alt": alt, "author": alt},
        "topics": [{"slug": "x", "name": topic}],
    }
    for form in FORMATS:
        written = form.write(
            Feed(
                "T",
                "O",
                "https://a.example/",
                "https://a.example/f",
                "A",
                NOW,
                [event_entry(event)],
            )
        )
        if form is JSON:
            (item,) = orjson.loads(written)["items"]
            assert item["title"] == clean(title)
        else:
            element = ElementTree.fromstring(written)  # noqa: S314  (our own)
            tags = ("title", "{http://www.w3.org/2005/Atom}title")
            _of_feed, found = (one.text for one in element.iter() if one.tag in tags)
            assert normalized(found) == normalized(clean(title))


def normalized(text: str | None) -> str:
    """Return a text as XML parsers pass it on: they know one kind of new line."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")
