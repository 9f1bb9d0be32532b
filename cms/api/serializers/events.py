from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.base import (
    HourField,
    ImageSerializer,
    NullableCharField,
    RelatedItemSerializer,
    hour,
    start_of_day,
)
from cms.api.serializers.files import FileSerializer
from cms.api.serializers.places import FeatureSerializer, PlaceSerializer, feature_list
from cms.api.serializers.tagged import TaggedSerializer
from cms.api.serializers.vocabularies import OfferTypeSerializer
from cms.documents.liveness import is_public
from cms.models.accessibility import features
from cms.models.event_parts import ProgrammeItem
from cms.models.events import EventPage


class ProgrammeItemSerializer(serializers.Serializer[Any]):
    """A part of an event."""

    day = serializers.DateField(allow_null=True, help_text="Null on an event of one day.")
    start_time = HourField(allow_null=True)
    end_time = HourField(allow_null=True)
    title = serializers.CharField()
    description = NullableCharField()
    organization = RelatedItemSerializer(allow_null=True)


class EventSerializer(TaggedSerializer):
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
    status_note = NullableCharField(help_text="What people should know of the change, in Polish.")
    is_full = serializers.BooleanField(help_text="No places are left.")
    place = PlaceSerializer(allow_null=True)
    online_url = NullableCharField()
    registration_url = NullableCharField()
    registration_email = NullableCharField()
    registration_deadline = serializers.SerializerMethodField(help_text="Last day of sign-up.")
    seats = serializers.IntegerField(allow_null=True, help_text="Number of places.")
    is_free = serializers.BooleanField(help_text="Free of charge.")
    price_note = NullableCharField(help_text="What it costs, in Polish.")
    trainer = NullableCharField(help_text="Who leads it.")
    offer_type = OfferTypeSerializer(allow_null=True)
    accessibility = serializers.SerializerMethodField(
        help_text="What the place and the event offer to people with particular needs."
    )
    accessibility_contact = NullableCharField()
    activity = serializers.SerializerMethodField()
    previous_edition = serializers.SerializerMethodField()
    participants = serializers.SerializerMethodField(help_text="Organizations that take part.")
    programme_items = serializers.SerializerMethodField()
    materials = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()
    project = serializers.SerializerMethodField()
    organizers = serializers.SerializerMethodField()
    partners = serializers.SerializerMethodField(help_text="Names of partners.")

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_project(self, page: EventPage) -> dict[str, Any] | None:
        return self.related(page.project)

    @extend_schema_field(RelatedItemSerializer(many=True))
    def get_organizers(self, page: EventPage) -> list[dict[str, Any]]:
        return self.all_related(page.organizers.all())

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_partners(self, page: EventPage) -> list[str]:
        return [self.reads.note(partner).name for partner in page.partners.order_by("name", "pk")]

    @extend_schema_field({"type": ["string", "null"], "format": "date"})
    def get_registration_deadline(self, page: EventPage) -> str | None:
        deadline = page.registration_deadline
        if deadline is None:
            return None
        if deadline >= timezone.localdate():
            self.reads.true_until(start_of_day(deadline + timedelta(days=1)))
        return deadline.isoformat()

    @extend_schema_field(FeatureSerializer(many=True))
    def get_accessibility(self, page: EventPage) -> list[dict[str, str]]:
        return feature_list(features(page, page.place))

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_activity(self, page: EventPage) -> dict[str, Any] | None:
        return self.related(page.activity)

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_previous_edition(self, page: EventPage) -> dict[str, Any] | None:
        return self.related(page.previous_edition)

    @extend_schema_field(RelatedItemSerializer(many=True))
    def get_participants(self, page: EventPage) -> list[dict[str, Any]]:
        return self.all_related(page.participants.all())

    @extend_schema_field(ProgrammeItemSerializer(many=True))
    def get_programme_items(self, page: EventPage) -> list[dict[str, Any]]:
        rows = page.programme_items.order_by("sort_order", "pk")
        return [self._programme_item(row) for row in rows]

    def _programme_item(self, row: ProgrammeItem) -> dict[str, Any]:
        return {
            "day": row.day and row.day.isoformat(),
            "start_time": hour(row.start_time),
            "end_time": hour(row.end_time),
            "title": row.title,
            "description": row.description or None,
            "organization": self.related(row.organization),
        }

    @extend_schema_field(FileSerializer(many=True))
    def get_materials(self, page: EventPage) -> list[dict[str, Any]]:
        rows = page.materials.select_related("file").order_by("sort_order", "pk")
        return [self.attachment(row.file, row.title) for row in rows]

    @extend_schema_field(ImageSerializer(many=True))
    def get_photos(self, page: EventPage) -> list[dict[str, Any]]:
        rows = page.photos.select_related("image").order_by("sort_order", "pk")
        photos = (self.picture(row.image, row.image.description) for row in rows)
        return [photo for photo in photos if photo]

    @staticmethod
    def facets(page: EventPage) -> Iterable[tuple[str, str]]:
        yield from TaggedSerializer.facets(page)
        yield from facets_of_state(page)
        yield from facets_of_related(page)
        if page.place and page.place.locality:
            yield "locality", page.place.locality.slug
        for feature in features(page, page.place):
            yield "accessible", feature.value


def facets_of_state(page: EventPage) -> Iterable[tuple[str, str]]:
    """Return what an event's own fields are filtered by."""
    yield "kind", page.kind
    yield "status", page.status
    yield "certainty", page.date_certainty
    if page.level:
        yield "level", page.level
    if page.offer_type:
        yield "offer", page.offer_type.slug
    if can_sign_up_until_it_is_over(page):
        yield "registration", "open"


def facets_of_related(page: EventPage) -> Iterable[tuple[str, str]]:
    """Return the related pages that are public: others must not be found out by name either."""
    named = [("project", page.project), ("activity", page.activity)]
    named += [("organizer", organizer) for organizer in page.organizers.all()]
    for name, related in named:
        if related and is_public(related):
            yield name, related.slug


def can_sign_up_until_it_is_over(page: EventPage) -> bool:
    """Whether only the event's end can close the sign-up (as `cms.wording.can_sign_up`)."""
    does_not_take_place = page.status in {EventPage.Status.CANCELLED, EventPage.Status.POSTPONED}
    deadline = page.registration_deadline
    return bool(
        (page.registration_url or page.registration_email)
        and not page.is_full
        and not does_not_take_place
        and (deadline is None or deadline >= timezone.localdate())
    )
