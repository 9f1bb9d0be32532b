"""The verb of profiles: somebody asked the organization, and what the profile says is right."""

from typing import Any

from django.utils.translation import gettext as _

from cms.models import OrganizationPage
from cms.profiles import verification
from cms.verbs.applying import Applied, Values, apply
from cms.verbs.errors import VerbRefusedError

VERIFY_ACTION = "cms.organization.verify"


def verify(*, page_id: int, user: Any) -> Applied:
    """Write that the person has verified the profile today."""

    def decide(profile: Any) -> Values:
        if not isinstance(profile, OrganizationPage):
            raise VerbRefusedError(_("This page has no such action."))
        if reason := verify_refusal(profile):
            raise VerbRefusedError(reason)
        return verification.verified_by(user)

    return apply(page_id=page_id, user=user, action=VERIFY_ACTION, decide=decide)


def verify_refusal(profile: OrganizationPage) -> str:
    """Return why there is nothing to verify, in words; empty where there is."""
    return verification.refusal(profile)
