"""A document as a post or page of WordPress, and what is read of one.

The mark is an attribute around the content and a comment after it. Both survive WordPress's
filters (measured with 6.1, without `unfiltered_html`), and its search finds them in trashed posts
too. Either one is enough.
"""

import hashlib
import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from html import escape, unescape
from typing import Any
from uuid import UUID

import orjson
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cms.api.serializers.base import block_html
from cms.models.documents import Document
from cms.wording import contest_state, event_states, event_title, organization_state
from integrations.municipal.changes import Change
from integrations.municipal.mapping import Mapping

MARK = "razem-document"
# Where a text has more images, the others are shown from our website.
MOST_IN_TEXT = 20
ImageKey = tuple[str, str]
# A number of more than 18 digits is no version of ours, and more than a database may hold.
_MARKS = re.compile(rf"{MARK}:([0-9a-f-]{{36}})(?::([0-9]{{1,18}})(?![0-9]))?")
# WordPress makes <br> and <p> of line ends. No-break spaces stay.
_LINE_ENDS = re.compile(r"[ \t]*\n[ \t\n]*")
# What is asked of a post, and hashed: what staff there can change of it.
FIELDS = (
    "id,status,slug,link,title.raw,content.raw,excerpt.raw,featured_media,categories,tags,parent"
)
HASHED = ("status", "title", "content", "excerpt", "featured_media", "categories", "parent")
ITEM_TEMPLATES: dict[str, str] = {
    Document.Type.EVENT: "cms/embed/event.html",
    Document.Type.ORGANIZATION: "cms/embed/organization.html",
}


@dataclass(frozen=True)
class Post:
    """What a document is to be there. `collection` is "posts" or "pages".

    `images` are those of its text: each once, as the payload tells them, at most `MOST_IN_TEXT`.
    """

    collection: str
    slug: str
    title: str
    excerpt: str
    content: str
    category: str
    tags: tuple[str, ...]
    published_at: str
    image: dict[str, Any] | None
    images: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Remote:
    """A post or page as it is there; `document_id` and `version` are those of its mark."""

    remote_id: str
    status: str
    slug: str
    link: str
    document_id: UUID | None
    version: int | None
    answer_hash: str
    stored: str
    fields: dict[str, Any]

    @property
    def collection(self) -> str:
        return self.remote_id.partition("/")[0]

    @property
    def is_trashed(self) -> bool:
        return self.status == "trash"


def post_of(
    change: Change, mapping: Mapping, addresses: MappingType[ImageKey, str] | None = None
) -> Post:
    """Return the post or page for a document, in Polish.

    Images of its text are shown from the `addresses` that they have there; others stay ours.
    """
    document = orjson.loads(change.payload)
    images = _images(document)
    if addresses:
        document["body_html"] = _with_addresses(document, addresses)
    is_page = change.type in mapping.pages
    with translation.override("pl"):
        is_event = change.type == Document.Type.EVENT
        title = event_title(document, timezone.localdate()) if is_event else document["title"]
        words = _words(document)
        category = mapping.category_of(change.type)
        label = str(Document.Type(change.type).label)
        content = render_to_string(
            "municipal/post.html",
            {"document": document, "facts": ITEM_TEMPLATES.get(change.type)},
        )
    texts = {
        "title": title,
        "name": document["title"],
        "summary": document["summary"],
        "states": words,
        "type": label,
    }
    return Post(
        collection="pages" if is_page else "posts",
        slug=change.slug,
        title=_filled(mapping.title, texts),
        excerpt=_filled(mapping.excerpt, texts),
        content=marked(_LINE_ENDS.sub(" ", content).strip(), change),
        category="" if is_page else category,
        tags=() if is_page else tuple(one["name"] for one in document.get("topics", [])),
        published_at=document["published_at"],
        image=document["image"],
        images=images,
    )


def key_of(image: dict[str, Any]) -> ImageKey:
    """Return what tells an image apart: the same with another description is another one."""
    return image["url"], image["alt"]


def _images(document: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    images = {key_of(block["value"]): block["value"] for block in _image_blocks(document)}
    return tuple(images.values())[:MOST_IN_TEXT]


def _with_addresses(document: dict[str, Any], addresses: MappingType[ImageKey, str]) -> str:
    html: str = document["body_html"]
    for block in _image_blocks(document):
        value = block["value"]
        if address := addresses.get(key_of(value)):
            there = block | {"value": value | {"url": address}}
            html = html.replace(block_html(block), block_html(there))
    return html


def _image_blocks(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the images of the body that its HTML shows as such."""
    blocks = (block for block in document["body"] if block["type"] == "image")
    return [block for block in blocks if block_html(block) in document["body_html"]]


def mark(document_id: UUID) -> str:
    """Return what the content of every post with the document holds."""
    return f"{MARK}:{document_id}"


def marked(content: str, change: Change) -> str:
    """Return the content with the document's id and version in it."""
    words = f"{mark(change.document_id)}:{change.version}"
    return f'<div class="razem" data-razem="{words}">\n{content}\n</div>\n<!-- {words} -->'


def remote_of(collection: str, data: Any) -> Remote:
    """Read a post or page of WordPress's (`FIELDS`, context "edit"). Raises ValueError."""
    try:
        fields: dict[str, Any] = {
            "status": str(data["status"]),
            "title": str(data["title"]["raw"]),
            "content": str(data["content"]["raw"]),
            "excerpt": str(data["excerpt"]["raw"]),
            "featured_media": int(data["featured_media"]),
            "categories": sorted(data.get("categories", [])),
            "parent": int(data.get("parent", 0)),
        }
        remote_id, slug, link = f"{collection}/{int(data['id'])}", data["slug"], data["link"]
    except (KeyError, TypeError) as error:
        raise ValueError("not a post") from error
    found = _MARKS.search(fields["content"])
    return Remote(
        remote_id=remote_id,
        status=fields["status"],
        slug=slug,
        link=link,
        document_id=_uuid(found.group(1)) if found else None,
        version=int(found.group(2)) if found and found.group(2) else None,
        answer_hash=hash_of({name: fields[name] for name in HASHED}),
        stored=f"{unescape(fields['title'])}\n\n{fields['content']}\n\n{fields['excerpt']}".strip(),
        fields=fields,
    )


def hash_of(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _words(document: dict[str, Any]) -> str:
    """Return what is out of the ordinary about the document, for titles."""
    match document["type"]:
        case Document.Type.EVENT:
            states = event_states(document, timezone.localdate())
            return ", ".join(state.words for state in states)
        case Document.Type.ORGANIZATION:
            return organization_state(document)
        case Document.Type.CONTEST:
            return contest_state(document)
    return ""


def _filled(template: str, texts: dict[str, str]) -> str:
    """Fill a template; WordPress takes titles and excerpts for HTML. Loose punctuation goes."""
    filled = template.format(**texts)
    return escape(filled.strip(" –-:,"), quote=False)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
