"""Which profiles the KRS is asked about, and how fresh what it said is."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cms.models import OrganizationPage
from cms.models.legal_forms import LegalForm
from integrations.registers.models import Bulletin, KrsEntry


def asked_about() -> QuerySet[OrganizationPage]:
    """Return the live profiles with a right KRS number of their own: a branch has its parent's.

    Invented organizations are asked about on this machine only.
    """
    pages: QuerySet[OrganizationPage] = OrganizationPage.objects.filter(live=True)
    pages = pages.filter(krs__regex=r"^[0-9]{10}$").exclude(legal_form=LegalForm.BRANCH)
    return pages if may_ask_about_samples() else pages.filter(is_sample=False)


def may_ask_about_samples() -> bool:
    """Whether the register is on this machine, which invented organizations do not leave."""
    return urlsplit(settings.KRS_API_URL).hostname in settings.LOOPBACK_HOSTS


def without_entry() -> QuerySet[OrganizationPage]:
    """Return the profiles whose number was not taken in yet."""
    entries = KrsEntry.objects.filter(profile_id=OuterRef("pk"), krs=OuterRef("krs"))
    return asked_about().filter(~Exists(entries))


def entries() -> QuerySet[KrsEntry]:
    """Return the entries that hold: of profiles that are asked about, with their number of now."""
    return KrsEntry.objects.filter(profile__in=asked_about(), krs=F("profile__krs"))


def due_entries(now: datetime) -> QuerySet[KrsEntry]:
    """Return those to be looked up now, those that waited longest first."""
    return entries().filter(due_at__lte=now).order_by("due_at", "pk")


def due_bulletins(now: datetime) -> QuerySet[Bulletin]:
    return Bulletin.objects.filter(state=Bulletin.State.WAITING, due_at__lte=now)


def says(**what: Any) -> Exists:
    """Return the condition for profiles about whose number the entry says this."""
    held = KrsEntry.objects.filter(profile_id=OuterRef("pk"), krs=OuterRef("krs"))
    return Exists(held.filter(**what))


def not_answered_for(span: timedelta) -> Q:
    """Return the condition for entries that nothing was heard of for so long, or ever."""
    return Q(answered_at__isnull=True) | Q(answered_at__lt=timezone.now() - span)
