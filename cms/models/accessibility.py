"""How people with particular needs can take part (Act of 19 July 2019 on accessibility)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessibilityFeature(models.TextChoices):
    """What a place, or an event, offers. The list of an event is that of its place and its own."""

    STEP_FREE = "step_free", _("step-free access")
    TOILET = "toilet", _("accessible toilet")
    PARKING = "parking", _("parking place for people with disabilities")
    INDUCTION_LOOP = "induction_loop", _("induction loop")
    SIGN_LANGUAGE = "sign_language", _("Polish Sign Language interpreter (PJM)")
    CAPTIONS = "captions", _("live captions")
    QUIET_ROOM = "quiet_room", _("quiet room")
    ASSISTANCE_DOG = "assistance_dog", _("assistance dogs welcome")


def features(*owners: models.Model | None) -> list[AccessibilityFeature]:
    """Return what any of the objects offers, in the order of the enumeration."""
    return [
        feature
        for feature in AccessibilityFeature
        if any(getattr(owner, f"has_{feature.value}", False) for owner in owners)
    ]
