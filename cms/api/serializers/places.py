from typing import Any

from rest_framework import serializers

from cms.api.serializers.base import EmbeddedSerializer, NullableCharField
from cms.api.serializers.vocabularies import LocalitySerializer
from cms.models.accessibility import AccessibilityFeature


class PlaceSerializer(EmbeddedSerializer):
    """Where something happens."""

    name = serializers.CharField()
    address = NullableCharField()
    locality = LocalitySerializer(allow_null=True)
    directions = NullableCharField(help_text="How to get there.")
    accessibility_note = NullableCharField()


class FeatureSerializer(serializers.Serializer[Any]):
    """Something that helps people with particular needs to take part."""

    code = serializers.ChoiceField(choices=AccessibilityFeature.choices)
    label = serializers.CharField(help_text="In Polish.")  # type: ignore[assignment]


def feature_list(features: list[AccessibilityFeature]) -> list[dict[str, str]]:
    """Return features as they stand in a payload."""
    return [{"code": feature.value, "label": str(feature.label)} for feature in features]
