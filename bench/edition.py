"""What is sent and to whom: the same mail of 60 KB, the same people, whichever way it goes."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cms.documents.addresses import absolute
from cms.models import HomePage
from demo.scale.subscribers import subscribed
from newsletters.editions.models import NewsletterIndexPage, NewsletterPage
from newsletters.mailings.models import Delivery, Mailing, marker_of
from newsletters.subscribers.models import ConsentClause, Subscriber
from newsletters.subscribers.tokens import subscriber_token

SUBJECT = "Co słychać w organizacjach: spotkania, nabory i szkolenia"
CONTROLLER = "Centrum Organizacji Pozarządowych"
SENTENCE = "Zapraszamy na spotkanie o współpracy organizacji z miastem: pytania, pomysły, wnioski."
HTML_OCTETS = 52_000
TEXT_OCTETS = 7_000


@dataclass(frozen=True)
class Recipient:
    address: str
    token: str


@dataclass(frozen=True)
class Content:
    """A mail whose `marker` stands where each copy has the recipient's token."""

    marker: str
    sender: str
    subject: str
    html: str
    text: str

    def unsubscribe(self, token: str) -> str:
        return absolute(reverse("newsletter_unsubscribe", args=(token,)))


def content(request_id: uuid.UUID) -> Content:
    """Return a mail as long as a real one, in lines as MJML makes them."""
    marker = marker_of(request_id)
    link = absolute(reverse("newsletter_unsubscribe", args=(marker,)))
    cell = (
        '<tr><td align="left" style="font-family:Arial,sans-serif;font-size:16px;'
        f'line-height:24px;padding:10px 25px;color:#1d1d1b">{SENTENCE}</td></tr>\n'
    )
    html = (
        f'<!doctype html>\n<html lang="pl"><head><title>{SUBJECT}</title></head><body><table>\n'
        f"{_repeated(cell, HTML_OCTETS)}</table>\n"
        f'<p><a href="{link}">Wypisz się</a></p>\n</body></html>\n'
    )
    text = f"{_repeated(SENTENCE + chr(10), TEXT_OCTETS)}\nWypisz się: {link}\n"
    return Content(
        marker=marker, sender=settings.DEFAULT_FROM_EMAIL, subject=SUBJECT, html=html, text=text
    )


def _repeated(line: str, octets: int) -> str:
    return line * (octets // len(line.encode()))


@transaction.atomic
def subscribe(count: int) -> list[Recipient]:
    """Make so many subscribers with consent in force."""
    clause = ConsentClause.objects.create(
        version=(ConsentClause.objects.count() + 1),
        controller=CONTROLLER,
        controller_details="ul. Przykładowa 1",
        text=SENTENCE,
        information=SENTENCE,
    )
    made = subscribed(count, clause=clause, is_sample=False)
    return [Recipient(one.email, subscriber_token(one.pk)) for one in made]


def publish() -> NewsletterPage:
    """Make the page of the edition."""
    home = HomePage.objects.get()
    index = NewsletterIndexPage.objects.first() or home.add_child(
        instance=NewsletterIndexPage(title="Newsletter")
    )
    page: NewsletterPage = index.add_child(
        instance=NewsletterPage(title=SUBJECT, body=[("heading", SUBJECT)])
    )
    return page


@transaction.atomic
def order(page: NewsletterPage) -> Mailing:
    """Make a mailing of the edition to all subscribers, ready to be sent."""
    # An edition is sent once; here it is sent again and again.
    Mailing.objects.filter(page=page).update(page=None)
    now, request_id = timezone.now(), uuid.uuid4()
    frozen = content(request_id)
    mailing = Mailing.objects.create(
        page=page,
        request_id=request_id,
        state=Mailing.State.SENDING,
        subject=frozen.subject,
        html=frozen.html,
        text=frozen.text,
        sender=frozen.sender,
        controller=CONTROLLER,
        starts_at=now,
        started_at=now,
        prepared_at=now,
        audience=Subscriber.objects.count(),
    )
    ids = Subscriber.objects.order_by("pk").values_list("pk", flat=True)
    Delivery.objects.bulk_create(Delivery(mailing=mailing, subscriber_id=pk) for pk in ids)
    return mailing
