"""Polish letters and typography: transliteration, alphabetical order, dates, spaces, quotes.

Everything here is Polish whatever language is active.
"""

import re
from datetime import date
from decimal import Decimal

from django.utils import dateformat, translation

NBSP = "\u00a0"

_ALPHABET = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
_ORDER = {letter: f"{position:02d}" for position, letter in enumerate(_ALPHABET, start=10)}
_ASCII = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")


def transliterate(text: str) -> str:
    """Replace Polish letters by their ASCII look-alikes ("Łączka" → "Laczka")."""
    return text.translate(_ASCII)


def sort_key(text: str) -> str:
    """Return a key that orders text by the Polish alphabet in any database collation.

    Letters become two digits; other characters sort before them; quotation marks do not count.
    """
    kept = (char for char in text.casefold() if char not in "„”\"'«»")
    return "".join(_ORDER.get(char, f"0{char}" if char.isdigit() else "00") for char in kept)[:300]


def date_in_words(day: date) -> str:
    """Return "15 września 2018 r.": the month in the genitive, no break before "r."."""
    return f"{_formatted(day, 'j E Y')}{NBSP}r."


def weekday_in_words(day: date) -> str:
    """Return "sobota"."""
    return _formatted(day, "l").lower()


def month_abbreviated(day: date) -> str:
    """Return "wrz": the first three letters of the month's name, as on a tear-off calendar."""
    return _formatted(day, "F").lower()[:3]


def dates_in_words(start: date, end: date | None) -> str:
    """Return a day or a range, without saying a month or a year twice.

    "16–18 marca 2018 r.", "30 marca – 2 kwietnia 2018 r.",
    "16 marca 2018 r. – 31 grudnia 2019 r."; a range has an en dash, with spaces between words.
    """
    if end is None or end == start:
        return date_in_words(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{date_in_words(end)}"
    beginning = date_in_words(start) if start.year != end.year else _formatted(start, "j E")
    return f"{beginning} – {date_in_words(end)}"


def _formatted(day: date, pattern: str) -> str:
    with translation.override("pl"):
        return dateformat.format(day, pattern)


def number(value: Decimal) -> str:
    """Return "1 234,5": thousands by no-break space, decimal comma, no zeros at the end."""
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", NBSP).replace(".", ",")


def zloty(amount: Decimal) -> str:
    """Return "1 800 zł" or "1 800,50 zł"."""
    whole = amount == amount.to_integral_value()
    text = number(amount) if whole else f"{amount:,.2f}".replace(",", NBSP).replace(".", ",")
    return f"{text}{NBSP}zł"


_SHORT_WORD = re.compile(r"(?<![^\s(\[„«–—>-])([AaIiOoUuWwZz])[ \t]+(?=\S)")
_BEFORE_DASH = re.compile(r"(?<=\S) (?=– )")
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:r\.|zł\b|%))")
_AFTER_ABBREVIATION = re.compile(r"\b(ul|al|pl|os|nr|godz|art|ust|pkt|poz)\. (?=\S)")
_TAG = re.compile(r"""(<(?:[^<>"]|"[^"]*")*>)""")


def bind(text: str) -> str:
    """Keep together what a line may not break: one-letter words, a dash, "2018 r.", "ul. 3"."""
    text = _SHORT_WORD.sub(rf"\1{NBSP}", text)
    text = _BEFORE_UNIT.sub(NBSP, text)
    text = _BEFORE_DASH.sub(NBSP, text)
    return _AFTER_ABBREVIATION.sub(rf"\1.{NBSP}", text)


def bind_html(html: str) -> str:
    """Do the same in the text of sanitized HTML; tags and attributes stay as they are."""
    return "".join(
        part if part.startswith("<") else bind(part) for part in _TAG.split(html) if part
    )


def in_quotes(text: str) -> str:
    """Return text in Polish quotation marks: „…”, and «…» inside."""
    return f"„{text.replace('„', '«').replace('”', '»')}”"
