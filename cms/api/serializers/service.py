"""Answers of the API that are no documents."""

from typing import Any

from rest_framework import serializers

from cms.api.kinds import kinds


class LinksSerializer(serializers.Serializer[Any]):
    """Absolute addresses of the API."""

    changes = serializers.URLField()
    search = serializers.URLField(help_text="Takes `q`.")
    spheres = serializers.URLField()
    localities = serializers.URLField()
    topics = serializers.URLField()
    audiences = serializers.URLField()
    offer_types = serializers.URLField()
    programmes = serializers.URLField()
    legal_forms = serializers.URLField()
    calendar = serializers.URLField(help_text="iCalendar, to subscribe to.")
    events_rss = serializers.URLField()
    events_atom = serializers.URLField()
    events_json = serializers.URLField(help_text="JSON Feed.")
    news_rss = serializers.URLField()
    news_atom = serializers.URLField()
    news_json = serializers.URLField(help_text="JSON Feed.")
    embed = serializers.URLField(help_text="For people: lists to copy into other websites.")
    export_organizations_csv = serializers.URLField(help_text="Open data: the whole directory.")
    export_organizations_json = serializers.URLField()
    export_events_csv = serializers.URLField(help_text="Open data: all events.")
    export_events_json = serializers.URLField()
    openapi = serializers.URLField()
    docs = serializers.URLField()

    def get_fields(self) -> dict[str, Any]:
        """Return the lists of all types, then the fields above."""
        return {kind.plural: serializers.URLField() for kind in kinds()} | super().get_fields()


class RootSerializer(serializers.Serializer[Any]):
    """The way in."""

    api_version = serializers.CharField()
    epoch = serializers.UUIDField(help_text="Changes when the server is restored or rebuilt.")
    sequence = serializers.IntegerField(help_text="Number of the newest change.")
    links = LinksSerializer()


class ParameterErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one parameter."""

    name = serializers.CharField()
    detail = serializers.CharField()
    allowed = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Values that are allowed; for an unknown parameter, the names of those known.",
    )


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457). Decide by `type` or `status`; texts may change."""

    type = serializers.URLField(help_text="The kind of problem; its address explains it.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ParameterErrorSerializer(many=True, required=False)  # type: ignore[assignment]


class ProblemKindSerializer(serializers.Serializer[Any]):
    """A kind of problem."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    description = serializers.CharField()
