"""Secrets at rest: encrypted with SECRETS_KEYS, of which the first encrypts and all decrypt.

Each use has a purpose of its own: what was encrypted for one cannot be read as another. An app that
keeps secrets registers in `AppConfig.ready` how they are encrypted anew (`rotate_secrets`).
"""

import base64
from collections.abc import Callable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Encrypts all secrets of one sort with the first key; returns how many, and the ids of unreadable.
Rotation = Callable[[], tuple[int, list[int]]]
_rotations: dict[str, Rotation] = {}


class UnreadableSecretError(Exception):
    """None of the configured keys opens the stored secret."""


def register(sort: str, rotation: Rotation) -> None:
    """Have `rotate_secrets` see to secrets of this sort too; its name stands in the command."""
    _rotations[sort] = rotation


def rotations() -> dict[str, Rotation]:
    return dict(_rotations)


def encrypt(secret: str, *, purpose: bytes) -> str:
    """Return the secret encrypted with the first key."""
    return _fernet(purpose).encrypt(secret.encode()).decode()


def decrypt(stored: str, *, purpose: bytes, lasts_seconds: int | None = None) -> str:
    """Return what `encrypt` was given, if it is not older, or raise UnreadableSecretError."""
    try:
        return _fernet(purpose).decrypt(stored.encode(), ttl=lasts_seconds).decode()
    except InvalidToken as error:
        raise UnreadableSecretError from error


def reencrypt(stored: str, *, purpose: bytes) -> str:
    """Return the same secret encrypted with the first key, or raise UnreadableSecretError."""
    try:
        return _fernet(purpose).rotate(stored.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecretError from error


def _fernet(purpose: bytes) -> MultiFernet:
    return _fernet_of(tuple(settings.SECRETS_KEYS), purpose)


@lru_cache(maxsize=8)
def _fernet_of(keys: tuple[str, ...], purpose: bytes) -> MultiFernet:
    derived = (base64.urlsafe_b64encode(_derived(key, purpose)) for key in keys)
    return MultiFernet([Fernet(key) for key in derived])


def _derived(key: str, purpose: bytes) -> bytes:
    """Return a key for this purpose alone (RFC 5869 §3.2)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
