"""What an edition says: its blocks as plain values, for the mail, its text, and the archive.

Events and organizations come from the published documents; what is not public any more is left
out. Nothing here knows how a value will look.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from bs4 import BeautifulSoup
from django.http import HttpRequest

from cms.documents.reads import Reads
from cms.documents.selectors import live_documents
from cms.richtext import public_html
from cms.templatetags.body import addresses_of, linked_page_ids, with_addresses
from cms.templatetags.documents import Payload, in_order_of_hours, load, upcoming

if TYPE_CHECKING:
    from newsletters.editions.models import NewsletterPage

# Block id → ids of the documents that it chose by date.
Picks = dict[str, list[str]]
# As many as a list by date can ask for (blocks.py).
MOST_EVENTS = 20


@dataclass(frozen=True)
class Block:
    """One block. `level` is that of the headings of what it lists, so that none is skipped.

    `value` by `kind`: heading → text; paragraph → public HTML; image → the image; button → label
    and url; events → heading and the events' payloads; organization → payload; divider → None.
    """

    kind: str
    value: Any
    level: int = 3


@dataclass
class Content:
    """What an edition shows, and of what that was made."""

    blocks: list[Block] = field(default_factory=list)
    documents: dict[str, int] = field(default_factory=dict)  # document id → version shown
    picks: Picks = field(default_factory=dict)
    is_sample: bool = False

    def note(self, payloads: Iterable[Payload]) -> None:
        """Record that the documents are shown."""
        for payload in payloads:
            self.documents[payload["id"]] = payload["version"]
            self.is_sample = self.is_sample or payload["is_sample"]


def resolve(
    page: "NewsletterPage", *, picks: Picks | None = None, request: HttpRequest | None = None
) -> Content:
    """Return what the edition shows now.

    `picks` freezes which events the lists by date hold: the same ones in their present state, less
    those withdrawn. A list that is not in it chooses anew.
    """
    content = Content(is_sample=page.is_sample)
    making = Making(Sources(page, picks or {}, request), content)
    for stream_block in page.body:
        if block := KINDS[stream_block.block_type](stream_block, making):
            content.blocks.append(block)
    return content


def picks_of(page: "NewsletterPage") -> Picks:
    """Return which events were chosen by date: when it was sent, or else when it was published."""
    if page.pk is None:
        return {}
    sent = page.mailings.exclude(state="cancelled").order_by("-created_at")
    return sent.values_list("picks", flat=True).first() or page.picks


def chosen_by_date(page: "NewsletterPage") -> Picks:
    """Return the events of the page's lists by date: those chosen before, for new lists the next.

    Blocks that have no id yet get one.
    """
    page.body.get_prep_value()
    return resolve(page, picks=page.picks).picks


class Sources:
    """The published documents and addresses that an edition needs: a fixed number of queries."""

    def __init__(
        self, page: "NewsletterPage", picks: Picks, request: HttpRequest | None = None
    ) -> None:
        self.picks = picks
        self._by_page = self._chosen_documents(page)
        self._by_id = self._picked_documents(picks)
        self._addresses = addresses_of(linked_page_ids(page), request)
        self._coming: list[Payload] | None = None

    @staticmethod
    def _chosen_documents(page: "NewsletterPage") -> dict[int, Payload]:
        ids = {chosen.pk for block in page.body for chosen in chosen_pages(block)}
        documents = live_documents().filter(page_id__in=ids) if ids else ()
        return {
            document.page_id: orjson.loads(document.payload)
            for document in documents
            if document.page_id
        }

    @staticmethod
    def _picked_documents(picks: Picks) -> dict[str, Payload]:
        ids = {UUID(one) for picked in picks.values() for one in picked}
        documents = load(live_documents().filter(pk__in=ids)) if ids else []
        return {payload["id"]: payload for payload in documents}

    def of_pages(self, pages: Iterable[Any]) -> list[Payload]:
        """Return the documents of those of the pages that are public, in the given order."""
        return [self._by_page[page.pk] for page in pages if page.pk in self._by_page]

    def picked(self, block_id: str) -> list[Payload]:
        """Return those that a list by date chose before and that are still public, by date."""
        ids = self.picks[block_id]
        return in_order_of_hours([self._by_id[one] for one in ids if one in self._by_id])

    def coming(self, limit: int) -> list[Payload]:
        """Return the next events, as our own pages list them."""
        if self._coming is None:
            self._coming = load(upcoming()[:MOST_EVENTS])
        return in_order_of_hours(self._coming[:limit])

    def html(self, stored: str) -> str:
        """Return stored rich text with absolute links; to private pages there are none."""
        return public_html(with_addresses(stored, self._addresses), Reads())


class Outline:
    """The headings so far: the title is the first level, and no level is ever skipped."""

    def __init__(self) -> None:
        self._level = 1

    def step(self, wanted: int) -> int:
        """Return the level that a heading gets which wants the given one."""
        self._level = min(wanted, self._level + 1)
        return self._level


def chosen_pages(stream_block: Any) -> Iterator[Any]:
    """Yield the pages that an editor chose in a block; those deleted since are left out."""
    if stream_block.block_type == "events":
        yield from (page for page in stream_block.value["events"] if page)
    elif stream_block.block_type == "organization" and stream_block.value:
        yield stream_block.value


@dataclass
class Making:
    """What the blocks of one edition share while they are resolved, one after the other."""

    sources: Sources
    content: Content
    outline: Outline = field(default_factory=Outline)


def _heading(stream_block: Any, making: Making) -> Block | None:
    text = str(stream_block.value).strip()
    return Block("heading", text, making.outline.step(2)) if text else None


def _paragraph(stream_block: Any, making: Making) -> Block | None:
    html = _levelled(making.sources.html(stream_block.value.source), making.outline)
    return Block("paragraph", html) if _has_text(html) else None


def _image(stream_block: Any, making: Making) -> Block | None:
    image = stream_block.value
    return Block("image", image) if image and not image.is_withheld else None


def _button(stream_block: Any, making: Making) -> Block | None:
    button = {name: (stream_block.value[name] or "").strip() for name in ("label", "url")}
    return Block("button", button) if all(button.values()) else None


def _events(stream_block: Any, making: Making) -> Block | None:
    """Return a list of events, or None if it is empty: then its heading says nothing either."""
    value, sources, content = stream_block.value, making.sources, making.content
    if any(value["events"]):
        events = sources.of_pages(chosen_pages(stream_block))
    else:
        block_id = stream_block.id or ""
        is_frozen = block_id in sources.picks
        events = sources.picked(block_id) if is_frozen else sources.coming(value["limit"] or 5)
        content.picks[block_id] = [event["id"] for event in events]
    if not events:
        return None
    content.note(events)
    heading = (value["heading"] or "").strip()
    if heading:
        making.outline.step(2)
    return Block("events", {"heading": heading, "events": events}, making.outline.step(3))


def _organization(stream_block: Any, making: Making) -> Block | None:
    found = making.sources.of_pages(chosen_pages(stream_block))
    if not found:
        return None
    making.content.note(found)
    return Block("organization", found[0], making.outline.step(3))


def _divider(stream_block: Any, making: Making) -> Block | None:
    return Block("divider", None)


# How each kind of block becomes plain values; None where there is nothing to show.
KINDS: dict[str, Callable[[Any, Making], Block | None]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "image": _image,
    "button": _button,
    "events": _events,
    "organization": _organization,
    "divider": _divider,
}


def _levelled(html: str, outline: Outline) -> str:
    """Return HTML whose headings follow those before them without a gap."""
    if "<h" not in html:
        return html
    soup = BeautifulSoup(html, "html.parser")
    for heading in soup.find_all(["h3", "h4"]):
        heading.name = f"h{outline.step(int(heading.name[1]))}"
    return str(soup)


def _has_text(html: str) -> bool:
    return bool(BeautifulSoup(html, "html.parser").get_text(strip=True))
