"""Query parameters, taken strictly: what is unknown, repeated, empty or malformed is refused."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from rest_framework.request import Request

from cms.api.problems import InvalidParametersError, ParameterError
from cms.search.query import LONGEST_QUERY, NothingToLookForError, Query, parse

LONGEST_VALUE = 4000
LARGEST_NUMBER = 2**63 - 1
# Pasted text: no-break spaces and the like only separate words there (cms/search/query.py).
FREE_TEXT = frozenset({"q"})
UUID_PATTERN = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MOMENT_PATTERN = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})"
)
SLUG_PATTERN = re.compile(r"[-a-zA-Z0-9_]{1,255}")


def read_values(request: Request, allowed: Iterable[str]) -> dict[str, str]:
    """Return the query parameters by name, each given once and fit to be looked at.

    Raises InvalidParametersError that names each one which is not.
    """
    names = sorted(allowed)
    values: dict[str, str] = {}
    errors = []
    for name, given in request.query_params.lists():
        if detail := what_is_wrong(name, given, names):
            is_known = name in names
            errors.append(ParameterError(name[:100], detail, None if is_known else names))
        else:
            values[name] = given[0]
    if errors:
        raise InvalidParametersError(errors)
    return values


def what_is_wrong(name: str, given: Sequence[str], allowed: Sequence[str]) -> str:
    """Return why a parameter cannot be read at all; empty if it can."""
    if name not in allowed:
        return "This parameter is unknown here."
    if len(given) > 1:
        return "This parameter is given more than once."
    if not given[0]:
        return "This parameter is empty. Leave it out if it is not needed."
    if len(given[0]) > LONGEST_VALUE:
        return f"The value is longer than {LONGEST_VALUE} characters."
    if name not in FREE_TEXT and not given[0].isprintable():
        return "The value contains a character that is not allowed."
    return ""


class StrictForm(forms.Form):
    """Checks values that `read_values` let through."""

    def parameter_errors(self) -> list[ParameterError]:
        """Return what is wrong, with the allowed values where a field knows them."""
        return [
            ParameterError(
                name, " ".join(map(str, messages)), getattr(self.fields[name], "allowed", None)
            )
            for name, messages in self.errors.items()
        ]


class OneOfField(forms.Field):
    """One of a few words."""

    def __init__(self, *, allowed: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.allowed = list(allowed)

    def to_python(self, value: str | None) -> str | None:
        if value is not None and value not in self.allowed:
            raise ValidationError("This value is not one of those allowed.")
        return value


class TrueOrFalseField(OneOfField):
    """`true` or `false`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allowed=["true", "false"], **kwargs)

    def clean(self, value: str | None) -> Any:
        cleaned = super().clean(value)
        return None if cleaned is None else cleaned == "true"


class DayField(forms.Field):
    """A calendar day as in RFC 3339: 2018-09-15."""

    def to_python(self, value: str | None) -> date | None:
        if value is None:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        # Python reads other forms of ISO 8601 too: 20180915, 2018-W37-6.
        if day is None or day.isoformat() != value:
            raise ValidationError("Give a day as YYYY-MM-DD, for example 2018-09-15.")
        return day


class MonthField(forms.Field):
    """A calendar month, 2018-09, as its first and last day."""

    def to_python(self, value: str | None) -> tuple[date, date] | None:
        if value is None:
            return None
        try:
            first = date.fromisoformat(f"{value}-01")
        except ValueError:
            first = None
        if first is None or f"{first:%Y-%m}" != value:
            raise ValidationError("Give a month as YYYY-MM, for example 2018-09.")
        return first, first.replace(day=monthrange(first.year, first.month)[1])


class MomentField(forms.Field):
    """A moment with its offset from UTC as in RFC 3339: 2018-09-15T10:00:00Z."""

    def to_python(self, value: str | None) -> datetime | None:
        if value is None:
            return None
        # A "+" that was not encoded arrives as a space.
        if not MOMENT_PATTERN.fullmatch(value.replace(" ", "+")):
            raise ValidationError(
                "Give a moment with its offset, for example 2018-09-15T10:00:00Z."
            )
        try:
            return datetime.fromisoformat(value.replace(" ", "+").upper())
        except ValueError as error:
            raise ValidationError("There is no such moment.") from error


class DigitsField(forms.Field):
    """A register number of so many digits; spaces and dashes between them do not count."""

    def __init__(self, *, length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.length = length

    def to_python(self, value: str | None) -> str | None:
        if value is None:
            return None
        digits = value.replace(" ", "").replace("-", "")
        if not (digits.isascii() and digits.isdecimal() and len(digits) == self.length):
            raise ValidationError(f"Give {self.length} digits.")
        return digits


class WholeNumberField(forms.Field):
    """A whole number between two bounds, both included."""

    def __init__(self, *, lowest: int, highest: int = LARGEST_NUMBER, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest, self.highest = lowest, highest

    def to_python(self, value: str | None) -> int | None:
        if value is None:
            return None
        is_number = value.isascii() and value.isdecimal() and len(value) < 30
        if not is_number or not self.lowest <= int(value) <= self.highest:
            raise ValidationError(f"Give a whole number from {self.lowest} to {self.highest}.")
        return int(value)


class SlugField(forms.Field):
    """An identifier of a vocabulary: letters a–z, digits, dash and underscore."""

    def to_python(self, value: str | None) -> str | None:
        if value is not None and not SLUG_PATTERN.fullmatch(value):
            raise ValidationError("Identifiers have letters a-z, digits, - and _ only.")
        return value


class UuidField(forms.Field):
    """A UUID in its usual form (RFC 9562 §4)."""

    def to_python(self, value: str | None) -> UUID | None:
        if value is None:
            return None
        if not UUID_PATTERN.fullmatch(value):
            raise ValidationError("Give a UUID, for example 8c5b24f9-3a51-4f6b-9d4c-5a3f0e1d2c7b.")
        return UUID(value)


class UuidListField(forms.Field):
    """UUIDs separated by commas."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def to_python(self, value: str | None) -> list[UUID] | None:
        if value is None:
            return None
        parts = value.split(",")
        if len(parts) > self.most or not all(UUID_PATTERN.fullmatch(part) for part in parts):
            raise ValidationError(f"Give up to {self.most} UUIDs, separated by commas.")
        return sorted({UUID(part) for part in parts})


class QueryField(forms.Field):
    """Words to look for, as a person types them."""

    def to_python(self, value: str | None) -> Query | None:
        if value is None:
            return None
        if len(value) > LONGEST_QUERY:
            raise ValidationError(f"The value is longer than {LONGEST_QUERY} characters.")
        try:
            return parse(value)
        except NothingToLookForError as error:
            raise ValidationError("Give at least one word or number to look for.") from error


def clean(form: StrictForm) -> Mapping[str, Any]:
    """Return the form's values; raises InvalidParametersError naming each that is wrong."""
    if errors := form.parameter_errors():
        raise InvalidParametersError(errors)
    return form.cleaned_data
