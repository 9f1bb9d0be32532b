"""Rich text for the world outside: links resolved and absolute, markup sanitized."""

from collections.abc import Mapping
from typing import Any

import nh3
from bs4 import BeautifulSoup

from cms.documents.addresses import absolute, link_to
from cms.documents.reads import Reads

ALLOWED_TAGS = {"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a", "h3", "h4"}
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel"}


def public_html(stored: str, reads: Reads) -> str:
    """Return stored rich text as self-contained HTML.

    A link to a page that is not public keeps its words and loses its address.
    """
    soup = BeautifulSoup(stored, "html.parser")
    for anchor in soup.find_all("a"):
        address = _address(anchor.attrs, reads)
        if address is None:
            anchor.unwrap()
        else:
            anchor.attrs = {"href": address}
    return nh3.clean(
        str(soup),
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener",
    )


def _address(attributes: Mapping[str, Any], reads: Reads) -> str | None:
    link_type = attributes.get("linktype")
    if link_type == "page" and str(attributes.get("id", "")).isdecimal():
        return link_to(int(attributes["id"]), reads)
    if link_type or not attributes.get("href"):
        return None
    return absolute(str(attributes["href"]))
