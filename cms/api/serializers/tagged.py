"""What documents with tags have: topics, audiences, localities, a programme."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.base import DocumentSerializer, EmbeddedSerializer, NullableCharField
from cms.api.serializers.vocabularies import (
    AudienceSerializer,
    LocalitySerializer,
    OfferTypeSerializer,
    TopicSerializer,
)
from cms.models.offers import OfferType
from cms.models.tagged import TaggedPage
from cms.models.vocabularies import Partner


class ProgrammeSerializer(EmbeddedSerializer):
    """A public programme, such as the local revitalization programme."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    resolution = NullableCharField(help_text="Number and date of the resolution that adopted it.")
    website = NullableCharField()


class PartnerSerializer(EmbeddedSerializer):
    """Who carries something together with the centre."""

    name = serializers.CharField()
    sector = serializers.ChoiceField(choices=Partner.Sector.choices)
    sector_label = serializers.CharField(
        source="get_sector_display", help_text="The sector in Polish."
    )
    role = NullableCharField(help_text="What it brings, in Polish.")
    website = NullableCharField()


class TaggedSerializer(DocumentSerializer):
    """A document with tags."""

    topics = serializers.SerializerMethodField()
    audiences = serializers.SerializerMethodField(help_text="For whom it is.")
    localities = serializers.SerializerMethodField(help_text="Where in the municipality it counts.")
    programme = ProgrammeSerializer(allow_null=True)

    @extend_schema_field(TopicSerializer(many=True))
    def get_topics(self, page: TaggedPage) -> list[dict[str, Any]]:
        topics = page.topics.order_by("slug")
        return list(TopicSerializer(topics, many=True, context=self.context).data)

    @extend_schema_field(AudienceSerializer(many=True))
    def get_audiences(self, page: TaggedPage) -> list[dict[str, Any]]:
        audiences = page.audiences.order_by("slug")
        return list(AudienceSerializer(audiences, many=True, context=self.context).data)

    @extend_schema_field(LocalitySerializer(many=True))
    def get_localities(self, page: TaggedPage) -> list[dict[str, Any]]:
        localities = page.localities.order_by("slug")
        return list(LocalitySerializer(localities, many=True, context=self.context).data)

    def offers(self, offer_types: Iterable[OfferType]) -> list[dict[str, Any]]:
        """Return types of offer."""
        return list(OfferTypeSerializer(offer_types, many=True, context=self.context).data)

    def partners_of(self, partners: Iterable[Partner]) -> list[dict[str, Any]]:
        """Return partners with their logos, in the order given."""
        return [
            {
                **PartnerSerializer(partner, context=self.context).data,
                "logo": self.picture(partner.logo, partner.logo.description)
                if partner.logo
                else None,
            }
            for partner in partners
        ]

    @staticmethod
    def facets(page: Any) -> Iterable[tuple[str, str]]:
        for topic in page.topics.all():
            yield "topic", topic.slug
        for audience in page.audiences.all():
            yield "audience", audience.slug
        for locality in page.localities.all():
            yield "locality", locality.slug
        if page.programme:
            yield "programme", page.programme.slug
