"""Editions as documents: what everyone may read of them through every channel.

A document says what the archive shows. What it lists is pointed to, in its present state; what was
withdrawn has dropped out.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.examples import EVENT, IMAGE, TOPIC, envelope, related
from cms.api.filters import DocumentFilterSet, TaggedFilterSet
from cms.api.kinds import BY_PUBLICATION, DocumentKind
from cms.api.serializers import DocumentSerializer, RelatedItemSerializer
from cms.api.serializers.base import HourField, ImageSerializer, block_html, hour
from cms.api.serializers.vocabularies import TopicSerializer
from cms.feeds.entries import announced_for
from cms.models.documents import Document
from cms.models.events import EventPage
from cms.wording import event_title, event_when
from newsletters.editions.content import chosen_pages, picks_of
from newsletters.editions.models import NewsletterPage


class ListedEventSerializer(RelatedItemSerializer):
    """An event that an edition lists, in its present state."""

    start_date = serializers.DateField()
    end_date = serializers.DateField(allow_null=True)
    start_time = HourField(allow_null=True)
    end_time = HourField(allow_null=True)
    date_precision = serializers.ChoiceField(choices=EventPage.DatePrecision.choices)
    date_certainty = serializers.ChoiceField(choices=EventPage.DateCertainty.choices)
    status = serializers.ChoiceField(choices=EventPage.Status.choices)
    previous_start_date = serializers.DateField(allow_null=True)
    is_full = serializers.BooleanField()


def block_schema(kind: str, value: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": {"type": {"const": kind}, "value": value},
        "required": ["type", "value"],
    }


def object_schema(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


TEXT = {"type": "string"}
BODY_SCHEMA = {
    "type": "array",
    "description": "The content as typed blocks. What was withdrawn has dropped out.",
    "items": {
        "oneOf": [
            block_schema("heading", TEXT, "A heading of the second level."),
            block_schema("paragraph", TEXT, "Sanitized HTML with absolute links."),
            block_schema("image", {"$ref": "#/components/schemas/Image"}, "An image."),
            block_schema(
                "button",
                object_schema(label=TEXT, url={"type": "string", "format": "uri"}),
                "A link that is meant to be pressed.",
            ),
            block_schema(
                "events",
                object_schema(
                    heading={"type": ["string", "null"]},
                    events={"type": "array", "items": {"$ref": "#/components/schemas/ListedEvent"}},
                ),
                "Events, under a heading or none.",
            ),
            block_schema(
                "organization", {"$ref": "#/components/schemas/RelatedItem"}, "An organization."
            ),
            block_schema("divider", {"type": "null"}, "A line between two parts."),
        ]
    },
}


class NewsletterSerializer(DocumentSerializer):
    """An edition of the newsletter, as the public archive shows it."""

    topics = serializers.SerializerMethodField(help_text="Empty: it went to all subscribers.")
    events = serializers.SerializerMethodField(help_text="All events that the body lists.")

    @extend_schema_field(TopicSerializer(many=True))
    def get_topics(self, page: NewsletterPage) -> list[dict[str, Any]]:
        topics = page.topics.order_by("slug")
        return list(TopicSerializer(topics, many=True, context=self.context).data)

    @extend_schema_field(ListedEventSerializer(many=True))
    def get_events(self, page: NewsletterPage) -> list[dict[str, Any]]:
        lists = (block["value"] for block in self.get_body(page) if block["type"] == "events")
        listed = {event["id"]: event for one in lists for event in one["events"]}
        return list(listed.values())

    @extend_schema_field(ImageSerializer(allow_null=True))
    def get_image(self, page: NewsletterPage) -> dict[str, Any] | None:
        """Return the page's own image, or else the first in its body."""
        first = next((block for block in page.body if block.block_type == "image"), None)
        return super().get_image(page) or (self.block(first) if first else None)

    @extend_schema_field(BODY_SCHEMA)
    def get_body(self, page: NewsletterPage) -> list[dict[str, Any]]:
        picks = picks_of(page)
        blocks = ((block.block_type, self._value(block, picks)) for block in page.body)
        return [
            {"type": kind, "value": value} for kind, value in blocks if value or kind == "divider"
        ]

    def get_body_html(self, page: NewsletterPage) -> str:
        return "".join(
            HTML.get(block["type"], block_html)(block)  # those of all documents, or an edition's
            for block in self.get_body(page)
        )

    def _value(self, block: Any, picks: dict[str, list[str]]) -> Any:
        """Return the value of one block for the payload; false if it shows nothing."""
        if block.block_type == "button":
            button = {name: (block.value[name] or "").strip() for name in ("label", "url")}
            return button if all(button.values()) else None
        if block.block_type == "events":
            events = list(self._listed(block, picks))
            heading = (block.value["heading"] or "").strip() or None
            return {"heading": heading, "events": events} if events else None
        if block.block_type == "organization":
            return self.related(next(chosen_pages(block), None))
        return None if block.block_type == "divider" else self.block(block)

    def _listed(self, block: Any, picks: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
        """Return those of a block's events that are public; lists by date stand by date."""
        is_chosen = any(block.value["events"])
        events = chosen_pages(block) if is_chosen else picked(picks.get(block.id or "", []))
        for event in events:
            if item := self.related(event):
                yield item | {
                    "start_date": event.start_date and event.start_date.isoformat(),
                    "end_date": event.end_date and event.end_date.isoformat(),
                    "start_time": hour(event.start_time),
                    "end_time": hour(event.end_time),
                    "date_precision": event.date_precision,
                    "date_certainty": event.date_certainty,
                    "status": event.status,
                    "previous_start_date": event.previous_start_date
                    and event.previous_start_date.isoformat(),
                    "is_full": event.is_full,
                }

    @staticmethod
    def facets(page: Any) -> Iterable[tuple[str, str]]:
        for topic in page.topics.all():
            yield "topic", topic.slug


def picked(document_ids: Iterable[str]) -> list[EventPage]:
    """Return the events that a list by date holds, by date and hour."""
    found = EventPage.objects.filter(document__pk__in=[UUID(one) for one in document_ids])
    return sorted(found, key=lambda one: (one.start_date, hour(one.start_time) or "", one.pk))


def _link(item: dict[str, Any]) -> str:
    return f'<a href="{escape(item["url"])}">{escape(item["title"])}</a>'


def _button_html(block: dict[str, Any]) -> str:
    value = block["value"]
    return f'<p><a href="{escape(value["url"])}">{escape(value["label"])}</a></p>'


def _events_html(block: dict[str, Any]) -> str:
    value = block["value"]
    heading = f"<h2>{escape(value['heading'])}</h2>" if value["heading"] else ""
    items = "".join(f"<li>{_event_html(event)}</li>" for event in value["events"])
    return f"{heading}<ul>{items}</ul>"


def _event_html(event: dict[str, Any]) -> str:
    """Return title and state in words, as a link, and when it is."""
    title = event_title(event, announced_for(event))
    when = escape(event_when(event))
    if event["start_date"]:
        when = f'<time datetime="{event["start_date"]}">{when}</time>'
    return f"{_link(event | {'title': title})}<br>{when}"


# How the blocks that only editions have read in HTML.
HTML = {
    "button": _button_html,
    "events": _events_html,
    "organization": lambda block: f"<p>{_link(block['value'])}</p>",
    "divider": lambda block: "<hr>",
}


class NewsletterFilterSet(DocumentFilterSet):
    """Filters of the editions."""

    topic = TaggedFilterSet.base_filters["topic"]


LISTED_EVENT = {
    **related(EVENT),
    **{
        name: EVENT[name]
        for name in (
            *("start_date", "end_date", "start_time", "end_time", "date_precision"),
            *("date_certainty", "status", "previous_start_date", "is_full"),
        )
    },
}
EXAMPLE = {
    **envelope("newsletter", 8, "kwiecien-w-centrum", "Kwiecień w Centrum", "/newsletter/"),
    "summary": "Szkolenie o danych osobowych i nowe godziny otwarcia.",
    "body": [
        {"type": "heading", "value": "Co przed nami"},
        {"type": "events", "value": {"heading": None, "events": [LISTED_EVENT]}},
        {"type": "image", "value": IMAGE},
        {"type": "divider", "value": None},
        {"type": "button", "value": {"label": "Zapisz się", "url": EVENT["registration_url"]}},
    ],
    "body_html": "<h2>Co przed nami</h2>",
    "topics": [TOPIC],
    "events": [LISTED_EVENT],
}
KIND = DocumentKind(
    document_type=Document.Type.NEWSLETTER,
    plural="newsletters",
    url_name="newsletter",
    component="Newsletter",
    serializer=NewsletterSerializer,
    filterset=NewsletterFilterSet,
    orderings=BY_PUBLICATION,
    example=EXAMPLE,
    about=_("Editions of the newsletter: the public archive."),
    list_summary=_("List editions of the newsletter"),
    list_description=_(
        "Editions in the public archive, latest first. Each shows what it lists in its present "
        "state; what was withdrawn has dropped out. Lists by date hold the events that the mail "
        "listed, or until it is sent those that came next when the edition was published."
    ),
    detail_summary=_("Get an edition of the newsletter"),
)
