"""What an extract („odpis aktualny”) of the KRS says of an organization, as far as we want to know.

The recorded shape: DOMAIN of the open API, `odpis.{rodzaj,naglowekA,dane.dzial1,dane.dzial6}`.
Every nested field may be missing; one of another type than recorded makes the whole answer
unreadable. Members of boards, proxies and statutes are in the answer too: nothing here reads them,
and nothing keeps the answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.registers.krs.errors import KrsError

REGISTERS = {"RejS": "S", "RejP": "P"}
# The longest text of a field that is anybody's real one; the rest of the answer is not measured.
LONGEST_TEXT = 2000
IN_LIQUIDATION = "W LIKWIDACJI"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]+")


@dataclass(frozen=True)
class Seat:
    """The address of a seat, in the register's capitals; "" for what is not there."""

    street: str = ""
    house: str = ""
    flat: str = ""
    town: str = ""
    postcode: str = ""
    post_office: str = ""


@dataclass(frozen=True)
class Extract:
    """An organization in the KRS. Texts are the register's own; "" or None: it says nothing."""

    krs: str
    register: str
    name: str
    legal_form: str
    nip: str
    regon: str
    seat: Seat
    email: str
    website: str
    is_opp: bool | None
    is_in_liquidation: bool
    registered_on: date | None
    as_of: date | None


def parse_extract(body: bytes, *, krs: str) -> Extract:
    """Read the answer about the number, or raise KrsError."""
    extract = _section(_parsed(body), "odpis")
    header = _section(extract, "naglowekA")
    chapters = _section(extract, "dane")
    chapter = _section(chapters, "dzial1")
    subject = _section(chapter, "danePodmiotu")
    numbers = _section(subject, "identyfikatory")
    place = _section(chapter, "siedzibaIAdres")
    name = _text(subject, "nazwa")
    register = REGISTERS.get(_text(header, "rejestr"))
    if _text(extract, "rodzaj") != "Aktualny" or register is None or not name:
        raise unreadable()
    if _text(header, "numerKRS") != krs:
        raise KrsError(say(_("The register answered about another number than it was asked.")))
    return Extract(
        krs=krs,
        register=register,
        name=name,
        legal_form=_text(subject, "formaPrawna"),
        nip=_text(numbers, "nip"),
        regon=_text(numbers, "regon"),
        seat=_seat(_section(place, "adres")),
        email=_text(place, "adresPocztyElektronicznej"),
        website=_text(place, "adresStronyInternetowej"),
        is_opp=_truth(subject, "czyPosiadaStatusOPP"),
        is_in_liquidation=_is_in_liquidation(_section(chapters, "dzial6"), name),
        registered_on=_day(header, "dataRejestracjiWKRS"),
        as_of=_day(header, "stanZDnia"),
    )


def is_not_found(body: bytes) -> bool:
    """Whether a 404 is the register's own (problem+json): any other says nothing of the number."""
    try:
        problem = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(problem, dict) and problem.get("status") == 404


def unreadable() -> KrsError:
    return KrsError(say(_("The register's answer cannot be understood.")))


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise unreadable() from error
    if not isinstance(answer, dict):
        raise unreadable()
    return answer


def _section(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise unreadable()
    return value


def _text(data: Mapping[str, Any], name: str) -> str:
    """Return a text on one line. What the register masks (J****) is nothing that it says."""
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise unreadable()
    words = " ".join(_CONTROL.sub(" ", value).split())
    return "" if "**" in words else words


def _truth(data: Mapping[str, Any], name: str) -> bool | None:
    value = data.get(name)
    if value is not None and not isinstance(value, bool):
        raise unreadable()
    return value


def _day(data: Mapping[str, Any], name: str) -> date | None:
    text = _text(data, name)
    try:
        return datetime.strptime(text, "%d.%m.%Y").date() if text else None  # noqa: DTZ007 (a day)
    except ValueError as error:
        raise unreadable() from error


def _seat(address: Mapping[str, Any]) -> Seat:
    return Seat(
        street=_text(address, "ulica"),
        house=_text(address, "nrDomu"),
        flat=_text(address, "nrLokalu"),
        town=_text(address, "miejscowosc"),
        postcode=_text(address, "kodPocztowy"),
        post_office=_text(address, "poczta"),
    )


def _is_in_liquidation(chapter: Mapping[str, Any], name: str) -> bool:
    """Chapter 6 has the entry as an object or a list of them; only whether it is there counts."""
    return bool(chapter.get("likwidacja")) or name.upper().endswith(IN_LIQUIDATION)
