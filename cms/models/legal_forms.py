"""Legal forms of organizations, and by which register numbers each is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.identifiers import format_bank_account, format_nip, format_regon


class LegalForm(models.TextChoices):
    ASSOCIATION = "association", _("association")
    SIMPLE_ASSOCIATION = "simple_association", _("simple association")
    FOUNDATION = "foundation", _("foundation")
    KGW = "kgw", _("farmers' wives' association (KGW)")
    OSP = "osp", _("volunteer fire brigade (OSP)")
    SPORTS_CLUB = "sports_club", _("sports club")
    UKS = "uks", _("school sports club (UKS)")
    SOCIAL_COOP = "social_coop", _("social cooperative")
    LGD = "lgd", _("local action group (LGD)")
    NONPROFIT_COMPANY = "nonprofit_company", _("non-profit company")
    BRANCH = "branch", _("branch of a larger organization")
    CHURCH_UNIT = "church_unit", _("church organization")
    INFORMAL_GROUP = "informal_group", _("informal group")


# Fields that say who an organization is; a form has only those that its rule names.
IDENTIFIERS = ("krs", "register_number", "nip", "regon", "parent", "parent_name")
# How the numbers are shown to people; they are stored and compared as bare digits.
IN_GROUPS: dict[str, Callable[[str], str]] = {
    "nip": format_nip,
    "regon": format_regon,
    "bank_account": format_bank_account,
}

NO_KRS = _("This legal form is entered in the KRS: give the number.")
NO_REGISTER_NUMBER = _("This legal form is entered in the starost's register: give the number.")
NO_CLUB_NUMBER = _("Give the number in the starost's register, or the KRS number.")
NO_NIP_NOR_REGON = _("Give the NIP or the REGON: this legal form is known by one of them.")
NO_PARENT = _("Choose the larger organization, write its name, or give its KRS number.")
BARRED = _(
    "An organization of this legal form has none. Leave the field empty, or correct the legal form."
)


@dataclass(frozen=True)
class Rule:
    """By what a legal form is known.

    Of the fields `one_of` at least one is required; the message `missing` stands at the first.
    """

    one_of: tuple[str, ...] = ()
    missing: str | Promise = ""
    also: tuple[str, ...] = ()

    @property
    def barred(self) -> frozenset[str]:
        return frozenset(IDENTIFIERS) - {*self.one_of, *self.also}


IN_KRS = Rule(("krs",), NO_KRS, ("nip", "regon"))
CLUB = Rule(("register_number", "krs"), NO_CLUB_NUMBER, ("nip", "regon"))

# Sources: Act of 7 April 1989 on associations (art. 8, 40), Act of 6 April 1984 on foundations
# (art. 7), Act of 25 June 2010 on sport (art. 4), Act of 9 November 2018 on KGW (art. 8).
RULES: dict[str, Rule] = {
    LegalForm.ASSOCIATION: IN_KRS,
    LegalForm.FOUNDATION: IN_KRS,
    LegalForm.OSP: IN_KRS,
    LegalForm.SOCIAL_COOP: IN_KRS,
    LegalForm.LGD: IN_KRS,
    LegalForm.NONPROFIT_COMPANY: IN_KRS,
    LegalForm.SIMPLE_ASSOCIATION: Rule(("register_number",), NO_REGISTER_NUMBER, ("nip", "regon")),
    LegalForm.SPORTS_CLUB: CLUB,
    LegalForm.UKS: CLUB,
    LegalForm.KGW: Rule(("nip", "regon"), NO_NIP_NOR_REGON, ("register_number",)),
    # Some are entered in the KRS as well, to have public benefit status.
    LegalForm.CHURCH_UNIT: Rule(("nip", "regon"), NO_NIP_NOR_REGON, ("krs", "register_number")),
    LegalForm.BRANCH: Rule(("parent_name", "parent", "krs"), NO_PARENT, ("nip", "regon")),
    LegalForm.INFORMAL_GROUP: Rule(),
}


def identifier_errors(legal_form: str, given: Mapping[str, Any]) -> dict[str, str | Promise]:
    """Return field → what is wrong with the identifiers (field → value) of a legal form."""
    rule = RULES[legal_form]
    errors: dict[str, str | Promise] = {
        name: BARRED for name in IDENTIFIERS if name in rule.barred and given.get(name)
    }
    if rule.one_of and not any(given.get(name) for name in rule.one_of):
        errors[rule.one_of[0]] = rule.missing
    return errors
