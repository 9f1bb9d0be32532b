"""What a server says about when to ask again."""

from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from django.utils import timezone

LONGEST_REST = timedelta(days=1)


def retry_after(value: str | None) -> timedelta | None:
    """Read a Retry-After header (RFC 9110 §10.2.3): seconds or a date; at most a day."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdecimal():
        wait = timedelta(seconds=int(text[:9]))
    else:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - timezone.now()
    return min(max(wait, timedelta(0)), LONGEST_REST)
