"""Signed tokens in links: whoever has one may act for that subscriber, so none is logged.

Signed with the first of SECRETS_KEYS, read with all of them: links in old issues work for ever,
after a rotation too, while the old key is listed.
"""

import base64
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner

DATA_LINK_LASTS = timedelta(hours=24)


def subscriber_token(subscriber_id: UUID) -> str:
    """Return the token in a subscriber's mails: URL-safe, 66 characters, it never expires."""
    return _signer("subscriber").sign(_packed(subscriber_id))


def read_subscriber_token(token: str) -> UUID | None:
    return _read(_signer("subscriber"), token)


def sign_up_token(sign_up_id: UUID) -> str:
    """Return the token of a confirmation link. The sign-up itself says how long it is good."""
    return _signer("sign-up").sign(_packed(sign_up_id))


def read_sign_up_token(token: str) -> UUID | None:
    return _read(_signer("sign-up"), token)


def data_token(subscriber_id: UUID) -> str:
    """Return the token of a link to all data that are held: good for a day."""
    return _timed_signer().sign(_packed(subscriber_id))


def read_data_token(token: str) -> UUID | None:
    try:
        return _unpacked(_timed_signer().unsign(token, max_age=DATA_LINK_LASTS))
    except (BadSignature, ValueError):
        return None


def _read(signer: Signer, token: str) -> UUID | None:
    try:
        return _unpacked(signer.unsign(token))
    except (BadSignature, ValueError):
        return None


def _signer(purpose: str) -> Signer:
    key, older = _keys()
    return Signer(key=key, fallback_keys=older, sep=".", salt=f"newsletters.{purpose}")


def _timed_signer() -> TimestampSigner:
    key, older = _keys()
    return TimestampSigner(key=key, fallback_keys=older, sep=".", salt="newsletters.data")


def _keys() -> tuple[str, list[str | bytes]]:
    first, *older = settings.SECRETS_KEYS
    return first, list(older)


def _packed(identifier: UUID) -> str:
    return base64.urlsafe_b64encode(identifier.bytes).rstrip(b"=").decode()


def _unpacked(text: str) -> UUID:
    return UUID(bytes=base64.urlsafe_b64decode(f"{text}=="))
