"""Polish typography in templates."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeData, SafeString, mark_safe

from cms import polish
from cms.identifiers import format_nip, format_regon
from cms.wording import parse_date

register = template.Library()


@register.filter
def in_words(value: Any) -> str:
    """Return a date ("2018-09-15", also with an hour after it) as "15 września 2018 r."."""
    day = parse_date(value)
    return polish.date_in_words(day) if day else ""


@register.filter
def weekday(value: Any) -> str:
    """Return a date's day of the week: "sobota"."""
    day = parse_date(value)
    return polish.weekday_in_words(day) if day else ""


@register.filter
def day_number(value: Any) -> str:
    """Return a date's day of the month: "15"."""
    day = parse_date(value)
    return str(day.day) if day else ""


@register.filter
def month_short(value: Any) -> str:
    """Return a date's month as on a tear-off calendar: "wrz"."""
    day = parse_date(value)
    return polish.month_abbreviated(day) if day else ""


@register.filter
def until(start: Any, end: Any) -> str:
    """Return the range from one date to another in words; the end may be missing."""
    first = parse_date(start)
    return polish.dates_in_words(first, parse_date(end)) if first else ""


@register.filter
def bind(text: Any) -> SafeString:
    """Put no-break spaces where Polish wants them; escapes what is not marked as safe."""
    if isinstance(text, SafeData):
        return bind_html(str(text))
    return escape(polish.bind(str(text or "")))


@register.filter
def bind_html(sanitized: str) -> SafeString:
    """Do the same in a payload's HTML, which was sanitized when the document was written."""
    return mark_safe(polish.bind_html(sanitized))  # noqa: S308  (cms.richtext sanitized it)


@register.filter
def in_quotes(text: str) -> str:
    """Return text in Polish quotation marks."""
    return polish.in_quotes(text)


@register.filter
def nip(value: str) -> str:
    """Return a NIP in its usual groups: "999-000-00-14"."""
    return format_nip(value)


@register.filter
def regon(value: str) -> str:
    """Return a REGON in groups of three digits."""
    return format_regon(value)


@register.filter
def phone_uri(value: str) -> str:
    """Return a phone number for a `tel:` link: digits only, with the plus of a country code."""
    plus = "+" if value.strip().startswith("+") else ""
    return plus + "".join(char for char in value if char.isdecimal())


@register.filter
def zloty(amount: Any) -> str:
    """Return an amount as "1 800 zł", with groszy only where there are some."""
    return polish.zloty(Decimal(str(amount)))


@register.filter
def polish_number(value: Any) -> str:
    """Return a number as "1 234,5"."""
    return polish.number(Decimal(str(value)))
