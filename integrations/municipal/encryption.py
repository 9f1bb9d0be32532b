"""Secrets at rest: encrypted with SECRETS_KEYS, of which the first encrypts and all decrypt."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Keeps these keys apart from any other use of the same configured string (RFC 5869 §3.2).
PURPOSE = b"razem: secrets of municipal destinations"


class UnreadableSecretError(Exception):
    """None of the configured keys opens the stored secret."""


def encrypt(secret: str) -> str:
    """Return the secret encrypted with the first key."""
    return _fernet().encrypt(secret.encode()).decode()


def decrypt(stored: str) -> str:
    """Return what `encrypt` was given, or raise UnreadableSecretError."""
    try:
        return _fernet().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecretError from error


def reencrypt(stored: str) -> str:
    """Return the same secret encrypted with the first key, or raise UnreadableSecretError."""
    try:
        return _fernet().rotate(stored.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecretError from error


def _fernet() -> MultiFernet:
    return _fernet_of(tuple(settings.SECRETS_KEYS))


@lru_cache(maxsize=4)
def _fernet_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
