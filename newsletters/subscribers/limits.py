"""How often a form may be sent, counted in the database so that it holds over all processes."""

from datetime import timedelta

from django.utils import timezone

from newsletters.subscribers.addresses import address_hashes
from newsletters.subscribers.models import SignUp

MAILS_PER_ADDRESS = 3
ADDRESS_WINDOW = timedelta(days=1)
SIGN_UPS_PER_NETWORK = 30
NETWORK_WINDOW = timedelta(hours=1)


def seconds_to_wait(network_hash: str) -> int:
    """Return how long a network has to wait for its next sign-up; 0 if it need not."""
    now = timezone.now()
    recent = SignUp.objects.filter(
        network_hash=network_hash, created_at__gt=now - NETWORK_WINDOW
    ).order_by("-created_at")
    times = list(recent.values_list("created_at", flat=True)[:SIGN_UPS_PER_NETWORK])
    if len(times) < SIGN_UPS_PER_NETWORK:
        return 0
    oldest = times[-1]
    return int((oldest + NETWORK_WINDOW - now).total_seconds()) + 1


def may_mail(address: str) -> bool:
    """Whether the address may get one more confirmation mail today."""
    mailed = SignUp.objects.filter(
        address_hash__in=address_hashes(address), mailed_at__gt=timezone.now() - ADDRESS_WINDOW
    )
    return mailed.count() < MAILS_PER_ADDRESS
