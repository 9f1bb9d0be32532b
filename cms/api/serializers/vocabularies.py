from typing import Any

from rest_framework import serializers

from cms.api.serializers.base import EmbeddedSerializer
from cms.models.vocabularies import Locality


class LocalitySerializer(EmbeddedSerializer):
    """A part of the municipality."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    name_locative = serializers.CharField(help_text="With the preposition: „w Bełku”.")
    kind = serializers.ChoiceField(choices=Locality.Kind.choices)


class SphereSerializer(EmbeddedSerializer):
    """A sphere of public tasks, art. 4(1) of the Act on public benefit activity."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class TopicSerializer(EmbeddedSerializer):
    """What content is about."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class LegalFormSerializer(serializers.Serializer[Any]):
    """A legal form of organizations."""

    code = serializers.CharField()
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="The legal form in Polish."
    )


class AudienceSerializer(EmbeddedSerializer):
    """A group of people for whom content is meant."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class OfferTypeSerializer(EmbeddedSerializer):
    """A form of support that people choose from."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    level = serializers.CharField(
        allow_blank=True, help_text="general, specialist, or empty where it does not matter."
    )
