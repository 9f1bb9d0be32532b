"""JSON Feed 1.1 for the OpenAPI document. Feeds are written by `cms.feeds.formats`."""

from typing import Any

from rest_framework import serializers


class JsonFeedAuthorSerializer(serializers.Serializer[Any]):
    """Who publishes the feed."""

    name = serializers.CharField()


class JsonFeedItemSerializer(serializers.Serializer[Any]):
    """One document."""

    id = serializers.CharField(help_text="`urn:uuid:` and the document's id; never changes.")
    url = serializers.URLField(help_text="The document's public page.")
    title = serializers.CharField(help_text="With what is out of the ordinary, in words.")
    summary = serializers.CharField()
    content_html = serializers.CharField(help_text="Sanitized HTML with absolute addresses.")
    image = serializers.URLField(required=False)
    date_published = serializers.DateTimeField()
    date_modified = serializers.DateTimeField()
    tags = serializers.ListField(child=serializers.CharField(), help_text="Kind and topics.")


class JsonFeedSerializer(serializers.Serializer[Any]):
    """A feed (jsonfeed.org/version/1.1)."""

    version = serializers.URLField()
    title = serializers.CharField()
    description = serializers.CharField()
    home_page_url = serializers.URLField(help_text="The page that lists the same for people.")
    feed_url = serializers.URLField(help_text="This feed.")
    language = serializers.CharField()
    authors = JsonFeedAuthorSerializer(many=True)
    items = JsonFeedItemSerializer(many=True)
