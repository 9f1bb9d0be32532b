"""Takes mails apart. They may hold anything, so whatever cannot be read is shown as it came."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from html.parser import HTMLParser

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
# What ends a sentence is no part of the address before it.
AFTER_ADDRESS = ".,;:!?)]}”"


@dataclass(frozen=True)
class Content:
    """The headers of a mail, decoded, and its first HTML and plain text part; empty for none."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    html: str = ""
    text: str = ""

    def header(self, name: str) -> str:
        """Return the first header of that name, empty where there is none."""
        found = (value for key, value in self.headers if key.casefold() == name.casefold())
        return next(found, "")

    def links(self) -> list[str]:
        """Return the web addresses that the parts link to, each once."""
        collector = LinkCollector()
        # HTMLParser gives up at some malformed declarations; what it read until then counts.
        with suppress(AssertionError):
            collector.feed(self.html)
            collector.close()
        return list(dict.fromkeys([*collector.found, *links_in_text(self.text)]))


class LinkCollector(HTMLParser):
    """Collects where the links of an HTML part lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = (dict(attrs).get("href") or "").strip()
        if tag == "a" and WEB_ADDRESS.match(address):
            self.found.append(address)


def links_in_text(text: str) -> Iterable[str]:
    return (found.group().rstrip(AFTER_ADDRESS) for found in WEB_ADDRESS.finditer(text))


def read(raw: bytes) -> Content:
    """Take a mail apart; what follows the headers of one that breaks the parser is plain text."""
    parser = BytesParser(policy=policy.compat32)
    try:
        message = parser.parsebytes(raw)
        return Content(headers(message), part(message, "text/html"), part(message, "text/plain"))
    except Exception:  # noqa: BLE001 - whatever a mail does to the parser, it can be looked at
        message = parser.parsebytes(raw, headersonly=True)
        return Content(headers(message), text=str(message.get_payload()))


def headers(message: "Message[str, str]") -> list[tuple[str, str]]:
    return [(name, decoded(str(value))) for name, value in message.raw_items()]


def decoded(value: str) -> str:
    """Return a header in words: unfolded, its encoded words (RFC 2047) and UTF-8 decoded."""
    text = value.encode("ascii", "surrogateescape").decode(errors="replace")
    text = re.sub(r"\r?\n(?=[ \t])", "", text)
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text


def part(message: "Message[str, str]", content_type: str) -> str:
    """Return the first part of a type that is not an attachment."""
    for one in message.walk():
        if one.get_content_type() == content_type and one.get_content_disposition() is None:
            return content(one)
    return ""


def content(one: "Message[str, str]") -> str:
    body = one.get_payload(decode=True)
    if not isinstance(body, bytes):
        return ""
    try:
        return body.decode(one.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):
        return body.decode(errors="replace")
