"""What all documents have: the envelope, related items, images, the body."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from html import escape
from typing import Any

from django.db.models import Model
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.files import published_file, staff_file
from cms.basepage.models import BasePage
from cms.documents.addresses import absolute, public_url
from cms.documents.liveness import is_public
from cms.documents.media import public_copies
from cms.documents.reads import Reads
from cms.models.documents import Document
from cms.models.files import CentreFile
from cms.models.images import CentreImage, PublishedRendition, Rendition
from cms.models.published import DocumentPage
from cms.polish import sort_key
from cms.richtext import public_html
from cms.schema_org import schema_org


class NullableCharField(serializers.CharField):
    """Text that is null in JSON while it is empty in the form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return str(value) if value else None


class HourField(serializers.Field):
    """Local time of day as "17:00", without seconds."""

    def to_representation(self, value: time) -> str:
        return str(hour(value))


def hour(value: time | None) -> str | None:
    """Return a local time of day as HourField does, or None."""
    return value.strftime("%H:%M") if value else None


extend_schema_field({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$", "example": "17:00"})(
    HourField
)


class EmbeddedSerializer(serializers.Serializer[Any]):
    """A part of a document that comes from another object, which is noted as read."""

    def to_representation(self, instance: Model) -> dict[str, Any]:
        if reads := self.context.get("reads"):
            reads.note(instance)
        return super().to_representation(instance)


class RelatedItemSerializer(serializers.Serializer[Any]):
    """A pointer to another document."""

    id = serializers.UUIDField(help_text="Public id of the other document.")
    type = serializers.ChoiceField(choices=Document.Type.choices)
    slug = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField(help_text="Its public page.")


class RenditionSerializer(serializers.Serializer[Any]):
    """One size of an image."""

    url = serializers.URLField()
    width = serializers.IntegerField(help_text="Width in pixels.")
    height = serializers.IntegerField(help_text="Height in pixels.")


class FocusSerializer(serializers.Serializer[Any]):
    """What must stay visible where an image is cropped: its middle, from the upper left corner."""

    x = serializers.FloatField(help_text="Part of the width: 0 to 1.")
    y = serializers.FloatField(help_text="Part of the height: 0 to 1.")


class ImageSerializer(serializers.Serializer[Any]):
    """An image: its widest size, and all sizes from narrow to wide."""

    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField(help_text="Alternative text; empty for a decorative image.")
    author = NullableCharField()
    licence = NullableCharField()
    focus = FocusSerializer(allow_null=True)
    renditions = RenditionSerializer(many=True)


class OperatorSerializer(serializers.Serializer[Any]):
    """Who ran the centre when the document was first published, and who paid."""

    name = serializers.CharField()
    funding = NullableCharField(help_text="The sentence that the funder asks for, in Polish.")
    funder_logos = ImageSerializer(many=True)


BODY_SCHEMA = {
    "type": "array",
    "description": "The body as typed blocks.",
    "items": {
        "oneOf": [
            {
                "type": "object",
                "description": "A heading of the second level.",
                "properties": {"type": {"const": "heading"}, "value": {"type": "string"}},
                "required": ["type", "value"],
            },
            {
                "type": "object",
                "description": "Sanitized HTML with absolute links.",
                "properties": {"type": {"const": "paragraph"}, "value": {"type": "string"}},
                "required": ["type", "value"],
            },
            {
                "type": "object",
                "properties": {
                    "type": {"const": "image"},
                    "value": {"$ref": "#/components/schemas/Image"},
                },
                "required": ["type", "value"],
            },
            {
                "type": "object",
                "properties": {
                    "type": {"const": "quote"},
                    "value": {
                        "type": "object",
                        "properties": {
                            "text": {"type": "string"},
                            "source": {"type": ["string", "null"]},
                        },
                        "required": ["text", "source"],
                    },
                },
                "required": ["type", "value"],
            },
        ]
    },
}


class DocumentSerializer(serializers.Serializer[Any]):
    """The envelope that every document has.

    The context holds `reads` (`Reads`, collects what is read), `document` (for its public id).
    `version` and `updated_at` are filled in when the payload is stored.
    """

    id = serializers.SerializerMethodField(help_text="Public id; never changes.")
    type = serializers.SerializerMethodField(help_text="What the document is.")
    slug = serializers.SlugField(help_text="Readable part of the address, unique per type.")
    title = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="The document's public page.")
    version = serializers.SerializerMethodField(
        help_text="Number in the sequence of changes at which this state was written."
    )
    published_at = serializers.SerializerMethodField(help_text="When it was first published.")
    updated_at = serializers.SerializerMethodField(help_text="When this state was written.")
    is_sample = serializers.BooleanField(help_text="Invented content, for trying the system out.")
    summary = serializers.CharField(help_text="One or two sentences; may be empty.")
    image = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField()
    body_html = serializers.SerializerMethodField(
        help_text="The body as sanitized HTML with absolute addresses."
    )
    operator = serializers.SerializerMethodField()
    schema_org = serializers.SerializerMethodField(
        help_text="The document as schema.org JSON-LD, for a `script` of `application/ld+json`."
    )

    @property
    def reads(self) -> Reads:
        reads: Reads = self.context["reads"]
        return reads

    @extend_schema_field({"type": "string", "format": "uuid"})
    def get_id(self, page: DocumentPage) -> str:
        return str(self.context["document"].pk)

    @extend_schema_field({"type": "string"})
    def get_type(self, page: DocumentPage) -> str:
        return page.document_type.value

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, page: DocumentPage) -> str:
        return public_url(page, self.context["document"].pk, self.reads)

    @extend_schema_field({"type": "integer", "format": "int64"})
    def get_version(self, page: DocumentPage) -> None:
        return None

    @extend_schema_field({"type": "string", "format": "date-time"})
    def get_published_at(self, page: DocumentPage) -> str:
        document: Document = self.context["document"]
        moment = page.first_published_at or document.published_at or timezone.now()
        return moment.isoformat()

    @extend_schema_field({"type": "string", "format": "date-time"})
    def get_updated_at(self, page: DocumentPage) -> None:
        return None

    @extend_schema_field(ImageSerializer(allow_null=True))
    def get_image(self, page: DocumentPage) -> dict[str, Any] | None:
        return self.picture(page.image, page.image.description) if page.image else None

    @extend_schema_field(BODY_SCHEMA)
    def get_body(self, page: DocumentPage) -> list[dict[str, Any]]:
        blocks = ({"type": block.block_type, "value": self.block(block)} for block in page.body)
        return [block for block in blocks if block["value"] is not None]

    @extend_schema_field(OperatorSerializer(allow_null=True))
    def get_operator(self, page: DocumentPage) -> dict[str, Any] | None:
        term = page.operator_term
        if term is None:
            return None
        self.reads.note(term)
        logos = (self.picture(row.image, row.image.description) for row in term.funder_logos.all())
        return {
            "name": term.operator,
            "funding": getattr(page, "funding", "") or term.funding or None,
            "funder_logos": [logo for logo in logos if logo],
        }

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_schema_org(self, page: DocumentPage) -> None:
        return None

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the content; what schema.org says of it is made of the rest."""
        content = super().to_representation(instance)
        return content | {"schema_org": schema_org(content)}

    def get_body_html(self, page: DocumentPage) -> str:
        return "".join(block_html(block) for block in self.get_body(page))

    def block(self, block: Any) -> Any:
        """Return the value of one body block for the payload, or None if it shows nothing."""
        if block.block_type == "paragraph":
            return public_html(block.value.source, self.reads)
        if block.block_type == "image":
            if block.value is None:  # the image was deleted
                return None
            alt = "" if block.value.decorative else block.value.contextual_alt_text
            return self.picture(block.value, alt or "")
        if block.block_type == "quote":
            return {"text": block.value["text"], "source": block.value["source"] or None}
        return str(block.value)

    def picture(self, image: CentreImage, alt: str) -> dict[str, Any] | None:
        """Return an image by its public copies, or None until there is one."""
        self.reads.note(image)
        if image.is_withheld:
            return None
        if image.shown_until:
            self.reads.true_until(start_of_day(image.shown_until + timedelta(days=1)))
        copies = self.copies(image)
        renditions = [
            {"url": absolute(copy.url), "width": copy.width, "height": copy.height}
            for copy in copies
        ]
        if not renditions:
            return None
        return {
            **renditions[-1],
            "alt": "" if image.is_decorative else alt,
            **image.credit,
            "focus": image.focus,
            "renditions": renditions,
        }

    def attachment(self, file: CentreFile, title: str = "") -> dict[str, Any]:
        """Return a file by its public copy, or in a preview for staff."""
        is_preview = bool(self.context.get("preview_copies"))
        found = staff_file(file, self.reads) if is_preview else published_file(file, self.reads)
        return found | {"title": title or found["title"]}

    def copies(self, image: CentreImage) -> Iterable[PublishedRendition | Rendition]:
        """Return the image's sizes: public copies, or in a preview the private renditions."""
        if preview_copies := self.context.get("preview_copies"):
            copies: Iterable[Any] = preview_copies(image)
            return copies
        return public_copies(image, self.reads)

    def related(self, page: BasePage | None) -> dict[str, Any] | None:
        """Return the pointer to another page's document, or None while it is not public.

        The page is noted either way, so that it appears once it is published.
        """
        if page is None:
            return None
        self.reads.note(page, is_shown=False)
        document = Document.objects.filter(page_id=page.pk).only("pk").first()
        if document is None or not is_public(page):
            return None
        specific = self.reads.note(page.specific)
        return {
            "id": str(document.pk),
            "type": specific.document_type.value,
            "slug": page.slug,
            "title": page.title,
            "url": public_url(specific, document.pk, self.reads),
        }

    def all_related(self, pages: Iterable[BasePage]) -> list[dict[str, Any]]:
        """Return the pointers to those of the pages that are public, in Polish order."""
        ordered = sorted(pages, key=lambda page: sort_key(page.title))
        return [item for page in ordered if (item := self.related(page))]

    @staticmethod
    def facets(page: Any) -> Iterable[tuple[str, str]]:
        """Return what lists filter the document by."""
        return ()

    @staticmethod
    def sort_key(page: DocumentPage) -> str:
        """Return the key of the document's place in alphabetical lists."""
        return sort_key(page.title)


def block_html(block: dict[str, Any]) -> str:
    """Return one payload block as HTML."""
    value = block["value"]
    if block["type"] == "heading":
        return f"<h2>{escape(value)}</h2>"
    if block["type"] == "image":
        return (
            f'<figure><img src="{escape(value["url"])}" alt="{escape(value["alt"])}" '
            f'width="{value["width"]}" height="{value["height"]}" loading="lazy"></figure>'
        )
    if block["type"] == "quote":
        source = f"<footer>{escape(value['source'])}</footer>" if value["source"] else ""
        return f"<blockquote><p>{escape(value['text'])}</p>{source}</blockquote>"
    return str(value)


def start_of_day(date: Any) -> datetime:
    """Return local midnight, at which a date begins (Europe/Warsaw)."""
    return timezone.make_aware(datetime.combine(date, time.min))
