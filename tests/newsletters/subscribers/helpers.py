"""What tests about subscribers share: clauses, subscribers, and the links in mails."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletters.subscribers import services, tokens
from newsletters.subscribers.addresses import key
from newsletters.subscribers.models import Consent, ConsentClause, SignUp, Subscriber, Suppression

ADDRESS = "anna@example.org"
CONTROLLER = "Stowarzyszenie Pierwsze (przykład)"
OTHER_CONTROLLER = "Stowarzyszenie Drugie (przykład)"
NETWORK = "network-hash"
OLD_KEY = "old-secrets-key-of-more-than-thirty-two-characters"
NEW_KEY = "new-secrets-key-of-more-than-thirty-two-characters"


def make_clause(controller: str = CONTROLLER, **fields: Any) -> ConsentClause:
    words = {
        "purpose": "newsletter",
        "controller": controller,
        "controller_details": "ul. Przykładowa 1\nbiuro@example.org",
        "text": "Chcę otrzymywać newsletter.",
        "information": "Dane przetwarzamy w celu wysyłki.\n\nMożna je usunąć.",
        "in_force_from": timezone.now(),
    }
    return services.add_clause(**{**words, **fields})


def form_of(clause: ConsentClause, address: str = ADDRESS, **fields: Any) -> dict[str, Any]:
    """Return what a browser sends for the filled-in form."""
    return {"email": address, "clause": clause.pk, "is_agreed": "on", "website": "", **fields}


def sign_up(address: str = ADDRESS, clause: ConsentClause | None = None, **fields: Any) -> SignUp:
    """Send a form; return the row that waits for its confirmation."""
    known = set(SignUp.objects.values_list("pk", flat=True))
    services.sign_up(
        address=address,
        first_name=fields.get("first_name", ""),
        topics=fields.get("topics", []),
        clause=clause or ConsentClause.objects.latest("version"),
        source_url="http://testserver/newsletter/zapisz-sie/",
        network_hash=fields.get("network_hash", NETWORK),
    )
    return SignUp.objects.exclude(pk__in=known).get()


def subscribe(address: str = ADDRESS, **fields: Any) -> Subscriber:
    """Make a subscriber as people become one: by form and confirmation."""
    answer = services.confirm(sign_up_id=sign_up(address, **fields).pk)
    return Subscriber.objects.get(pk=answer.subscriber_id)


def subscriber(address: str = ADDRESS) -> Subscriber:
    return Subscriber.objects.get(address_key=key(address))


def block(address: str = ADDRESS, reason: str = Suppression.Reason.STAFF) -> None:
    services.suppress(address=address, reason=reason)


def links_in_mail(number: int = -1) -> list[str]:
    """Return the paths of this site that a mail that was sent links to, from its text part."""
    body = str(mail.outbox[number].body)
    return [
        url.removeprefix(settings.SITE_URL)
        for url in re.findall(rf"{re.escape(settings.SITE_URL)}/\S+", body)
    ]


def link(name: str, token: str) -> str:
    return reverse(f"newsletter_{name}", args=[token])


def token_of(person: Subscriber) -> str:
    return tokens.subscriber_token(person.pk)


def pass_time(**duration: float) -> None:
    """Let so much time pass for every row there is."""
    delta = timedelta(**duration)
    for model, names in (
        (SignUp, ("created_at", "mailed_at", "confirmed_at")),
        (Subscriber, ("created_at", "left_at", "data_link_sent_at")),
        (Consent, ("requested_at", "at")),
        (ConsentClause, ("in_force_from",)),
    ):
        for row in model.objects.all():
            earlier = {name: _before(getattr(row, name), delta) for name in names}
            model.objects.filter(pk=row.pk).update(**earlier)


def _before(moment: datetime | None, delta: timedelta) -> datetime | None:
    return moment - delta if moment else None


def everything() -> dict[str, list[Any]]:
    """Return all rows of this package as they are, to see whether anything was changed."""
    models = (Consent, ConsentClause, SignUp, Subscriber, Suppression)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()
