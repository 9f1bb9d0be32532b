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


def outcome_in_words(outcome: Any) -> str:
    """Return what the register last said of a number; "" before it said anything."""
    words = {
        Outcome.FOUND.value: _("entered in the register"),
        Outcome.REMOVED.value: _("removed from the register"),
        Outcome.NOT_FOUND.value: _("not in the register"),
    }
    return words.get(outcome, "")
