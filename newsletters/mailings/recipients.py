"""Whether a person may be mailed now, asked again for each copy when it is claimed."""

from collections.abc import Sequence

from django.conf import settings

from cms.stored_words import say
from newsletters.mailings import words
from newsletters.mailings.models import Delivery, Mailing
from newsletters.subscribers.addresses import address_hashes
from newsletters.subscribers.models import Subscriber
from newsletters.subscribers.selectors import suppressed_hashes, why_not_consenting

SAMPLE_DOMAIN = "example.org"


def obstacles(mailing: Mailing, deliveries: Sequence[Delivery]) -> dict[int, str]:
    """Return, by the delivery's id, in words, why each of those may not be mailed that may not."""
    hashes = {
        delivery.pk: address_hashes(delivery.subscriber.email)
        for delivery in deliveries
        if delivery.subscriber
    }
    blocked = suppressed_hashes(one for several in hashes.values() for one in several)
    reasons = {
        delivery.pk: _obstacle(mailing, delivery, blocked.intersection(hashes.get(delivery.pk, ())))
        for delivery in deliveries
    }
    return {pk: reason for pk, reason in reasons.items() if reason}


def _obstacle(mailing: Mailing, delivery: Delivery, blocked: set[str]) -> str:
    subscriber = delivery.subscriber
    if subscriber is None:
        return say(words.ERASED)
    if blocked:
        return say(words.BLOCKED)
    return why_not_consenting(subscriber, mailing.controller) or sample_obstacle(
        subscriber, is_sample_edition=mailing.is_sample
    )


def sample_obstacle(subscriber: Subscriber, *, is_sample_edition: bool) -> str:
    """Return why a sample may not go there. No setting lifts this."""
    if is_sample_edition and not is_at_sample_domain(subscriber.email):
        return say(words.SAMPLE_EDITION)
    if subscriber.is_sample and not are_samples_mailed():
        return say(words.SAMPLE_ADDRESS)
    return ""


def is_at_sample_domain(address: str) -> bool:
    """Whether an address is one that nobody has (RFC 2606 §3)."""
    domain = address.rpartition("@")[2].lower()
    return domain == SAMPLE_DOMAIN or domain.endswith(f".{SAMPLE_DOMAIN}")


def are_samples_mailed() -> bool:
    """Whether this is the demo, with a mail server on this very machine."""
    return bool(settings.IS_DEMO and settings.EMAIL_HOST in settings.LOOPBACK_HOSTS)
