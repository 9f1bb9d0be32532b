"""One request a second at most, whichever process asks: moments are given out by the database."""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.channels.whereabouts import moment as in_words
from cms.stored_words import say
from integrations.registers.krs.errors import KrsError
from integrations.registers.models import KrsState

INTERVAL = timedelta(seconds=1)
# Whoever would have to wait longer is told so instead.
PATIENCE = timedelta(seconds=8)
# A free moment further away comes from a clock that was set back.
FARTHEST = timedelta(minutes=1)


class BusyError(KrsError):
    """The register may not be asked now; nothing was sent."""


def wait() -> None:
    """Wait until the register may be asked, or raise BusyError."""
    moment = reserve()
    time.sleep(max(0.0, (moment - timezone.now()).total_seconds()))


@transaction.atomic
def reserve() -> datetime:
    """Take the next free moment, which is nobody else's, or raise BusyError."""
    KrsState.load()
    state = KrsState.objects.select_for_update().get(pk=1)
    now = timezone.now()
    if state.blocked_until and state.blocked_until > now:
        raise BusyError(_blocked(state.blocked_until), is_about_register=True)
    moment = max(now, state.next_call_at or now)
    if moment - now > FARTHEST:
        moment = now
    if moment - now > PATIENCE:
        raise BusyError(say(_("Too many questions to the register wait. Try again in a minute.")))
    KrsState.objects.filter(pk=1).update(next_call_at=moment + INTERVAL)
    return moment


def _blocked(until: datetime) -> str:
    text = _("The register asked not to be asked again before %(time)s (too many questions).")
    return say(text, time=in_words(until))
