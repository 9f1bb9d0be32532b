from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.base import RelatedItemSerializer
from cms.api.serializers.tagged import TaggedSerializer
from cms.documents.liveness import is_public
from cms.models.news import NewsPage


class NewsSerializer(TaggedSerializer):
    """A piece of news. Its date is `published_at`."""

    is_alert = serializers.BooleanField(help_text="Urgent: show it above everything else.")
    project = serializers.SerializerMethodField()
    events = serializers.SerializerMethodField()
    organizations = serializers.SerializerMethodField()

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_project(self, page: NewsPage) -> dict[str, Any] | None:
        return self.related(page.project)

    @extend_schema_field(RelatedItemSerializer(many=True))
    def get_events(self, page: NewsPage) -> list[dict[str, Any]]:
        return self.all_related(page.events.all())

    @extend_schema_field(RelatedItemSerializer(many=True))
    def get_organizations(self, page: NewsPage) -> list[dict[str, Any]]:
        return self.all_related(page.organizations.all())

    @staticmethod
    def facets(page: NewsPage) -> Iterable[tuple[str, str]]:
        yield from TaggedSerializer.facets(page)
        if page.is_alert:
            yield "alert", "true"
        if page.project and is_public(page.project):
            yield "project", page.project.slug
