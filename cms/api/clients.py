"""Trusted clients: made, recognized, revoked."""

from django.db import DatabaseError
from django.utils import timezone
from structlog import get_logger

from cms.models.clients import TOKEN_PATTERN, ApiClient, hash_of, new_token

logger = get_logger(__name__)


def create(client: ApiClient) -> str:
    """Store a validated new client, and return its token, which cannot be had again."""
    token = new_token()
    client.token_hash = hash_of(token)
    client.save(force_insert=True)
    return token


def replace_token(client: ApiClient) -> str:
    """Return a new token for the client, good from now on; the one before is refused."""
    token = new_token()
    ApiClient.objects.filter(pk=client.pk).update(token_hash=hash_of(token), revoked_at=None)
    return token


def revoke(client: ApiClient) -> bool:
    """Refuse the client's token from now on. Return whether it was good until now."""
    active = ApiClient.objects.filter(pk=client.pk, revoked_at__isnull=True)
    return active.update(revoked_at=timezone.now()) == 1


def find_active(token: str) -> ApiClient | None:
    """Return the client whose token it is, unless it was revoked. One query at most."""
    if not TOKEN_PATTERN.fullmatch(token):
        return None
    return ApiClient.objects.filter(token_hash=hash_of(token), revoked_at__isnull=True).first()


def note_use(client: ApiClient) -> None:
    """Note that the client is in use: its day, written once a day. It may fail unnoticed."""
    today = timezone.localdate()
    if client.last_used_on == today:
        return
    try:
        ApiClient.objects.filter(pk=client.pk).update(last_used_on=today)
    except DatabaseError as error:
        logger.warning("api_client_use_not_noted", client=client.pk, error=type(error).__name__)
