"""What the page of a mailing shows besides its recipients."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cms.jobs.heartbeat import last_beat_at
from cms.models import Topic
from newsletters.mailings import services, steps, wording
from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.selectors import Progress, progress, progress_of_all
from newsletters.sender import in_words

# The sweep sends an echo every 15 s: who is silent for longer than this, does not run.
WORKER_SILENT = timedelta(seconds=60)
# The table is counted anew at each refresh: large ones less often.
LARGE = 20_000

State = Mailing.State


@dataclass(frozen=True)
class Count:
    """So many recipients are in this state."""

    state: str
    label: str | Promise
    number: str
    is_shown: bool


@dataclass(frozen=True)
class Overview:
    """How a mailing stands at one moment."""

    mailing: Mailing
    progress: Progress
    words: str
    is_worker_silent: bool
    steps: set[str]
    refresh_seconds: int

    @property
    def has_bar(self) -> bool:
        return self.has_recipients and bool(self.progress.total)

    @property
    def has_recipients(self) -> bool:
        """Whether there is a list of them yet; an empty one is a list too."""
        return bool(self.mailing.prepared_at)

    @property
    def uncertain(self) -> int:
        return self.progress.counts.get(Delivery.State.UNCERTAIN, 0)

    @property
    def failed(self) -> int:
        return self.progress.counts.get(Delivery.State.FAILED, 0)

    def counts(self, shown: str) -> list[Count]:
        """Return the number of recipients in each state that has any, in the order of states."""
        found = self.progress.counts
        return [
            Count(state, label, wording.number(found[state]), is_shown=state == shown)
            for state, label in Delivery.State.choices
            if found.get(state)
        ]


def overview(mailing: Mailing) -> Overview:
    now = timezone.now()
    found = progress(mailing)
    return Overview(
        mailing=mailing,
        progress=found,
        words=wording.state_in_words(mailing, found, now),
        is_worker_silent=_needs_worker(mailing, now) and _is_worker_silent(now),
        steps=steps.possible(mailing, found),
        refresh_seconds=_refresh_seconds(mailing, found, now),
    )


def facts(mailing: Mailing) -> list[tuple[str, str]]:
    """Return what was ordered, by whom and when, as label and words."""
    topics = Topic.objects.filter(pk__in=mailing.topic_ids).order_by("name")
    names = [topic.name for topic in topics]
    # Of topics that are gone only the number is left; it must not read as "all".
    names += ["?"] * (len(mailing.topic_ids) - len(names))
    author: Any = mailing.created_by
    found = [
        (_("Subject"), mailing.subject),
        (_("Sender"), in_words(mailing.sender)),
        (_("To whom"), wording.whom(names, is_sample=mailing.is_sample)),
        (_("Ordered"), wording.moment(mailing.created_at)),
        (_("Ordered by"), author.get_full_name() or author.get_username() if author else "–"),
        (_("Starts"), wording.moment(mailing.starts_at)),
    ]
    if mailing.started_at:
        found.append((_("Started"), wording.moment(mailing.started_at)))
    if mailing.audience is not None:
        found.append((_("Recipients"), wording.number(mailing.audience)))
    return found


@dataclass(frozen=True)
class Listed:
    """A mailing in the list of all of them, in words."""

    pk: int
    subject: str
    state: str
    starts_at: str
    audience: str
    accepted: str
    failed: str
    uncertain: str


def listed(mailings: Iterable[Mailing]) -> list[Listed]:
    """Return the rows of the list; it counts for all of them at once."""
    found = list(mailings)
    progresses = progress_of_all(found)
    now = timezone.now()
    return [_listed(mailing, progresses[mailing.pk], now) for mailing in found]


def _listed(mailing: Mailing, found: Progress, now: datetime) -> Listed:
    def number(state: str) -> str:
        return wording.number(found.counts.get(state, 0)) if mailing.prepared_at else "–"

    return Listed(
        pk=mailing.pk,
        subject=mailing.subject,
        state=wording.state_in_words(mailing, found, now),
        starts_at=wording.moment(mailing.started_at or mailing.starts_at),
        audience="–" if mailing.audience is None else wording.number(mailing.audience),
        accepted=number(Delivery.State.ACCEPTED),
        failed=number(Delivery.State.FAILED),
        uncertain=number(Delivery.State.UNCERTAIN),
    )


def _needs_worker(mailing: Mailing, now: datetime) -> bool:
    is_soon = mailing.starts_at <= now + WORKER_SILENT
    return bool(mailing.retry_at) or (mailing.state in services.RUNNING and is_soon)


def _is_worker_silent(now: datetime) -> bool:
    beat_at = last_beat_at()
    return beat_at is None or now - beat_at > WORKER_SILENT


def _refresh_seconds(mailing: Mailing, found: Progress, now: datetime) -> int:
    """Return after how long to look again; 0 when nothing will change by itself."""
    if mailing.state in Mailing.ENDED:
        return 0
    if mailing.state == State.PAUSED:
        return 10
    if mailing.starts_at - now > wording.COUNTDOWN:
        return 30
    return 10 if found.total > LARGE else 2
