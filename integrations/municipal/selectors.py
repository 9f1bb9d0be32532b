"""Destinations with what staff want to know of them, in words."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.municipal.models import Destination, SyncState

State = SyncState.State


@dataclass(frozen=True)
class Progress:
    """How far a destination is: counts of documents, and since when the oldest one waits."""

    waiting: int
    parked: int
    waiting_since: datetime | None
    last_success_at: datetime | None


def with_progress(destinations: QuerySet[Destination]) -> QuerySet[Destination]:
    """Annotate the fields of Progress."""
    is_open = Q(sync_states__state__in=[State.WAITING, State.SENDING])
    return destinations.annotate(
        waiting=Count("sync_states", filter=is_open),
        parked=Count("sync_states", filter=Q(sync_states__state=State.PARKED)),
        waiting_since=Min("sync_states__wanted_at", filter=is_open),
        last_success_at=Max("sync_states__last_success_at"),
    )


def progress(annotated: Destination) -> Progress:
    """Return the progress of a destination that came from `with_progress`."""
    return Progress(**{field.name: getattr(annotated, field.name) for field in fields(Progress)})


def progress_of(destination_id: int) -> Progress:
    return progress(with_progress(Destination.objects.filter(pk=destination_id)).get())


def state_in_words(destination: Destination, progress: Progress) -> str:
    """Say how a destination fares now."""
    if not destination.is_enabled:
        return _("switched off")
    if destination.failures:
        return _("in trouble since %(time)s; it is tried again by itself") % {
            "time": moment(destination.failing_since)
        }
    if progress.parked:
        return ngettext(
            "%(count)d document was set aside",
            "%(count)d documents were set aside",
            progress.parked,
        ) % {"count": progress.parked}
    return _("sending") if progress.waiting else _("up to date")


def lag_in_words(progress: Progress) -> str:
    """Say for how long the oldest change has been waiting."""
    return timesince(progress.waiting_since) if progress.waiting_since else "–"


def last_error_in_words(destination: Destination) -> str:
    if not destination.last_error:
        return "–"
    return f"{moment(destination.last_error_at)}: {destination.last_error}"


def moment(at: datetime | None) -> str:
    """Return a time as people here read it, "–" for none."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else "–"


def refusals(destination: Destination, limit: int = 20) -> QuerySet[SyncState]:
    """Return the documents that were set aside or failed, the latest first."""
    states = SyncState.objects.filter(destination=destination).exclude(last_error="")
    return states.select_related("document").order_by(F("last_attempt_at").desc(nulls_last=True))[
        :limit
    ]
