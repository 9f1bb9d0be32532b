"""What the KRS said of an organization whose profile is being written, kept in the session."""

from typing import Any

from django.http import HttpRequest

from cms.models import OrganizationPage
from cms.profiles.sources import TRACKED, note
from integrations.registers.facts import facts_of
from integrations.registers.krs.extracts import Extract
from integrations.registers.refreshing import SOURCE

KEY = "krs_prefilled"


def keep(request: HttpRequest, extract: Extract) -> None:
    """Keep the facts that a profile can hold, and nothing else of the extract."""
    facts = {
        name: str(value) if hasattr(value, "value") else value
        for name, value in facts_of(extract).items()
    }
    request.session[KEY] = facts | {"krs": extract.krs}


def values(request: HttpRequest) -> dict[str, Any]:
    """Return field → value for the form, {} if nothing was fetched."""
    kept: dict[str, Any] = request.session.get(KEY, {})
    return {name: value for name, value in kept.items() if name in TRACKED}


def note_sources(request: HttpRequest, profile: OrganizationPage) -> None:
    """Note of a profile that was just made which fields are as the KRS gave them."""
    fetched = values(request)
    if not fetched or fetched["krs"] != profile.krs:
        return
    for field, value in fetched.items():
        if getattr(profile, field) == value:
            note(profile_id=profile.pk, field=field, value=value, source=SOURCE, user=request.user)
    del request.session[KEY]
