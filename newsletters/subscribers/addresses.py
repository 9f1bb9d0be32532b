"""E-mail addresses: how they are written, compared, and known without being kept."""

import unicodedata

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# RFC 5321 §4.5.3.1: of the part before the @, and of the whole.
MOST_LOCAL_OCTETS = 64
MOST_OCTETS = 254

NO_ADDRESS = _("This is not a whole e-mail address. One looks like this: name@example.org")
TOO_LONG = _("This e-mail address is too long: at most 254 characters are possible.")
SEVERAL = _("Enter one e-mail address only.")
HOSTILE = _("There are characters here that no e-mail address has. Type the address anew.")
ACCENTS = _("Letters with accents cannot stand before the @. Check the address.")

_is_address = EmailValidator(message=NO_ADDRESS, allowlist=[])
_SEPARATORS = frozenset(" ,;")
_HASH_SALT = "newsletters.subscribers.address"
_KEY_SALT = "newsletters.subscribers.key"


def normalize(address: str) -> str:
    """Return the address as it is stored and mailed; raise ValidationError with words for people.

    Trimmed, the domain in lower case and in ASCII (IDNA 2008 with UTS 46). The part before the @
    stays as it is: only its server knows whether capitals matter (RFC 5321 §2.4).
    """
    text = unicodedata.normalize("NFC", address.strip())
    _refuse_hostile(text)
    local, at, domain = text.rpartition("@")
    if not at:
        raise _refusal(NO_ADDRESS)
    if not local.isascii():
        raise _refusal(ACCENTS)
    normalized = f"{local}@{_in_ascii(domain)}"
    if len(local) > MOST_LOCAL_OCTETS or len(normalized) > MOST_OCTETS:
        raise _refusal(TOO_LONG)
    _is_address(normalized)
    return normalized


def key(address: str) -> str:
    """Return what two addresses have in common that are the same: normalized, without case."""
    return normalize(address).casefold()


def address_hash(address: str) -> str:
    """Return what an address is known by once it is not kept: HMAC-SHA256 with the first key."""
    return address_hashes(address)[0]


def address_hashes(address: str) -> list[str]:
    """Return its hashes with every key, the first key's first: for look-ups after a rotation."""
    return [keyed_hash(key(address), salt=_HASH_SALT, secret=one) for one in settings.SECRETS_KEYS]


def hash_key() -> str:
    """Return a name of the first key that says nothing about it: who hashed with it?"""
    return keyed_hash("", salt=_KEY_SALT, secret=settings.SECRETS_KEYS[0])[:8]


def keyed_hash(text: str, *, salt: str, secret: str) -> str:
    return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()


def masked(address: str) -> str:
    """Return "a…@example.org": enough for its owner, too little for whom a mail was forwarded."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _refuse_hostile(text: str) -> None:
    """Refuse what could become a second address or a header, or hide what is written."""
    if any(unicodedata.category(char)[0] == "C" for char in text):
        raise _refusal(HOSTILE)
    if text.count("@") > 1 and (_SEPARATORS & set(text)):
        raise _refusal(SEVERAL)
    if any(unicodedata.category(char)[0] == "Z" or char in ',;<>"()[]\\:' for char in text):
        raise _refusal(HOSTILE)


def _in_ascii(domain: str) -> str:
    try:
        return domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise _refusal(NO_ADDRESS) from error


def _refusal(words: Promise) -> ValidationError:
    return ValidationError(str(words), code="invalid")
