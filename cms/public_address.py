"""Which address of a document is its public one: our own page, or a destination's.

A destination's addresses follow a pattern over `{type}`, `{slug}` and `{id}`.
"""

from string import Formatter
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PLACEHOLDERS = frozenset({"type", "slug", "id"})


def check_pattern(pattern: str) -> None:
    """Raise ValidationError unless the pattern is an http(s) address with known placeholders."""
    try:
        fields = {
            name for _text, name, _spec, _conv in Formatter().parse(pattern) if name is not None
        }
        parts = urlsplit(pattern)
    except ValueError as error:
        raise ValidationError(_("This is not an address pattern.")) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValidationError(_("The address must begin with http:// or https://."))
    if unknown := fields - PLACEHOLDERS:
        raise ValidationError(
            _("Unknown placeholder: %(names)s. Use {type}, {slug} or {id}."),
            params={"names": ", ".join(sorted(unknown))},
        )
    if not fields & {"slug", "id"}:
        raise ValidationError(
            _("The pattern needs {slug} or {id}, or all pages share one address.")
        )
