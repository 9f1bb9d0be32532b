"""Calendars and feeds in the OpenAPI document, and examples that readers can read."""

import feedparser
import orjson
import pytest
from jsonschema import Draft202012Validator

from cms.api.schema import openapi_document
from cms.feeds import examples
from tests.cms.feeds.reading import event_in, read
from tests.factories import EventFactory, ImageFactory

MEDIA_TYPES = {
    "/api/v1/events.ics": "text/calendar",
    "/api/v1/events/{key}.ics": "text/calendar",
    "/feeds/events.rss": "application/rss+xml",
    "/feeds/events.atom": "application/atom+xml",
    "/feeds/events.json": "application/feed+json",
    "/feeds/news.rss": "application/rss+xml",
    "/feeds/news.atom": "application/atom+xml",
    "/feeds/news.json": "application/feed+json",
}
FILTERS = {
    "events": {"ids", "upcoming", "from", "to", "topic", "kind", "status", "certainty"},
    "news": {"ids", "topic", "alert", "project"},
}


@pytest.fixture(scope="module")
def openapi():
    openapi_document.cache_clear()
    return orjson.loads(openapi_document())


def test_each_form_is_documented_with_its_media_type_and_an_example(openapi):
    for path, media_type in MEDIA_TYPES.items():
        operation = openapi["paths"][path]["get"]
        content = operation["responses"]["200"]["content"]
        assert set(content) == {media_type}
        assert content[media_type]["examples"]["Example"]["value"]
        assert operation["tags"] == ["feeds"]
    operations = [openapi["paths"][path]["get"]["operationId"] for path in MEDIA_TYPES]
    assert len(set(operations)) == len(MEDIA_TYPES)


def test_filters_are_documented_and_pages_are_not(openapi):
    for path in MEDIA_TYPES.keys() - {"/api/v1/events/{key}.ics"}:
        parameters = openapi["paths"][path]["get"]["parameters"]
        names = {one["name"] for one in parameters if one["in"] == "query"}
        assert names >= FILTERS["news" if "news" in path else "events"]
        assert not names & {"limit", "cursor", "page", "count", "ordering"}


def test_examples_can_be_read():
    assert event_in(examples.CALENDAR.encode())["STATUS"] == "TENTATIVE"
    for form in ("rss", "atom"):
        for subject, title in (
            ("events", "RODO dla NGO – termin proponowany"),
            ("news", "Nowe godziny otwarcia"),
        ):
            found = feedparser.parse(examples.FEEDS[subject][form])
            assert not found.bozo
            assert found.entries[0].title == title


@pytest.mark.django_db
def test_json_feed_fits_its_schema_and_has_no_other_field(openapi):
    EventFactory(image=ImageFactory())
    components = openapi["components"]
    for name in ("JsonFeed", "JsonFeedItem", "JsonFeedAuthor"):
        components["schemas"][name]["additionalProperties"] = False
    schema = {"$ref": "#/components/schemas/JsonFeed", "components": components}
    feed = orjson.loads(read("/feeds/events.json"))
    assert feed["items"][0]["image"]
    assert list(Draft202012Validator(schema).iter_errors(feed)) == []
    assert list(Draft202012Validator(schema).iter_errors({**feed, "secret": 1})) != []


@pytest.mark.django_db
def test_root_leads_to_calendar_and_feeds(settings):
    links = orjson.loads(read("/api/v1/"))["links"]
    assert links["calendar"] == f"{settings.SITE_URL}/api/v1/events.ics"
    for form in ("rss", "atom", "json"):
        for subject in ("events", "news"):
            address = f"{settings.SITE_URL}/feeds/{subject}.{form}"
            assert links[f"{subject}_{form}"] == address
