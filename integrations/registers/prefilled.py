"""What the KRS said of an organization whose profile is being written, kept in the session."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cms.models import OrganizationPage
from cms.profiles.sources import TRACKED, note
from integrations.registers.facts import facts_of
from integrations.registers.krs.extracts import Extract
from integrations.registers.refreshing import SOURCE

KEY = "krs_prefilled"
# The register may say otherwise later.
KEPT_FOR = timedelta(hours=1)


def keep(request: HttpRequest, extract: Extract) -> None:
    """Keep the facts that a profile can hold, and nothing else of the extract."""
    facts = {
        name: str(value) if hasattr(value, "value") else value
        for name, value in facts_of(extract).items()
    }
    kept_at = timezone.now().isoformat()
    request.session[KEY] = {"facts": facts | {"krs": extract.krs}, "kept_at": kept_at}


def values(request: HttpRequest) -> dict[str, Any]:
    """Return field → value for the form, {} if nothing was fetched within KEPT_FOR."""
    kept: dict[str, Any] = request.session.get(KEY, {})
    if not _is_fresh(kept.get("kept_at")):
        request.session.pop(KEY, None)
        return {}
    return {name: value for name, value in kept["facts"].items() if name in TRACKED}


def note_sources(request: HttpRequest, profile: OrganizationPage) -> None:
    """Note of a profile that was just made which fields are as the KRS gave them.

    What was fetched is forgotten then, whichever profile it was.
    """
    fetched = values(request)
    request.session.pop(KEY, None)
    if not fetched or fetched["krs"] != profile.krs:
        return
    for field, value in fetched.items():
        if getattr(profile, field) == value:
            note(profile_id=profile.pk, field=field, value=value, source=SOURCE, user=request.user)


def _is_fresh(kept_at: str | None) -> bool:
    moment = parse_datetime(kept_at) if kept_at else None
    return moment is not None and moment > timezone.now() - KEPT_FOR
