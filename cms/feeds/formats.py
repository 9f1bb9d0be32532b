"""The three forms of a feed: RSS 2.0, Atom (RFC 4287), JSON Feed 1.1."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from django.utils.feedgenerator import (
    Atom1Feed,
    Rss201rev2Feed,
    SyndicationFeed,
    rfc3339_date,
)

from cms.api.json import dump
from cms.feeds.entries import Entry, clean
from cms.wording import Payload

LANGUAGE = "pl"
CONTENT_NAMESPACE = "http://purl.org/rss/1.0/modules/content/"
MEDIA_NAMESPACE = "http://search.yahoo.com/mrss/"


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself. `updated_at` is the newest change of what it may show."""

    title: str
    description: str
    home_url: str
    self_url: str
    author: str
    updated_at: datetime
    entries: Sequence[Entry]


class DatedFeed(SyndicationFeed):
    """A feed whose time is given: Django would take that of the newest entry, or now."""

    def latest_post_date(self) -> datetime:
        updated_at: datetime = self.feed["updated_at"]
        return updated_at


class RssFeed(DatedFeed, Rss201rev2Feed):
    """RSS 2.0 with the entry's whole text (content:encoded) and its image (Media RSS)."""

    def rss_attributes(self) -> dict[str, str]:
        namespaces = {"xmlns:content": CONTENT_NAMESPACE, "xmlns:media": MEDIA_NAMESPACE}
        return {**super().rss_attributes(), **namespaces}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        handler.addQuickElement("content:encoded", item["content_html"])
        add_image(handler, item["image"])


class AtomFeed(DatedFeed, Atom1Feed):
    """Atom with the entry's whole text and its image (Media RSS)."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:media": MEDIA_NAMESPACE}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content_html"], {"type": "html"})
        add_image(handler, item["image"])


def add_image(handler: Any, image: Payload | None) -> None:
    """Add an image with its size and description. (An enclosure would need its length in bytes.)"""
    if not image:
        return
    attributes = {"url": image["url"], "medium": "image", "type": "image/webp"}
    size = {"width": str(image["width"]), "height": str(image["height"])}
    handler.startElement("media:content", attributes | size)
    if image["alt"]:
        handler.addQuickElement("media:description", clean(image["alt"]), {"type": "plain"})
    if image["author"]:
        handler.addQuickElement("media:credit", clean(image["author"]))
    handler.endElement("media:content")


def xml_writer(generator: type[SyndicationFeed]) -> Callable[[Feed], bytes]:
    """Return the function that writes a feed with one of Django's generators."""

    def write(feed: Feed) -> bytes:
        channel = generator(
            title=feed.title,
            link=feed.home_url,
            description=feed.description,
            subtitle=feed.description,
            language=LANGUAGE,
            author_name=feed.author,
            feed_url=feed.self_url,
            feed_guid=feed.self_url,
            updated_at=feed.updated_at,
        )
        for entry in feed.entries:
            channel.add_item(
                title=entry.title,
                link=entry.url,
                description=escape(entry.summary, quote=False),  # readers take it for HTML
                unique_id=entry.id,
                unique_id_is_permalink=False,
                pubdate=entry.published_at,
                updateddate=entry.updated_at,
                categories=entry.tags,
                content_html=entry.content_html,
                image=entry.image,
            )
        text: str = channel.writeString("utf-8")
        return text.encode()

    return write


def write_json(feed: Feed) -> bytes:
    """Return the feed as JSON Feed 1.1 (jsonfeed.org)."""
    return dump(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "description": feed.description,
            "home_page_url": feed.home_url,
            "feed_url": feed.self_url,
            "language": LANGUAGE,
            "authors": [{"name": feed.author}],
            "items": [_json_item(entry) for entry in feed.entries],
        }
    )


def _json_item(entry: Entry) -> dict[str, Any]:
    image = {"image": entry.image["url"]} if entry.image else {}
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content_html,
        **image,
        "date_published": entry.published_at.isoformat(),
        "date_modified": entry.updated_at.isoformat(),
        "tags": entry.tags,
    }


@dataclass(frozen=True)
class Format:
    """A form of a feed: the end of its address, its media type, its name, who writes it."""

    suffix: str
    media_type: str
    name: str
    write: Callable[[Feed], bytes]


RSS = Format("rss", "application/rss+xml", "RSS 2.0", xml_writer(RssFeed))
ATOM = Format("atom", "application/atom+xml", "Atom", xml_writer(AtomFeed))
JSON = Format("json", "application/feed+json", "JSON Feed 1.1", write_json)
FORMATS = (RSS, ATOM, JSON)
