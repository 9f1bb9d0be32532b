"""From an extract to the fields of a profile: what the register says of each."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from cms.identifiers import clean_nip, clean_regon
from cms.models.legal_forms import LegalForm
from cms.models.organizations import OrganizationPage
from integrations.registers.krs.extracts import Extract, Seat
from integrations.registers.spelling import fold, readable, readable_street

Status = OrganizationPage.Status
# What an association in the KRS may be, by the words of its name; the KRS knows no closer form.
ASSOCIATIONS = (
    ("OCHOTNICZA STRAŻ POŻARNA", LegalForm.OSP),
    ("UCZNIOWSKI KLUB SPORTOWY", LegalForm.UKS),
    ("KLUB SPORTOWY", LegalForm.SPORTS_CLUB),
    ("LOKALNA GRUPA DZIAŁANIA", LegalForm.LGD),
)
# Forms that the register calls by the same name: staff know which it is.
ALIKE: dict[str, frozenset[str]] = {
    LegalForm.ASSOCIATION: frozenset(
        {
            LegalForm.ASSOCIATION,
            LegalForm.OSP,
            LegalForm.UKS,
            LegalForm.SPORTS_CLUB,
            LegalForm.LGD,
            LegalForm.CHURCH_UNIT,
        }
    ),
    LegalForm.FOUNDATION: frozenset({LegalForm.FOUNDATION, LegalForm.CHURCH_UNIT}),
    LegalForm.NONPROFIT_COMPANY: frozenset({LegalForm.NONPROFIT_COMPANY, LegalForm.SOCIAL_COOP}),
}


def facts_of(extract: Extract) -> dict[str, Any]:
    """Return field → value of all that the register says and a profile can hold."""
    said = {
        "title": readable(extract.name)[:255],
        "legal_form": legal_form_of(extract),
        "nip": _cleaned(clean_nip, extract.nip),
        "regon": _cleaned(clean_regon, extract.regon),
        "address": seat_in_words(extract.seat),
        "email": _valid(EmailValidator(), extract.email.lower()),
        "website": website_of(extract.website),
        "status": Status.IN_LIQUIDATION if extract.is_in_liquidation else Status.ACTIVE,
        "registration_year": extract.registered_on.year if extract.registered_on else None,
    }
    found = {field: value for field, value in said.items() if value}
    if extract.is_opp is not None:
        found["opp_status"] = extract.is_opp
    return found


def differences(profile: OrganizationPage, extract: Extract) -> dict[str, Any]:
    """Return what the register says otherwise than the profile: field → value.

    The spelling is the editor's, and what staff know more closely than the register stays.
    """
    facts = facts_of(extract)
    return {
        field: value
        for field, value in facts.items()
        if not SAME.get(field, _equal)(getattr(profile, field), value)
    }


def legal_form_of(extract: Extract) -> str:
    """Return the form by the register's words and the name; "" where no form of ours fits."""
    words = extract.legal_form.upper()
    if words.startswith("FUNDACJA"):
        return LegalForm.FOUNDATION
    if "SPÓŁDZIELNIA SOCJALNA" in f"{words} {extract.name.upper()}":
        return LegalForm.SOCIAL_COOP
    if words.startswith("SPÓŁKA"):
        return LegalForm.NONPROFIT_COMPANY
    if "STOWARZYSZENIE" not in words:
        return ""
    name = extract.name.upper()
    return next((form for part, form in ASSOCIATIONS if part in name), LegalForm.ASSOCIATION)


def seat_in_words(seat: Seat) -> str:
    """Return "ul. Szkolna 5/2, 44-230 Czerwionka-Leszczyny"; "" without a house or a town."""
    if not seat.house or not seat.town:
        return ""
    house = f"{seat.house}/{seat.flat}" if seat.flat else seat.house
    place = readable_street(seat.street) if seat.street else readable(seat.town)
    post = seat.town if seat.street else (seat.post_office or seat.town)
    return f"{place} {house}, {f'{seat.postcode} {readable(post)}'.strip()}"[:200]


def website_of(text: str) -> str:
    """Return a web address; the register writes hosts in capitals, and no scheme."""
    address = text.lower()
    if address and "://" not in address:
        address = f"https://{address}"
    return _valid(URLValidator(schemes=["http", "https"]), address)


def _same_form(now: str, said: str) -> bool:
    """Whether the register would call both alike; it knows an OSP as an association."""
    return now == said or any(now in forms and said in forms for forms in ALIKE.values())


def _same_status(now: str, said: str) -> bool:
    """The register knows nothing of a suspension."""
    return now == said or (now == Status.SUSPENDED and said == Status.ACTIVE)


def _same_address(now: str, said: str) -> bool:
    return _site(now) == _site(said)


def _site(address: str) -> str:
    parts = urlsplit(address.lower())
    return (parts.netloc.removeprefix("www.") + parts.path).rstrip("/")


def _equal(now: Any, said: Any) -> bool:
    return bool(now == said)


SAME: dict[str, Callable[[Any, Any], bool]] = {
    "title": lambda now, said: fold(now) == fold(said),
    "address": lambda now, said: fold(now) == fold(said),
    "email": lambda now, said: now.lower() == said,
    "website": _same_address,
    "legal_form": _same_form,
    "status": _same_status,
    # The year of an older register is the organization's; the KRS began in 2001.
    "registration_year": lambda now, said: now is not None,
}


def _cleaned(clean: Callable[[str], str], value: str) -> str:
    """Return a number as we keep it, "" for one whose digits do not fit."""
    try:
        return clean(value) if value else ""
    except ValidationError:
        return ""


def _valid(check: Callable[[str], Any], value: str) -> str:
    """Return the text, "" for one that the field could not hold."""
    try:
        if value:
            check(value)
    except ValidationError:
        return ""
    return value
