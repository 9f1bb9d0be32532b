"""Why a profile wants to be checked, by what the KRS says, or does not say, of its number."""

from django.utils.translation import gettext_lazy as _

from cms.profiles.checks import Reason
from integrations.registers.krs.client import Outcome
from integrations.registers.selectors import says

# So often in a row an answer could not be used; by then it is a day.
MANY_ATTEMPTS = 5

NOT_FOUND = Reason(
    "krs_not_found",
    _("the KRS does not know its number"),
    lambda: says(outcome=Outcome.NOT_FOUND.value),
)
UNREADABLE = Reason(
    "krs_unreadable",
    _("what the KRS says of it cannot be read"),
    lambda: says(attempts__gte=MANY_ATTEMPTS),
)
