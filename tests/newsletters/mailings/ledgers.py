"""Subscribers, and mailings of which only the ledger matters: no page is rendered for them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from cms.models import Topic
from newsletters.editions.models import NewsletterPage
from newsletters.mailings.models import Delivery, Mailing, marker_of
from newsletters.subscribers.addresses import address_hash, key
from newsletters.subscribers.models import Consent, ConsentClause, Subscriber
from tests.factories import NewsletterFactory

CONTROLLER = "Stowarzyszenie „Operator” (przykład)"
HTML = """<!DOCTYPE html>
<html lang="pl">
<body>
<h1>Zażółć gęślą jaźń</h1>
<p>Treść biuletynu.</p>
.kropka na początku wiersza
<p><a href="http://testserver/newsletter/wypisz/MARKER/">Wypisz mnie</a></p>
</body>
</html>
"""
TEXT = """ZAŻÓŁĆ GĘŚLĄ JAŹŃ

Treść biuletynu.
.kropka na początku wiersza

Wypisz mnie: http://testserver/newsletter/wypisz/MARKER/
"""


def clause(controller: str = CONTROLLER) -> ConsentClause:
    """Return the clause in force, from the controller."""
    found = ConsentClause.objects.filter(controller=controller).first()
    return found or ConsentClause.objects.create(
        version=ConsentClause.objects.count() + 1,
        controller=controller,
        controller_details="ul. Przykładowa 1, biuro@example.org",
        text="Chcę dostawać biuletyn.",
        information="Administratorem danych jest operator (przykład).",
        sha256="0" * 64,
        in_force_from=timezone.now() - timedelta(days=1),
    )


def subscriber(
    email: str, *, topics: Iterable[Topic] = (), controller: str = CONTROLLER, **fields: Any
) -> Subscriber:
    """Return somebody who has confirmed and given consent."""
    person = Subscriber.objects.create(
        email=email, address_key=key(email), address_hash=address_hash(email), **fields
    )
    person.consent = Consent.objects.create(
        subscriber_id=person.pk,
        address_hash=person.address_hash,
        clause=clause(controller),
        kind=Consent.Kind.GIVEN,
        source=Consent.Source.FORM,
    )
    person.save()
    person.topics.set(topics)
    return person


def subscribers(count: int) -> list[Subscriber]:
    return [subscriber(f"osoba-{number}@example.org") for number in range(count)]


def edition(**fields: Any) -> NewsletterPage:
    """Return a published edition that shows nothing but text."""
    body = [("paragraph", "<p>Treść biuletynu.</p>")]
    page: NewsletterPage = NewsletterFactory(**{"title": "Biuletyn 1/2026", "body": body} | fields)
    return page


def mailing(people: Iterable[Subscriber] = (), **fields: Any) -> Mailing:
    """Return a mailing that is being sent, with a ledger row for each of the people."""
    request_id = uuid4()
    now = timezone.now()
    clause()
    values: dict[str, Any] = {
        "page": fields.pop("page", None) or edition(),
        "request_id": request_id,
        "state": Mailing.State.SENDING,
        "subject": "Zażółć gęślą jaźń",
        "html": HTML.replace("MARKER", marker_of(request_id)),
        "text": TEXT.replace("MARKER", marker_of(request_id)),
        "sender": "COP – Centrum (przykład) <biuletyn@example.org>",
        "controller": CONTROLLER,
        "starts_at": now,
        "started_at": now,
        "prepared_at": now,
    }
    made = Mailing.objects.create(**values | fields)
    rows = Delivery.objects.bulk_create(
        Delivery(mailing=made, subscriber=person, next_at=now) for person in people
    )
    Mailing.objects.filter(pk=made.pk).update(audience=len(rows))
    return made


def states(made: Mailing) -> dict[str, str]:
    """Return the state of each recipient's delivery, by address."""
    rows = made.deliveries.select_related("subscriber")
    return {row.subscriber.email if row.subscriber else "": row.state for row in rows}


def let_time_pass(**duration: float) -> None:
    """Move every time of the ledger into the past, as if so long had gone by."""
    gone = timedelta(**duration)
    for row in Delivery.objects.all():
        row.next_at -= gone
        row.changed_at -= gone
        if row.lease_until:
            row.lease_until -= gone
        row.save()
    for made in Mailing.objects.all():
        for name in ("starts_at", "started_at", "retry_at", "created_at"):
            if moment := getattr(made, name):
                setattr(made, name, moment - gone)
        made.save()


def subscribers_there() -> list[Subscriber]:
    return list(Subscriber.objects.order_by("email"))
