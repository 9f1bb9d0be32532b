"""The change feed, for the published schema: its answers are composed of stored payloads."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.models.documents import Document


class ChangeSerializer(serializers.Serializer[Any]):
    """The newest state of one document. A push sends the same object, with the `epoch`."""

    sequence = serializers.IntegerField(help_text="Its place in the sequence of changes.")
    id = serializers.UUIDField(help_text="The document's id.")
    type = serializers.ChoiceField(choices=Document.Type.choices)
    slug = serializers.CharField()
    version = serializers.IntegerField(help_text="Apply only what is above the version you hold.")
    action = serializers.ChoiceField(
        choices=[("upsert", "store this state"), ("remove", "remove the document from your copy")]
    )
    document = serializers.SerializerMethodField(help_text="Null when `action` is `remove`.")

    # Which types there are is known once all apps have registered theirs (`cms.api.schema`).
    @extend_schema_field({"type": ["object", "null"]})
    def get_document(self, change: Any) -> Any:
        raise NotImplementedError("payloads are not serialized again")


class ChangeFeedSerializer(serializers.Serializer[Any]):
    """One page of the change feed."""

    epoch = serializers.UUIDField(help_text="Changes when the server is restored or rebuilt.")
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last one.")
    sequence = serializers.IntegerField(help_text="Pass it as `since` the next time.")
    results = ChangeSerializer(many=True)
