"""What the tests of this app do again and again."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cms.jobs.deadline import Deadline
from cms.models import FieldProposal, OrganizationPage
from integrations.registers import job
from integrations.registers.models import Bulletin, KrsEntry, KrsState
from tests.factories import OrganizationFactory
from tests.integrations.registers.register import KRS

# What the extract of `register.EXTRACT` says, as the profile says it too.
AGREEING = {
    "title": "Stowarzyszenie Sąsiedzkie „Zielony Zegar” w Leszczynach",
    "legal_form": "association",
    "krs": KRS,
    "nip": "9990000014",
    "regon": "990000016",
    "address": "ul. Wymyślona 5/2, 44-230 Czerwionka-Leszczyny",
    "email": "biuro@zegar.example.org",
    "website": "https://www.zegar.example.org",
    "registration_year": 2011,
}


def profile(krs: str = KRS, **fields: Any) -> OrganizationPage:
    """Make a live profile that agrees with the register, but for `fields`."""
    made = OrganizationFactory(**AGREEING | {"krs": krs} | fields)
    return OrganizationPage.objects.get(pk=made.pk)


def run_job(seconds: float = 60) -> bool:
    return job.run(Deadline(job.NAME, seconds=seconds))


def look_everything_up_later() -> None:
    """Have nothing of what there is due, but a bulletin of yesterday read."""
    later = timezone.now() + timedelta(days=20)
    KrsEntry.objects.update(due_at=later)
    Bulletin.objects.update(state="read", due_at=later)


def let_time_pass() -> None:
    """Have all rests, blocks, delays and leases end now."""
    past = timezone.now() - timedelta(seconds=1)
    KrsState.objects.update(rest_until=past, blocked_until=None, run_until=past)
    KrsEntry.objects.filter(answered_at=None).update(due_at=past)
    Bulletin.objects.update(due_at=past)


def waiting() -> dict[str, Any]:
    """Return what is proposed: field → value."""
    rows = FieldProposal.objects.filter(state="waiting", source="krs")
    return {row.field: row.value for row in rows}


def entry_of(page: OrganizationPage) -> KrsEntry:
    return KrsEntry.objects.get(profile_id=page.pk)
