"""When a mailing starts: a wall-clock time of the installation, as people mean it.

Where clocks are changed, an hour of the year is not there and another comes twice: neither is
guessed.
"""

from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

AT_MOST_AHEAD = timedelta(days=366)


def moment_of(wall_clock: datetime) -> datetime:
    """Return the moment that a naive time means here, in TIME_ZONE. Raises ValidationError."""
    zone = timezone.get_default_timezone()
    first, second = (wall_clock.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall_clock:
        raise ValidationError(
            _(
                "There is no such time on that day: clocks go forward. Choose an earlier or a "
                "later hour."
            )
        )
    raise ValidationError(
        _("That time comes twice on that day: clocks go back. Choose an earlier or a later hour.")
    )


def check_start(at: datetime, now: datetime) -> None:
    """Raise ValidationError for a start in the past, or in too distant a future."""
    if at <= now:
        raise ValidationError(_("This time is past. Choose a later one, or send now."))
    if at > now + AT_MOST_AHEAD:
        raise ValidationError(_("That is more than a year ahead. Choose an earlier time."))


def read_start(text: str) -> datetime:
    """Return the moment that ISO 8601 names: with an offset, or local. Raises ValidationError."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("This is no date and time: write it as 2026-03-15T09:00."))
    return found if timezone.is_aware(found) else moment_of(found)
