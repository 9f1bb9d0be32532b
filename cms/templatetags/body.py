"""Bodies of pages that are no documents (home page, standard pages), in the documents' form.

So one template shows all bodies, and the same rules hold: links only to what is public, markup
sanitized, originals of images never shown.
"""

from typing import Any

import orjson
from bs4 import BeautifulSoup
from django import template
from django.http import HttpRequest
from django.urls import reverse

from cms.documents.media import FILTER_SPECS
from cms.documents.reads import Reads
from cms.documents.selectors import live_documents
from cms.models.images import CentreImage, PublishedRendition
from cms.models.published import SitePage
from cms.richtext import public_html
from cms.templatetags.site import public_pages

register = template.Library()

Block = dict[str, Any]


@register.simple_tag(takes_context=True)
def body_of(context: template.Context, page: SitePage) -> list[Block]:
    """Return the page's body as a document would have it: a list of `{type, value}`."""
    request = context.get("request")
    addresses = addresses_of(linked_page_ids(page), request)
    blocks = (
        {"type": block.block_type, "value": _value(block, page, addresses, request)}
        for block in page.body
    )
    return [block for block in blocks if block["value"]]


def _value(block: Any, page: SitePage, addresses: dict[int, str], request: Any) -> Any:
    if block.block_type == "paragraph":
        return public_html(with_addresses(block.value.source, addresses), Reads())
    if block.block_type == "image":
        is_preview = getattr(request, "is_preview", False)
        return picture(block.value, page, is_preview=is_preview)
    if block.block_type == "quote":
        return {"text": block.value["text"], "source": block.value["source"]}
    return str(block.value)


def picture(image: CentreImage, page: SitePage, *, is_preview: bool) -> dict[str, Any] | None:
    """Return an image by its renditions; `page_image` serves them while the page shows them."""
    if image.is_withheld:
        return None
    found = {one.filter_spec: one for one in image.renditions.all()}
    renditions = [
        {
            "url": found[spec].url
            if is_preview
            else reverse("page_image", args=(page.pk, image.pk, number)),
            "width": found[spec].width,
            "height": found[spec].height,
        }
        for number, spec in enumerate(FILTER_SPECS)
        if spec in found
    ]
    return as_picture(image, renditions)


def public_picture(image: CentreImage) -> dict[str, Any] | None:
    """Return an image of a body by the public copies that a live document has of it."""
    copies = PublishedRendition.objects.filter(rendition__image=image.pk, withdrawn_at=None)
    renditions = [
        {"url": copy.url, "width": copy.width, "height": copy.height}
        for copy in copies.order_by("width", "pk")
    ]
    return as_picture(image, renditions)


def as_picture(image: CentreImage, renditions: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return an image of a body with its sizes, narrowest first; None without any."""
    if not renditions:
        return None
    return {
        **renditions[-1],
        "alt": alt_of(image),
        **image.credit,
        "renditions": renditions,
    }


def alt_of(image: CentreImage) -> str:
    """Return what stands for an image of a body; empty for one that only decorates."""
    is_decorative = image.decorative or image.is_decorative
    return "" if is_decorative else image.contextual_alt_text or ""


def shown_images(page: SitePage) -> dict[int, CentreImage]:
    """Return the images of the page's body that may be shown, by id."""
    images = (block.value for block in page.body if block.block_type == "image")
    return {image.pk: image for image in images if image and not image.is_withheld}


def linked_page_ids(page: SitePage) -> set[int]:
    """Return the ids of the pages to which the page's texts link."""
    return {
        int(anchor["id"])
        for block in page.body
        if block.block_type == "paragraph" and 'linktype="page"' in block.value.source
        for anchor in page_links(BeautifulSoup(block.value.source, "html.parser"))
    }


def with_addresses(stored: str, addresses: dict[int, str]) -> str:
    """Return stored rich text whose links to pages have addresses, or none if they are private."""
    if 'linktype="page"' not in stored:
        return stored
    soup = BeautifulSoup(stored, "html.parser")
    for anchor in page_links(soup):
        address = addresses.get(int(anchor["id"]))
        anchor.attrs = {"href": address} if address else {}
    return str(soup)


def page_links(soup: BeautifulSoup) -> list[Any]:
    return [
        anchor
        for anchor in soup.find_all("a", linktype="page")
        if str(anchor.get("id", "")).isdecimal()
    ]


def addresses_of(page_ids: set[int], request: HttpRequest | None) -> dict[int, str]:
    """Return the public addresses of those of the pages that are public: two queries."""
    if not page_ids:
        return {}
    pages = public_pages().filter(pk__in=page_ids)
    addresses = {page.pk: page.get_url(request) for page in pages}
    for document in live_documents().filter(page_id__in=page_ids):
        addresses[document.page_id] = orjson.loads(document.payload)["url"]
    return {page_id: address for page_id, address in addresses.items() if address}
