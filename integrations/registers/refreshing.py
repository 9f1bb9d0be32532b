"""Asks the KRS about a profile, keeps the outcome, and proposes what the register says otherwise.

Nothing here changes a profile: `cms.profiles.proposals` is the only door.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cms.documents.sequence import lock_sequence
from cms.models import FieldProposal, OrganizationPage
from cms.models.field_sources import Source
from cms.profiles.proposals import propose
from cms.verbs.applying import current_state
from integrations.registers import health, limiter
from integrations.registers.facts import differences, facts_of
from integrations.registers.krs.client import Answer, KrsClient, Outcome
from integrations.registers.krs.errors import KrsError
from integrations.registers.models import KrsEntry, KrsState

logger = structlog.get_logger(__name__)

SOURCE = Source.KRS.value
# Each profile is looked up once in so long, whatever bulletins say.
SWEEP_EVERY = timedelta(days=30)
FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(days=1)
# What an entry says of the number that it was about.
FORGOTTEN = ("due_at", "outcome", "register", "answered_at", "as_of", "attempts", "last_error")


def is_on() -> bool:
    """Whether there is a register to ask (KRS_API_URL)."""
    return bool(settings.KRS_API_URL)


def client(pace: Callable[[], None] = limiter.wait) -> Any:
    """Return a client of the register, to be used in a `with`."""
    return closing(KrsClient(settings.KRS_API_URL, pace=pace))


def look_up(krs: str, *, first: str = "S", asking: KrsClient | None = None) -> Answer:
    """Ask the register about a number now. Raises KrsError; how it fares is noted either way."""
    try:
        if asking is not None:
            answer = asking.extract(krs, first=first)
        else:
            with client() as own:
                answer = own.extract(krs, first=first)
    except limiter.BusyError:
        raise
    except KrsError as error:
        health.failed(error)
        raise
    health.answered()
    return answer


def refresh(
    profile: OrganizationPage,
    *,
    asking: KrsClient | None = None,
    may_record: Callable[[], bool] = lambda: True,
) -> Answer:
    """Look up the number of a profile, and keep and propose what the register says.

    Of a page that is not live it is the draft's number, with ten digits. `may_record` is asked in
    the transaction that keeps the answer. Raises KrsError, which is kept too.
    """
    state: Any = current_state(profile)
    entry = begin(profile.pk, state.krs)
    was_down = KrsState.load().failures > 0
    try:
        answer = look_up(entry.krs, first=entry.register or "S", asking=asking)
    except limiter.BusyError:
        _put_off(entry, attempts=entry.attempts)
        raise
    except KrsError as error:
        _note_failure(entry, error, was_down=was_down)
        raise
    with transaction.atomic():
        lock_sequence()  # before any row of ours, as whoever deletes a profile does
        if may_record():
            record(profile.pk, entry.krs, answer)
    return answer


def begin(profile_id: int, krs: str) -> KrsEntry:
    """Count it and put it off before it is worked on: one that breaks the work holds up none.

    Returns the entry as it was before.
    """
    entry = entry_of(profile_id, krs)
    _put_off(entry, attempts=entry.attempts + 1)
    return entry


def entry_of(profile_id: int, krs: str) -> KrsEntry:
    """Return the entry of a profile's number; one about another number begins anew."""
    anew = {name: getattr(KrsEntry(), name) for name in FORGOTTEN}
    rows = KrsEntry.objects.filter(profile_id=profile_id)
    rows.exclude(krs=krs).update(krs=krs, **anew)
    entry, _made = rows.get_or_create(profile_id=profile_id, defaults={"krs": krs})
    return entry


@transaction.atomic
def record(profile_id: int, krs: str, answer: Answer) -> list[FieldProposal]:
    """Keep the outcome, and return the proposals that wait now because of it."""
    lock_sequence()
    now = timezone.now()
    extract = answer.extract
    about = KrsEntry.objects.filter(profile_id=profile_id, krs=krs)
    about.update(
        outcome=answer.outcome.value,
        register=extract.register if extract else F("register"),
        as_of=extract.as_of if extract else None,
        answered_at=now,
        due_at=now + SWEEP_EVERY,
        attempts=0,
        last_error="",
    )
    logger.info("krs_answered", profile=profile_id, outcome=answer.outcome.value)
    fresh = OrganizationPage.objects.filter(pk=profile_id).first()
    state: Any = current_state(fresh) if fresh else None
    if fresh is None or state.krs != krs:  # deleted, or of another number by now
        return []
    return _propose(fresh, state, answer)


def _propose(profile: OrganizationPage, state: Any, answer: Answer) -> list[FieldProposal]:
    if answer.outcome == Outcome.REMOVED:
        wanted = {"status": OrganizationPage.Status.REMOVED.value}
    elif answer.extract:
        wanted = differences(state, answer.extract)
        # What waits, although the profile says the same by now, is outdated by proposing that.
        wanted |= {
            field: getattr(state, field)
            for field in _waiting_fields(profile)
            if field not in wanted and field in facts_of(answer.extract)
        }
    else:
        return []
    made = [_proposed(profile, field, value) for field, value in wanted.items()]
    return [one for one in made if one is not None]


def _proposed(profile: OrganizationPage, field: str, value: Any) -> FieldProposal | None:
    try:
        return propose(profile, field, value, SOURCE)
    except ValidationError:
        logger.warning("krs_value_does_not_fit", profile=profile.pk, field=field)
        return None


def _waiting_fields(profile: OrganizationPage) -> set[str]:
    waiting = profile.proposals.filter(state=FieldProposal.State.WAITING, source=SOURCE)
    return set(waiting.values_list("field", flat=True))


def _note_failure(entry: KrsEntry, error: KrsError, *, was_down: bool) -> None:
    """Say why, and ask about this number later, after the others; longer each time.

    A register that answered nobody (`was_down`) counts against no number. One that fails at a
    number, when it answered the one before, may do so at that number alone.
    """
    attempts = entry.attempts + (0 if error.is_about_register and was_down else 1)
    _put_off(entry, attempts=attempts, last_error=error.reason)
    logger.warning("krs_not_answered", profile=entry.pk, is_register=error.is_about_register)


def _put_off(entry: KrsEntry, *, attempts: int, **also: Any) -> None:
    """Have it due after a delay that grows with its attempts, unless it is of another number."""
    delay = min(FIRST_DELAY * 2 ** min(attempts, 10), LONGEST_DELAY)
    rows = KrsEntry.objects.filter(pk=entry.pk, krs=entry.krs)
    rows.update(attempts=attempts, due_at=timezone.now() + delay, **also)
