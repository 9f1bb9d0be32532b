"""The text part of a mail: the same content, pleasant to read where no HTML is shown."""

import re
from collections.abc import Iterator
from textwrap import TextWrapper
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import polish, wording
from cms.templatetags.body import alt_of
from cms.templatetags.documents import Payload
from newsletters.editions.content import Block
from newsletters.editions.markup import check_word, without_controls

COLUMNS = 74
_INDENT = re.compile(r" *(?:[-*] |\d+\. )?")
_LISTS = {"ul", "ol"}
_UNDERLINES = {"h2": "-", "h3": "~", "h4": "~"}


def tidy(text: str) -> str:
    """Return text in lines of at most 74 columns, with one empty line at most between them.

    What follows a bullet or an indent is indented alike, words are bound as in Polish, addresses
    are kept whole. Raises TooLongWordError.
    """
    bound = polish.bind(without_controls(text))
    lines = [line for one in bound.split("\n") for line in _folded(one)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _folded(line: str) -> list[str]:
    for word in line.split(" "):
        check_word(word)
    found = _INDENT.match(line)
    start = found.group() if found else ""
    wrapper = TextWrapper(
        COLUMNS,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.wrap(line.removeprefix(start)) or [start.rstrip()]


def underlined(text: str, character: str = "-") -> str:
    """Return a heading with a line below it as long as itself, or as the column at most."""
    return f"{text}\n{character * min(len(text), COLUMNS)}"


def block_text(block: Block) -> str:
    """Return one block of an edition as text."""
    return RENDERINGS[block.kind](block.value)


def prose(html: str) -> str:
    """Return public HTML as paragraphs, headings and lists; links are written out."""
    soup = BeautifulSoup(html, "html.parser")
    return "\n\n".join(part for part in _parts(soup) if part.strip())


def _parts(parent: Tag) -> Iterator[str]:
    """Yield the blocks of a piece of markup; what stands between them is a paragraph as well."""
    loose: list[PageElement] = []
    for child in parent.children:
        name = child.name if isinstance(child, Tag) else None
        if name not in {"p", *_UNDERLINES, *_LISTS}:
            loose.append(child)
            continue
        yield _inline(loose)
        loose = []
        assert isinstance(child, Tag)  # noqa: S101  (it has a name)
        if name in _LISTS:
            yield "\n".join(_items(child))
        else:
            text = _inline(child.children)
            yield underlined(text, _UNDERLINES[name]) if name in _UNDERLINES and text else text
    yield _inline(loose)


def _items(found: Tag, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a list, those of lists in it indented."""
    indent = "   " * depth
    for number, item in enumerate(found.find_all("li", recursive=False), 1):
        bullet = f"{number}. " if found.name == "ol" else "- "
        own = [one for one in item.children if not _is_list(one)]
        yield f"{indent}{bullet}{_inline(own)}".rstrip()
        for inner in item.children:
            if isinstance(inner, Tag) and _is_list(inner):
                yield from _items(inner, depth + 1)


def _is_list(element: PageElement) -> bool:
    return isinstance(element, Tag) and element.name in _LISTS


def _inline(elements: Any) -> str:
    """Return a run of text with its line breaks; other white space is one space."""
    text = "".join(_words(element) for element in elements)
    lines = (" ".join(line.split(" ")).strip() for line in text.split("\n"))
    return "\n".join(re.sub(" {2,}", " ", line) for line in lines).strip()


def _words(element: PageElement) -> str:
    if isinstance(element, NavigableString):
        return re.sub(r"[ \t\r\n]+", " ", str(element))
    if not isinstance(element, Tag):
        return ""
    if element.name == "br":
        return "\n"
    words = "".join(_words(child) for child in element.children)
    return _link(words, str(element.get("href") or "")) if element.name == "a" else words


def _link(words: str, address: str) -> str:
    """Return the words of a link with its address behind them, unless they are the address."""
    shown = address.removeprefix("mailto:").removeprefix("tel:")
    if not shown or shown == words.strip() or not words.strip():
        return words
    return f"{words} ({shown})"


# --- Documents -----------------------------------------------------------------------------------


def event_text(event: Payload) -> str:
    """Return an event in a few lines: what it is, its state in words, when, where, the address."""
    today = timezone.localdate()
    states = "; ".join(state.words for state in wording.event_states(event, today))
    lines = [
        f"{event['title']} [{states}]" if states else event["title"],
        when(event),
        where(event),
        event["summary"] or "",
        _sign_up(event),
        event["url"],
    ]
    return _bulleted([line for line in lines if line])


def when(event: Payload) -> str:
    """Return an event's date and hours in words. Never an hour that is not known."""
    start = wording.parse_date(event["start_date"])
    if start is None:
        return _("date to be announced")
    days = polish.dates_in_words(start, wording.parse_date(event["end_date"]))
    if event["status"] == "postponed":
        return " ".join([_("original date:"), days])
    if event["status"] == "cancelled":
        return " ".join([_("was to take place:"), days])
    is_one_day = event["end_date"] in (None, event["start_date"])
    day = f"{polish.weekday_in_words(start)}, {days}" if is_one_day else days
    hours = "" if wording.is_over(event, timezone.localdate()) else wording.event_hours(event)
    return ", ".join(part for part in (day, hours) if part)


def where(event: Payload) -> str:
    """Return an event's place in words; of one that moved online, how to join it."""
    if event["status"] == "moved_online":
        is_over = wording.is_over(event, timezone.localdate())
        address = "" if is_over else event["online_url"]
        return ": ".join(part for part in (_("online"), address) if part)
    place = event["place"]
    if not place:
        return ""
    locality = (place["locality"] or {}).get("name")
    return ", ".join(part for part in (place["name"], place["address"], locality) if part)


def _sign_up(event: Payload) -> str:
    if not wording.can_sign_up(event, timezone.localdate()):
        return ""
    return ": ".join([_("Sign-up"), event["registration_url"]])


def organization_text(organization: Payload) -> str:
    """Return an organization in a few lines."""
    locality = (organization["locality"] or {}).get("name_locative")
    kind = [organization["legal_form_label"], locality]
    state = wording.organization_state(organization)
    lines = [
        f"{organization['title']} [{state}]" if state else organization["title"],
        ", ".join(part for part in kind if part),
        organization["summary"] or "",
        organization["url"],
    ]
    return _bulleted([line for line in lines if line])


def _bulleted(lines: list[str]) -> str:
    return "\n".join([f"* {lines[0]}", *(f"  {line}" for line in lines[1:])])


def _events(value: dict[str, Any]) -> str:
    heading = underlined(value["heading"]) if value["heading"] else ""
    return "\n\n".join(part for part in [heading, *map(event_text, value["events"])] if part)


def _image(image: Any) -> str:
    alt = alt_of(image)
    return _("[Image: %(text)s]") % {"text": alt} if alt else ""


RENDERINGS: dict[str, Any] = {
    "heading": underlined,
    "paragraph": prose,
    "image": _image,
    "button": lambda button: f"{button['label']}:\n{button['url'].removeprefix('mailto:')}",
    "events": _events,
    "organization": organization_text,
    "divider": lambda _nothing: "* * *",
}
