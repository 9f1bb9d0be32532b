"""Answers of the search, for the published schema."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.models.documents import Document


class SearchHitSerializer(serializers.Serializer[Any]):
    """A document that was found. The lists give all of it, by `ids`."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=Document.Type.choices)
    slug = serializers.CharField()
    title = serializers.CharField()
    title_html = serializers.CharField(
        help_text="The title as HTML: escaped, what was looked for in <mark>; no other element."
    )
    url = serializers.URLField(help_text="The document's public page.")
    version = serializers.IntegerField()
    is_sample = serializers.BooleanField(
        help_text="Invented content: do not show it on a real site."
    )
    start_date = serializers.DateField(
        allow_null=True, help_text="Of what has a date: its first day."
    )
    end_date = serializers.DateField(allow_null=True, help_text="Its last day.")
    excerpt = serializers.CharField(
        help_text="The part of the summary and body that was found best, or their beginning, in "
        "about 240 characters; may be empty."
    )
    excerpt_html = serializers.CharField(help_text="The same as HTML, like `title_html`.")


class SearchSerializer(serializers.Serializer[Any]):
    """A page of what was found, best first."""

    next = serializers.URLField(allow_null=True, help_text="Address of the next page.")
    previous = serializers.URLField(allow_null=True, help_text="Address of the page before.")
    count = serializers.IntegerField(
        help_text="How many were found, of the `type` if one is given."
    )
    facets = serializers.SerializerMethodField(
        help_text="How many were found of each type, whichever `type` is given."
    )
    results = SearchHitSerializer(many=True)

    @extend_schema_field(
        {
            "type": "object",
            "properties": {name: {"type": "integer"} for name in Document.Type.values},
            "required": list(Document.Type.values),
        }
    )
    def get_facets(self, found: Any) -> Any:
        raise NotImplementedError("answers are made by the view")
