"""Which contact of an organization is personal data, and what of it may be public."""

from datetime import date
from typing import Any

from django.utils import timezone

from cms.models.consents import ContactConsent
from cms.models.legal_forms import LegalForm

# Always a person's own.
PERSON_FIELDS = ("contact_person", "contact_person_email", "contact_person_phone")
# Those of forms that are usually run from someone's home.
HOME_FIELDS = ("email", "phone", "address", "correspondence_address")
RUN_FROM_HOME = frozenset({LegalForm.SIMPLE_ASSOCIATION, LegalForm.KGW, LegalForm.INFORMAL_GROUP})


class PrivateContact:
    """The part of a profile that tells private contact fields from public ones."""

    pk: Any
    legal_form: str
    contact_consents: Any

    @property
    def private_fields(self) -> tuple[str, ...]:
        """Return the contact fields that are personal data: public only with a consent."""
        is_a_home = self.legal_form in RUN_FROM_HOME
        return (*PERSON_FIELDS, *HOME_FIELDS) if is_a_home else PERSON_FIELDS

    def consents_in_force(self, day: date | None = None) -> list[ContactConsent]:
        """Return the consents that hold on the day (today), of the ledger as it is now."""
        day = day or timezone.localdate()
        ledger = list(self.contact_consents.all()) if self.pk else []
        ended = {row.ends_id for row in ledger}
        return [row for row in ledger if row.holds_on(day) and row.pk not in ended]

    def may_be_public(self, name: str) -> bool:
        """Whether anybody may read the contact field: nobody's home, or with a consent."""
        if name not in self.private_fields:
            return True
        return any(name in consent.fields for consent in self.consents_in_force())

    def hidden_fields(self) -> list[str]:
        """Return the contact fields that are filled in and not public."""
        return [
            name
            for name in self.private_fields
            if getattr(self, name) and not self.may_be_public(name)
        ]
