"""What there is to do: a row for each day's bulletin, and one for each profile with a number."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from integrations.registers.models import Bulletin, KrsEntry
from integrations.registers.refreshing import entry_of
from integrations.registers.selectors import asked_about, entries, without_entry

# A day's bulletin is read in the night after it, when nothing is added any more.
READ_AFTER = time(2, 30)
# After a longer break one look at every profile costs less than all the bulletins.
MOST_DAYS = 31
GIVEN_UP_AFTER = timedelta(days=7)
FIRST_DELAY = timedelta(minutes=15)
LONGEST_DELAY = timedelta(hours=6)
# So many profiles are taken in at once.
BATCH = 200


def is_anything_to_plan() -> bool:
    """Whether a profile has no entry yet, or a day no bulletin."""
    return without_entry().exists() or bool(_days_to_add() and asked_about().exists())


def plan() -> None:
    """Add the rows that are missing. May run twice, or at once."""
    for profile in without_entry()[:BATCH]:
        entry_of(profile.pk, profile.krs)
    days = _days_to_add() if asked_about().exists() else []
    if len(days) > MOST_DAYS:
        look_up_everything()
        days = days[-1:]
    Bulletin.objects.bulk_create([Bulletin(day=day) for day in days], ignore_conflicts=True)


def newest_day(now: datetime) -> date:
    """Return the latest day whose bulletin is to be read."""
    local = timezone.localtime(now)
    is_night_over = local.time() >= READ_AFTER
    return local.date() - timedelta(days=1 if is_night_over else 2)


def note_changes(day: date, numbers: frozenset[str]) -> int:
    """Have those of our numbers looked up now that changed on the day; return how many."""
    now = timezone.now()
    with transaction.atomic():
        rows = entries().values_list("pk", "krs").iterator()
        changed = [pk for pk, krs in rows if krs in numbers]
        for some in _in_batches(changed):
            KrsEntry.objects.filter(pk__in=some).update(due_at=now)
        Bulletin.objects.filter(day=day).update(
            state=Bulletin.State.READ,
            read_at=now,
            changed=len(numbers),
            ours=len(changed),
            last_error="",
        )
    return len(changed)


def begin(bulletin: Bulletin) -> None:
    """Put it off before it is read, so that one that breaks the work holds up none."""
    later = timezone.now() + FIRST_DELAY
    Bulletin.objects.filter(pk=bulletin.pk).update(due_at=later)


def bulletin_failed(bulletin: Bulletin, reason: str) -> None:
    """Read it later; one of a week ago is given up, and every profile looked up instead."""
    now = timezone.now()
    delay = min(FIRST_DELAY * 2 ** min(bulletin.attempts, 10), LONGEST_DELAY)
    is_old = bulletin.day < timezone.localdate() - GIVEN_UP_AFTER
    with transaction.atomic():
        Bulletin.objects.filter(pk=bulletin.pk).update(
            attempts=bulletin.attempts + 1,
            due_at=now + delay,
            last_error=reason,
            state=Bulletin.State.MISSED if is_old else Bulletin.State.WAITING,
        )
        if is_old:
            look_up_everything()


def look_up_everything() -> None:
    """Have every profile looked up, soon."""
    now = timezone.now()
    KrsEntry.objects.filter(due_at__gt=now).update(due_at=now)


def _days_to_add() -> list[date]:
    newest = newest_day(timezone.now())
    last: date | None = Bulletin.objects.aggregate(last=Max("day"))["last"]
    if last is None:
        return [newest]  # Of earlier days the first look at each profile tells more.
    return [last + timedelta(days=number + 1) for number in range((newest - last).days)]


def _in_batches(keys: list[int]) -> Iterable[list[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
