"""„Pobierz z KRS” in the editor of a profile."""

from django.utils.translation import gettext_lazy as _

from cms.profiles.lookups import Lookup
from integrations.registers.refreshing import is_on

KRS_LOOKUP = Lookup(
    key="krs",
    label=_("Fetch from the KRS"),
    new_name="krs_new",
    profile_name="organization_krs",
    is_on=is_on,
)
