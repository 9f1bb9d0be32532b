"""Markup as mail needs it: well-formed for MJML, and in lines that no mail server has to fold."""

import re

from bs4 import BeautifulSoup
from django.utils.translation import gettext as _

from cms.polish import bind_html

# What XML 1.0 §2.2 does not know, and line ends that only some programs take for such.
_NOT_IN_MAIL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_ABSOLUTE = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_UNSAFE_IN_ADDRESS = {ord(char): f"%{ord(char):02X}" for char in " \"'<>\\^`{|}"}
_TAG = re.compile(r"<[^<>]+>")
_VALUE = re.compile(r'"[^"]*"')
_UNUSUAL = re.compile(r"[^ -\[\]-~]")
# Words of a line; the head of a conditional comment for Outlook is one.
_WORDS = re.compile(r"(?:<!--\[if[^\]]*\]>|[^ ])+")

# Octets at which lines are broken. RFC 5322 §2.1.1 allows 998; each link of a recipient's own
# grows by some sixty octets when the token takes its place.
WRAP_OCTETS = 400
MOST_OCTETS = 750


class TooLongWordError(ValueError):
    """Something without a space is too long for a line of mail; it begins with `start`."""

    def __init__(self, word: str) -> None:
        super().__init__(_("A word or an address is too long for a mail."))
        self.start = word[:40]


def well_formed(public: str) -> str:
    """Return public HTML as MJML takes it: XHTML, with absolute links only, bound as in Polish."""
    soup = BeautifulSoup(public, "html.parser")
    for anchor in soup.find_all("a"):
        address = str(anchor.get("href") or "").strip()
        if _ABSOLUTE.match(address) and anchor.get_text(strip=True):
            anchor.attrs = {"href": address.translate(_UNSAFE_IN_ADDRESS)}
        else:
            anchor.unwrap()
    return bind_html(soup.decode(formatter="minimal"))


def with_plain_attributes(mjml: str) -> str:
    """Return MJML whose attributes hold only plain ASCII, everything else as references.

    MRML writes their values as Rust writes strings in its debug output: a no-break space would
    become the six characters of its escape.
    """
    return _TAG.sub(lambda tag: _VALUE.sub(_with_references, tag.group()), mjml)


def _with_references(value: re.Match[str]) -> str:
    return _UNUSUAL.sub(lambda char: f"&#{ord(char.group())};", value.group())


def without_controls(text: str) -> str:
    """Return text without what neither XML nor mail can carry."""
    return _NOT_IN_MAIL.sub(" ", text)


def wrapped(html: str) -> str:
    """Return HTML in short lines, broken only at spaces that are there already.

    No space in it has a meaning: attributes that are addresses have none, and nothing is
    preformatted. Raises TooLongWordError.
    """
    return "\n".join(short for line in html.split("\n") for short in _short_lines(line))


def _short_lines(line: str) -> list[str]:
    lines, length = [""], 0
    for word in _WORDS.findall(line):
        octets = check_word(word)
        if lines[-1] and length + 1 + octets > WRAP_OCTETS:
            lines.append("")
            length = 0
        lines[-1] += f" {word}" if lines[-1] else word
        length += octets + 1
    return lines


def check_word(word: str) -> int:
    """Return the word's length in octets. Raises TooLongWordError."""
    octets = len(word.encode())
    if octets > MOST_OCTETS:
        raise TooLongWordError(word)
    return octets
