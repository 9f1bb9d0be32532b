"""Polish register numbers: checked, kept as bare digits, shown in the usual groups.

NIP and REGON carry checksums (python-stdnum); a KRS number has ten digits and none.
"""

import re

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.pl import nip, regon

from cms.polish import NBSP

REGON_PADDING = "00000"  # the KRS pads a 9-digit REGON with it to 14


def clean_nip(value: str) -> str:
    """Return ten digits; `PL`, spaces and dashes are accepted. Raises Django's ValidationError."""
    try:
        return str(nip.validate(re.sub(r"^PL", "", value.strip(), flags=re.IGNORECASE)))
    except ValidationError as error:
        raise DjangoValidationError(
            _("This NIP is wrong: a NIP has 10 digits and the last one must fit. Check each digit.")
        ) from error


def clean_regon(value: str) -> str:
    """Return nine or fourteen digits, without the padding of the KRS."""
    digits = re.sub(r"[\s-]", "", value)
    if len(digits) == 14 and digits.endswith(REGON_PADDING):
        digits = digits[:9]
    try:
        return str(regon.validate(digits))
    except ValidationError as error:
        raise DjangoValidationError(
            _("This REGON is wrong: it has 9 or 14 digits and the last one must fit.")
        ) from error


def clean_krs(value: str) -> str:
    """Return ten digits, short numbers padded with leading zeros."""
    digits = re.sub(r"\s", "", value)
    if not re.fullmatch(r"\d{1,10}", digits, flags=re.ASCII) or not int(digits):
        raise DjangoValidationError(_("This KRS number is wrong: it has up to 10 digits."))
    return digits.zfill(10)


def format_nip(value: str) -> str:
    """Return "999-000-00-14" for "9990000014"."""
    is_bare = len(value) == 10 and value.isdigit()
    return f"{value[:3]}-{value[3:6]}-{value[6:8]}-{value[8:]}" if is_bare else value


def format_regon(value: str) -> str:
    """Return "990 000 016" for "990000016", with no-break spaces."""
    if len(value) not in (9, 14) or not value.isdigit():
        return value
    groups = [value[:3], value[3:6], value[6:9], value[9:]]
    return NBSP.join(group for group in groups if group)


def clean_bank_account(value: str) -> str:
    """Return the 26 digits of a Polish account number (NRB); `PL` and spaces are accepted."""
    digits = re.sub(r"^PL", "", re.sub(r"[\s-]", "", value), flags=re.IGNORECASE)
    try:
        return str(iban.validate(f"PL{digits}"))[2:]
    except ValidationError as error:
        raise DjangoValidationError(
            _("This account number is wrong: it has 26 digits and the first two must fit.")
        ) from error


def format_bank_account(value: str) -> str:
    """Return "12 3456 7890 …": two digits and six groups of four, with no-break spaces."""
    if len(value) != 26 or not value.isdigit():
        return value
    groups = [value[:2], *(value[start : start + 4] for start in range(2, 26, 4))]
    return NBSP.join(groups)
