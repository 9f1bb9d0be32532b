"""How the centre looks and who runs it today: of pages, mails and their footers.

A document keeps the operator under whom it was published (cms/api/serializers/base.py); what
stands around it is of today.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from cms.models.centre import CentreSettings, OperatorTerm, term_on

# The logo of the operator as pages and mails show it, at most so wide and high in pixels.
LOGO_SPEC = "max-400x160|format-png"


@dataclass(frozen=True)
class Brand:
    """Names, contact and looks. Empty words stand for what nobody has filled in.

    `logo_path` and `colours_path` are paths on this site; `colour` is a CSS colour (#rrggbb).
    """

    name: str
    operator: str = ""
    funding: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    contact_address: str = ""
    sender_name: str = ""
    colour: str = ""
    logo_path: str = ""
    colours_path: str = ""


def brand_in_force() -> Brand:
    """Return today's: of the operator's term in force, or of the centre alone if there is none."""
    centre: CentreSettings = CentreSettings.load()
    term = term_on(timezone.localdate())
    if term is None:
        return Brand(name=centre.name, contact_email=centre.contact_email)
    return Brand(
        name=centre.name,
        operator=term.operator,
        funding=term.funding,
        contact_email=term.contact_email or centre.contact_email,
        contact_phone=term.contact_phone,
        contact_address=term.contact_address,
        sender_name=term.sender_name,
        colour=term.brand_colour,
        logo_path=_logo_path(term),
        colours_path=_colours_path(term),
    )


def _logo_path(term: OperatorTerm) -> str:
    """Another image has another address, so that no cache shows the one before."""
    if term.logo_id is None:
        return ""
    return reverse("brand_logo", args=(term.pk, term.logo_id))


def _colours_path(term: OperatorTerm) -> str:
    if not term.brand_colour:
        return ""
    return reverse("brand_colours", args=(term.pk, term.brand_colour.lstrip("#").lower()))
