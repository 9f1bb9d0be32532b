from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.base import (
    DocumentSerializer,
    EmbeddedSerializer,
    HourField,
    NullableCharField,
    RelatedItemSerializer,
)
from cms.api.serializers.vocabularies import LocalitySerializer, TopicSerializer
from cms.documents.liveness import is_public
from cms.models.events import EventPage


class PlaceSerializer(EmbeddedSerializer):
    """Where an event happens."""

    name = serializers.CharField()
    address = NullableCharField()
    locality = LocalitySerializer(allow_null=True)


class EventSerializer(DocumentSerializer):
    """An event. Precision and certainty of its date and its status are three things."""

    kind = serializers.ChoiceField(choices=EventPage.Kind.choices)
    kind_label = serializers.CharField(source="get_kind_display", help_text="The kind in Polish.")
    level = NullableCharField(help_text="general or specialist.")
    start_date = serializers.DateField()
    end_date = serializers.DateField(allow_null=True, help_text="Last day, if not the same.")
    start_time = HourField(allow_null=True, help_text="Null while the hour is not known.")
    end_time = HourField(allow_null=True)
    date_precision = serializers.ChoiceField(choices=EventPage.DatePrecision.choices)
    date_certainty = serializers.ChoiceField(
        choices=EventPage.DateCertainty.choices,
        help_text="Show a proposed date with the words „termin proponowany”.",
    )
    status = serializers.ChoiceField(choices=EventPage.Status.choices)
    previous_start_date = serializers.DateField(allow_null=True)
    is_full = serializers.BooleanField(help_text="No places are left.")
    place = PlaceSerializer(allow_null=True)
    online_url = NullableCharField()
    registration_url = NullableCharField()
    project = serializers.SerializerMethodField()
    organizers = serializers.SerializerMethodField()
    partners = serializers.SerializerMethodField(help_text="Names of partners.")
    topics = serializers.SerializerMethodField()

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_project(self, page: EventPage) -> dict[str, Any] | None:
        return self.related(page.project)

    @extend_schema_field(RelatedItemSerializer(many=True))
    def get_organizers(self, page: EventPage) -> list[dict[str, Any]]:
        return self.all_related(page.organizers.all())

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_partners(self, page: EventPage) -> list[str]:
        return [self.reads.note(partner).name for partner in page.partners.order_by("name", "pk")]

    @extend_schema_field(TopicSerializer(many=True))
    def get_topics(self, page: EventPage) -> list[dict[str, Any]]:
        topics = page.topics.order_by("slug")
        return list(TopicSerializer(topics, many=True, context=self.context).data)

    @staticmethod
    def facets(page: EventPage) -> Iterable[tuple[str, str]]:
        yield "kind", page.kind
        yield "status", page.status
        yield "certainty", page.date_certainty
        if page.level:
            yield "level", page.level
        if page.place and page.place.locality:
            yield "locality", page.place.locality.slug
        # What is not public must not be found out by its name either.
        if page.project and is_public(page.project):
            yield "project", page.project.slug
        for organizer in page.organizers.all():
            if is_public(organizer):
                yield "organizer", organizer.slug
        if can_sign_up_until_it_is_over(page):
            yield "registration", "open"
        for topic in page.topics.all():
            yield "topic", topic.slug


def can_sign_up_until_it_is_over(page: EventPage) -> bool:
    """Whether only time can close the sign-up (`cms.wording.can_sign_up` says the same)."""
    does_not_take_place = page.status in {EventPage.Status.CANCELLED, EventPage.Status.POSTPONED}
    return bool(page.registration_url and not page.is_full and not does_not_take_place)
