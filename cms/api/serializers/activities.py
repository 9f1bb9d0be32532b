from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.base import (
    HourField,
    ImageSerializer,
    NullableCharField,
    RelatedItemSerializer,
)
from cms.api.serializers.places import PlaceSerializer
from cms.api.serializers.tagged import PartnerSerializer, TaggedSerializer
from cms.api.serializers.vocabularies import OfferTypeSerializer
from cms.documents.liveness import is_public
from cms.models.activities import ActivityPage, DutyHours, Facility


class PartnerWithLogoSerializer(PartnerSerializer):
    """Who carries something together with the centre, with its logo."""

    logo = ImageSerializer(allow_null=True)


class DutyHoursSerializer(serializers.Serializer[Any]):
    """Hours at which someone is there."""

    weekday = serializers.ChoiceField(
        choices=DutyHours.Weekday.choices, help_text="ISO 8601: Monday is 1."
    )
    opens = HourField()
    closes = HourField()
    note = NullableCharField()


class ClosureSerializer(serializers.Serializer[Any]):
    """Days on which it is not available."""

    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True, help_text="Last day, if not the same.")
    reason = NullableCharField()


class FacilitySerializer(serializers.Serializer[Any]):
    """A room or equipment that organizations may use."""

    kind = serializers.ChoiceField(choices=Facility.Kind.choices)
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    seats = serializers.IntegerField(allow_null=True)
    description = NullableCharField()


class FigureSerializer(serializers.Serializer[Any]):
    """A number that says what was done."""

    value = serializers.DecimalField(max_digits=12, decimal_places=1)
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="Of what, in Polish."
    )
    period = NullableCharField()


class ActivitySerializer(TaggedSerializer):
    """An activity of a project: advice, trainings, rooms and so on."""

    kind = serializers.ChoiceField(choices=ActivityPage.Kind.choices)
    kind_label = serializers.CharField(source="get_kind_display", help_text="The kind in Polish.")
    project = serializers.SerializerMethodField()
    offer_types = serializers.SerializerMethodField()
    place = PlaceSerializer(allow_null=True)
    adviser_role = NullableCharField(help_text="Who helps: a role, never a person's name.")
    booking_email = NullableCharField()
    booking_phone = NullableCharField()
    booking_url = NullableCharField()
    booking_rules = NullableCharField()
    is_free = serializers.BooleanField(help_text="Free of charge.")
    duty_hours = DutyHoursSerializer(many=True)
    closures = ClosureSerializer(many=True)
    facilities = FacilitySerializer(many=True)
    figures = FigureSerializer(many=True)
    resources = serializers.SerializerMethodField(help_text="Rules and forms.")
    partners = serializers.SerializerMethodField()

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_project(self, page: ActivityPage) -> dict[str, Any] | None:
        return self.related(page.get_parent())

    @extend_schema_field(OfferTypeSerializer(many=True))
    def get_offer_types(self, page: ActivityPage) -> list[dict[str, Any]]:
        return self.offers(page.offer_types.order_by("slug"))

    @extend_schema_field(RelatedItemSerializer(many=True))
    def get_resources(self, page: ActivityPage) -> list[dict[str, Any]]:
        return self.all_related(page.resources.all())

    @extend_schema_field(PartnerWithLogoSerializer(many=True))
    def get_partners(self, page: ActivityPage) -> list[dict[str, Any]]:
        return self.partners_of(page.partners.order_by("name", "pk"))

    @staticmethod
    def facets(page: ActivityPage) -> Iterable[tuple[str, str]]:
        yield from TaggedSerializer.facets(page)
        yield "kind", page.kind
        for offer_type in page.offer_types.all():
            yield "offer", offer_type.slug
        project = page.get_parent().specific
        if is_public(project):
            yield "project", project.slug
