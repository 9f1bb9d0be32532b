"""Destinations with what staff want to know of them, in words."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.municipal import ledger
from integrations.municipal.models import Destination, Run, SyncState

State = SyncState.State
OPEN = (State.WAITING, State.SENDING)
# So long back the plot of what was sent reaches.
HOURS = 24


@dataclass(frozen=True)
class Progress:
    """How far a destination is: counts of documents, and since when the oldest one waits."""

    waiting: int
    parked: int
    decisions: int
    is_asking: bool
    waiting_since: datetime | None
    last_success_at: datetime | None


def with_progress(destinations: QuerySet[Destination]) -> QuerySet[Destination]:
    """Annotate the fields of Progress."""
    is_open = Q(sync_states__state__in=OPEN)
    is_parked = Q(sync_states__state=State.PARKED)
    return destinations.annotate(
        waiting=Count("sync_states", filter=is_open),
        parked=Count("sync_states", filter=is_parked & Q(sync_states__finding="")),
        decisions=Count("sync_states", filter=is_parked & ~Q(sync_states__finding="")),
        is_asking=Exists(Run.objects.filter(destination=OuterRef("pk"), state=Run.State.ASKING)),
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
    if progress.decisions:
        return ngettext(
            "%(count)d document waits for your decision",
            "%(count)d documents wait for your decision",
            progress.decisions,
        ) % {"count": progress.decisions}
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
    states = states.exclude(state=State.DONE)
    return states.select_related("document").order_by(F("last_attempt_at").desc(nulls_last=True))[
        :limit
    ]


def decisions(destination: Destination, limit: int = 100) -> QuerySet[SyncState]:
    """Return the documents about which a person has to decide, the latest first."""
    states = SyncState.objects.filter(destination=destination, state=State.PARKED)
    return (
        states.exclude(finding="").select_related("document").order_by("-parked_at", "-pk")[:limit]
    )


def failures(destination: Destination, limit: int = 100) -> QuerySet[SyncState]:
    """Return the documents that fail by themselves, with what can be done about each."""
    states = SyncState.objects.filter(destination=destination, finding="").exclude(last_error="")
    unfinished = states.exclude(state__in=[State.DONE, State.LEFT]).select_related("document")
    return unfinished.order_by(F("last_attempt_at").desc(nulls_last=True))[:limit]


def incomplete(destination: Destination, limit: int = 100) -> QuerySet[SyncState]:
    """Return the documents that are there, but not whole, the latest first."""
    states = ledger.incomplete(SyncState.objects.filter(destination=destination))
    return states.select_related("document").order_by("-last_success_at", "-pk")[:limit]


@dataclass(frozen=True)
class Bar:
    """What was sent in one hour, as a bar of a plot 100 high; `x` and `y` are its upper left."""

    begins_at: datetime
    count: int
    x: int
    y: int
    height: int


def throughput(destination: Destination) -> list[Bar]:
    """Return for each of the last hours how many documents were sent or removed."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    hours = [now - timedelta(hours=back) for back in range(HOURS - 1, -1, -1)]
    counts = dict.fromkeys(hours, 0)
    runs = Run.objects.filter(destination=destination, kind=Run.Kind.SYNC, started_at__gte=hours[0])
    for started_at, tally in runs.values_list("started_at", "tally"):
        hour = started_at.replace(minute=0, second=0, microsecond=0)
        if hour in counts:
            counts[hour] += tally.get("upsert", 0) + tally.get("remove", 0)
    highest = max(counts.values()) or 1
    heights = {hour: round(100 * count / highest) for hour, count in counts.items()}
    return [
        Bar(hour, counts[hour], 20 * place + 2, 100 - height, height)
        for place, (hour, height) in enumerate(heights.items())
    ]


def lag_seconds(progress: Progress) -> int:
    """Return for how many seconds the oldest change has been waiting."""
    since = progress.waiting_since
    return int((timezone.now() - since).total_seconds()) if since else 0


def run_in_words(run: Run) -> str:
    """Say what a run did or found."""
    if run.words:
        return run.words
    words = {
        "upsert": _("published"),
        "remove": _("removed"),
        "skip": _("nothing to do"),
        "failed": _("failed"),
        "held": _("set aside for a decision"),
        "missing": _("missing there"),
        "older": _("older there"),
        "edited": _("edited there"),
        "trashed": _("in the trash there"),
        "twice": _("there twice"),
        "extra": _("there and not wanted"),
        "unknown": _("of another origin"),
    }
    counted = [f"{text}: {run.tally[name]}" for name, text in words.items() if run.tally.get(name)]
    return ", ".join(counted) or _("everything is as it should be")
