"""Query parameters, taken strictly: what is unknown, repeated, empty or malformed is refused."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from rest_framework.request import Request

from cms.api.problems import InvalidParametersError, ParameterError

LONGEST_VALUE = 4000
LARGEST_NUMBER = 2**63 - 1
UUID_PATTERN = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SLUG_PATTERN = re.compile(r"[-a-zA-Z0-9_]{1,100}")


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
    if not given[0].isprintable():
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


def clean(form: StrictForm) -> Mapping[str, Any]:
    """Return the form's values; raises InvalidParametersError naming each that is wrong."""
    if errors := form.parameter_errors():
        raise InvalidParametersError(errors)
    return form.cleaned_data
