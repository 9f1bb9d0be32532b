"""Whether what the KRS says has reached us: for the staff's view of it and their home page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.basepage.models import BasePage
from cms.channels import Todo, Urgency
from cms.channels.whereabouts import moment
from cms.home import adding
from cms.polish import date_in_words
from integrations.registers.krs.client import Outcome
from integrations.registers.models import Bulletin, KrsEntry, KrsState
from integrations.registers.reasons import MANY_ATTEMPTS
from integrations.registers.refreshing import SWEEP_EVERY, is_on
from integrations.registers.selectors import asked_about, entries, not_answered_for

# As „Dodaj …” calls profiles.
KIND = "organizacja"
# A register that is down over a night is nobody's concern.
ILL_AFTER = timedelta(days=1)
# What should have been looked up within SWEEP_EVERY is late by then.
LATE_AFTER = SWEEP_EVERY + timedelta(days=7)
MOST_BULLETINS = 14
MOST_NAMED = 50


@dataclass(frozen=True)
class Standing:
    """How fresh the register is here, in numbers and dates; `oldest` of the profiles' answers."""

    state: KrsState
    last_read: Bulletin | None
    bulletins: list[Bulletin]
    profiles: int
    answered: int
    waiting: int
    oldest: datetime | None
    removed: list[KrsEntry]
    not_found: list[KrsEntry]
    unreadable: list[KrsEntry]

    @property
    def is_ill(self) -> bool:
        since = self.state.failing_since
        return bool(since and since < timezone.now() - ILL_AFTER)


def standing() -> Standing:
    held = entries().select_related("profile")
    counts = held.aggregate(
        answered=Count("pk", filter=~not_answered_for(SWEEP_EVERY + timedelta(days=1))),
        waiting=Count("pk", filter=Q(due_at__lte=timezone.now())),
        oldest=Min("answered_at"),
    )
    bulletins = Bulletin.objects.order_by("-day")
    return Standing(
        state=KrsState.load(),
        last_read=bulletins.filter(state=Bulletin.State.READ).first(),
        bulletins=list(bulletins[:MOST_BULLETINS]),
        profiles=asked_about().count(),
        removed=list(held.filter(outcome=Outcome.REMOVED.value)[:MOST_NAMED]),
        not_found=list(held.filter(outcome=Outcome.NOT_FOUND.value)[:MOST_NAMED]),
        unreadable=list(held.filter(attempts__gte=MANY_ATTEMPTS)[:MOST_NAMED]),
        **counts,
    )


def todo(user: Any) -> list[Todo]:
    """Return what does not heal by itself, for who may write profiles."""
    if not is_on():
        return []
    found = [_register_is_ill(), _bulletin_is_unreadable(), _profiles_are_late()]
    rows = [row for row in found if row is not None]
    return rows if rows and parent_for(user) else []


def parent_for(user: Any) -> BasePage | None:
    """Return the page below which the person may add a profile; None: he or she may not."""
    kind = adding.kind_of(KIND)
    try:
        parents = adding.parents_for(kind, user) if kind else []
    except adding.NoParentError:
        parents = []
    return parents[0] if parents else None


def _register_is_ill() -> Todo | None:
    since = KrsState.objects.filter(failing_since__lt=timezone.now() - ILL_AFTER)
    state = since.first()
    if state is None:
        return None
    return Todo(
        text=_("The KRS has not answered since %(time)s") % {"time": moment(state.failing_since)},
        url=reverse("krs_state"),
        urgency=Urgency.SOON,
        note=_("%(reason)s Razem keeps trying; until then changes in the register are not seen.")
        % {"reason": state.last_error},
    )


def _bulletin_is_unreadable() -> Todo | None:
    waiting = Bulletin.objects.filter(state=Bulletin.State.WAITING, attempts__gte=MANY_ATTEMPTS)
    bulletin = waiting.first()
    if bulletin is None:
        return None
    return Todo(
        text=_("The KRS bulletin of %(day)s cannot be read") % {"day": date_in_words(bulletin.day)},
        url=reverse("krs_state"),
        urgency=Urgency.NOTE,
        note=_("%(reason)s After a week every profile is looked up instead.")
        % {"reason": bulletin.last_error},
    )


def _profiles_are_late() -> Todo | None:
    late = asked_about().filter(
        pk__in=entries().filter(not_answered_for(LATE_AFTER)).values("pk"),
        first_published_at__lt=timezone.now() - LATE_AFTER,
    )
    count = late.count()
    if not count:
        return None
    text = ngettext(
        "%(count)d profile was not compared with the KRS for more than a month",
        "%(count)d profiles were not compared with the KRS for more than a month",
        count,
    )
    return Todo(text=text % {"count": count}, url=reverse("krs_state"), urgency=Urgency.NOTE)
