"""What the register said, in words for staff."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.registers.krs.client import Outcome

REMOVED = gettext_lazy(
    "The register says that the organization with this number was removed from it."
)
NOT_FOUND = gettext_lazy("There is no such number in the KRS. Check each digit.")
OFF = gettext_lazy("Fetching from the KRS is switched off in this installation (KRS_API_URL).")
# Of a published profile a draft's number is not looked at (cms.verbs.applying.current_state).
PUBLISH_NUMBER = gettext_lazy("The profile has no KRS number. Enter it and publish the page first.")
SAVE_NUMBER = gettext_lazy("The profile has no KRS number. Enter it and save the page first.")
BRANCH = gettext_lazy(
    "A branch has the KRS number of the organization that it belongs to. What the register says of "
    "that one is not the branch's, so the register is not asked."
)
SAMPLE = gettext_lazy("An invented organization is not looked up in the real register.")


def outcome_in_words(outcome: Any) -> str:
    """Return what the register last said of a number; "" before it said anything."""
    words = {
        Outcome.FOUND.value: _("entered in the register"),
        Outcome.REMOVED.value: _("removed from the register"),
        Outcome.NOT_FOUND.value: _("not in the register"),
    }
    return words.get(outcome, "")
