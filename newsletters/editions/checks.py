"""What hinders an edition from being published, in words that name the block."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from wagtail.blocks import StreamBlockValidationError

from cms.templatetags.body import alt_of
from newsletters.editions.rendering import RenderingError, check_mail

if TYPE_CHECKING:
    from newsletters.editions.models import NewsletterPage

# Octets of a word or an address, with room for the markup around it (markup.py).
LONGEST_WORD = 500

is_web_address = URLValidator(schemes=["http", "https"])


class EditionError(StreamBlockValidationError):
    """All that is wrong with an edition: the editor's form lists it above the blocks."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(non_block_errors=faults)
        self.message = " ".join(faults)


def faults_of(page: "NewsletterPage") -> list[str]:
    """Return what is wrong with the content; nothing if it can be published and become a mail."""
    if not page.body:
        return [_("The edition is empty. Add a block of content.")]
    if faults := list(_faults_of_blocks(page.body)):
        return faults
    try:
        check_mail(page)
    except RenderingError as error:
        return [str(error)]
    return []


def _faults_of_blocks(body: Any) -> Iterator[str]:
    for number, block in enumerate(body, 1):
        if fault := _fault_of(block.block_type, block.value):
            name = block.block.label
            yield _("Block %(number)d (%(name)s): %(fault)s") % {
                "number": number,
                "name": name,
                "fault": fault,
            }


def _fault_of(kind: str, value: Any) -> str:
    if kind == "image":
        return _fault_of_image(value)
    if kind == "button":
        return _fault_of_button(value)
    if kind == "paragraph":
        return _fault_of_words(_words_of(value.source))
    if kind == "heading":
        return _fault_of_words(str(value).split())
    return ""


def _fault_of_image(image: Any) -> str:
    if not image:
        return _("The image was deleted. Choose another, or remove the block.")
    if image.is_withheld:
        return _(
            "The consent of the people in this image is over, withdrawn or missing. Choose "
            "another image, or enter the consent."
        )
    if alt_of(image) or image.decorative or image.is_decorative:
        return ""
    return _("The image has no alternative text. Add it, or mark the image as decorative.")


def _fault_of_button(button: Any) -> str:
    if not (button["label"] or "").strip():
        return _("The button has no words. Say what happens when it is pressed.")
    if not is_address((button["url"] or "").strip()):
        return _("The button's address is wrong. It begins with https:// or with mailto:.")
    return _fault_of_words([*button["label"].split(), button["url"].strip()])


def is_address(address: str) -> bool:
    """Whether a button may lead to the address: a web page, or a mail to somebody."""
    try:
        if address.lower().startswith("mailto:"):
            validate_email(urlsplit(address).path)
        else:
            is_web_address(address)
    except (ValidationError, ValueError):
        return False
    return True


def _words_of(stored: str) -> list[str]:
    """Return the words of stored rich text, and its addresses."""
    soup = BeautifulSoup(stored, "html.parser")
    addresses = [str(anchor.get("href") or "") for anchor in soup.find_all("a")]
    return [*soup.get_text(" ").split(" "), *addresses]


def _fault_of_words(words: list[str]) -> str:
    for word in words:
        if len(escape(word).encode()) > LONGEST_WORD:
            return _("A word or an address is too long for a mail. It begins with: %s") % word[:40]
    return ""
