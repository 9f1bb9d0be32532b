from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.base import NullableCharField, RelatedItemSerializer
from cms.api.serializers.files import FileSerializer
from cms.api.serializers.tagged import TaggedSerializer
from cms.documents.liveness import is_public
from cms.models.resources import ResourceFile, ResourcePage


class ResourceFileSerializer(FileSerializer):
    """A file of a material."""

    role = serializers.ChoiceField(choices=ResourceFile.Role.choices)


class ResourceSerializer(TaggedSerializer):
    """A report, regulations, a guide or a form: a summary as HTML, and files."""

    kind = serializers.ChoiceField(choices=ResourcePage.Kind.choices)
    kind_label = serializers.CharField(source="get_kind_display", help_text="The kind in Polish.")
    year = serializers.IntegerField(allow_null=True)
    authors = NullableCharField()
    method = NullableCharField(help_text="How a study was made.")
    licence = NullableCharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    previous_version = serializers.SerializerMethodField()
    project = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_previous_version(self, page: ResourcePage) -> dict[str, Any] | None:
        return self.related(page.previous_version)

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_project(self, page: ResourcePage) -> dict[str, Any] | None:
        return self.related(page.project)

    @extend_schema_field(ResourceFileSerializer(many=True))
    def get_files(self, page: ResourcePage) -> list[dict[str, Any]]:
        rows = page.files.select_related("file").order_by("sort_order", "pk")
        return [{**self.attachment(row.file, row.title), "role": row.role} for row in rows]

    @staticmethod
    def facets(page: ResourcePage) -> Iterable[tuple[str, str]]:
        yield from TaggedSerializer.facets(page)
        yield "kind", page.kind
        if page.year:
            yield "year", str(page.year)
        if page.project and is_public(page.project):
            yield "project", page.project.slug
