"""Mailings in the words that staff read: numbers, times, whom, and how it stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.selectors import Progress

# Below it a start is counted down in seconds.
COUNTDOWN = timedelta(seconds=120)

State = Mailing.State


# --- Numbers, times, addresses --------------------------------------------------------------------


def number(value: int) -> str:
    """Return "12 345", with a no-break space."""
    return number_format(value, force_grouping=True)


def moment(at: datetime | None) -> str:
    """Return a time in TIME_ZONE as people here read it, "–" for none."""
    if at is None:
        return "–"
    local = timezone.localtime(at, timezone.get_default_timezone())
    return f"{local:%d.%m.%Y, %H:%M}"


def hour(at: datetime) -> str:
    """Return "12:35" for today, and the date with it for any other day."""
    zone = timezone.get_default_timezone()
    local = timezone.localtime(at, zone)
    is_today = local.date() == timezone.localtime(timezone.now(), zone).date()
    return f"{local:%H:%M}" if is_today else moment(at)


def people(count: int) -> str:
    """Return "1 osoba", "2 osoby", "5 osób"."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": number(count)}


def send_to(count: int) -> str:
    """Return "Wyślij do 1 osoby", "Wyślij do 57 osób"."""
    words = ngettext("Send to %(count)s person", "Send to %(count)s people", count)
    return words % {"count": number(count)}


def masked(address: str) -> str:
    """Return an address of which only the first letter and the domain can be read."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…{at}{domain}"


# --- Whom -----------------------------------------------------------------------------------------


def whom(topics: Iterable[str], *, is_sample: bool) -> str:
    """Say to whom an edition with these topics goes."""
    names = ", ".join(f"„{name}”" for name in topics)
    words = (
        _("subscribers who chose one of the topics %(topics)s, or none") % {"topics": names}
        if names
        else _("all subscribers")
    )
    if is_sample:
        return _("%(whom)s, at example.org only, because it is a sample edition") % {"whom": words}
    return words


# --- How it stands --------------------------------------------------------------------------------


def state_in_words(mailing: Mailing, progress: Progress, now: datetime) -> str:
    """Say in one sentence how a mailing stands now."""
    match mailing.state:
        case State.SCHEDULED:
            return _start(mailing.starts_at, now)
        case State.PREPARING:
            return _("Collecting the recipients: %(count)s so far") % {
                "count": number(progress.total)
            }
        case State.SENDING:
            return _sending(progress)
        case State.PAUSED:
            return _paused(mailing, progress)
        case State.CANCELLED:
            return _("Cancelled %(time)s. Accepted before: %(count)s") % {
                "time": moment(mailing.finished_at),
                "count": number(progress.counts.get(Delivery.State.ACCEPTED, 0)),
            }
    return _("Finished %(time)s") % {"time": moment(mailing.finished_at)}


def _start(at: datetime, now: datetime) -> str:
    left = at - now
    if left <= timedelta(0):
        return _("Starts right away")
    if left < COUNTDOWN:
        seconds = max(1, round(left.total_seconds()))
        return ngettext("Starts in %(count)d s", "Starts in %(count)d s", seconds) % {
            "count": seconds
        }
    return _("Starts %(time)s") % {"time": moment(at)}


def _sending(progress: Progress) -> str:
    is_only_deferred = progress.open == progress.counts.get(Delivery.State.DEFERRED)
    words = (
        _("Being sent: %(done)s. The rest is tried again later.")
        if is_only_deferred
        else _("Being sent: %(done)s")
    )
    return words % {"done": _done(progress)}


def _done(progress: Progress) -> str:
    return _("%(done)s of %(total)s") % {
        "done": number(progress.done),
        "total": number(progress.total),
    }


def _paused(mailing: Mailing, progress: Progress) -> str:
    if mailing.retry_at:
        return _("Paused: %(reason)s It is tried again at %(time)s.") % {
            "reason": mailing.pause_reason,
            "time": hour(mailing.retry_at),
        }
    if mailing.pause_reason:
        return _("Paused until you decide: %(reason)s") % {"reason": mailing.pause_reason}
    if mailing.prepared_at:
        return _("Stopped: %(done)s") % {"done": _done(progress)}
    return _("Stopped before it began")
