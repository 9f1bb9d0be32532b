"""The channel „Newsletter”: in which mails a document went out, and what waits for whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletters.channel import NewsletterChannel
from newsletters.mailings.models import Mailing
from tests.cms.home.staff import EDITOR, person
from tests.factories import EventFactory, NewsletterFactory, document_of, make_private
from tests.newsletters.mailings import ledgers

pytestmark = pytest.mark.django_db

State = Mailing.State


@pytest.fixture
def document():
    return document_of(EventFactory(title="Gala"))


def sent(document, *, version=None, **fields):
    """Make a finished mailing that shows the document, with three copies taken."""
    addresses = [f"osoba-{Mailing.objects.count()}{letter}@example.org" for letter in "abc"]
    people = [ledgers.subscriber(address) for address in addresses]
    made = ledgers.mailing(
        people,
        documents={str(document.pk): version or document.sequence},
        state=State.FINISHED,
        finished_at=timezone.now(),
        **fields,
    )
    made.deliveries.update(state="accepted")
    return made


def told(document):
    return list(NewsletterChannel().status(document))


def test_document_of_a_sent_edition_is_told_with_date_count_and_address(document, settings):
    edition = ledgers.edition(title="Biuletyn 3", slug="biuletyn-3")
    made = sent(document, subject="Biuletyn 3", page=edition)
    ledgers.mailing([], subject="Inny", page=ledgers.edition(title="Inny"))

    [status] = told(document)

    assert status.place == "Biuletyn 3"
    assert status.when == made.finished_at
    assert "3 osoby" in status.note
    assert status.is_current
    assert status.address == f"{settings.SITE_URL}{edition.url}"
    assert status.detail_url == f"/admin/newsletter/wysylki/{made.pk}/"


def test_mail_that_shows_an_earlier_version_says_so(document):
    sent(document, version=1)
    [status] = told(document)
    assert not status.is_current
    assert "pokazuje wersję z chwili zlecenia wysyłki" in status.note


def test_edition_that_is_private_has_no_address(document):
    edition = ledgers.edition(title="Tajny")
    sent(document, page=edition)
    make_private(edition)
    assert [one.address for one in told(document)] == [""]


def test_statuses_cost_the_same_for_one_mailing_as_for_many(document):
    sent(document, subject="pierwszy")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            told(document)
        return len(queries)

    cost()
    before = cost()
    for number in range(4):
        sent(document, subject=f"nr{number}", page=ledgers.edition(title=f"Nr {number}"))
    assert cost() == before


def test_paused_mailing_waits_for_who_may_steer_it():
    made = ledgers.mailing([], state=State.PAUSED, pause_reason="Serwer nie odpowiada.")
    steering = person("koordynatorka", permissions=["newsletters.change_mailing"])
    [todo] = NewsletterChannel().todo(steering)
    assert todo.url == f"/admin/newsletter/wysylki/{made.pk}/"
    assert todo.note == "Serwer nie odpowiada."
    assert list(NewsletterChannel().todo(person("redaktorka", may=EDITOR))) == []


def test_mails_of_unknown_outcome_lead_to_their_list(client):
    people = [ledgers.subscriber(f"{name}@example.org") for name in ("a", "b")]
    made = ledgers.mailing(people, subject="Biuletyn", state=State.FINISHED)
    made.deliveries.update(state="uncertain")
    steering = person("koordynatorka", permissions=["newsletters.change_mailing"])

    [todo] = NewsletterChannel().todo(steering)

    assert todo.text == "Newsletter „Biuletyn”: o 2 mailach nie wiadomo, czy dotarły"
    client.force_login(steering)
    assert "Wynik nieznany" in client.get(todo.url).content.decode()


def test_published_edition_that_nobody_ordered_waits_for_who_may_send_it():
    edition = NewsletterFactory(title="Biuletyn 4")
    NewsletterFactory(title="Szkic", draft=True)
    ledgers.mailing([], page=ledgers.edition(title="Wysłany"), state=State.FINISHED)
    cancelled = ledgers.edition(title="Odwołany")
    ledgers.mailing([], page=cancelled, state=State.CANCELLED)
    sender = person("koordynatorka", permissions=["newsletters.add_mailing"])
    editor = person("redaktorka", may=EDITOR, permissions=["newsletters.add_mailing"])

    found = {todo.url for todo in NewsletterChannel().todo(sender)}

    expected = {f"/admin/newsletter/wyslij/{page.pk}/" for page in (edition, cancelled)}
    assert found == expected
    assert list(NewsletterChannel().todo(editor)) == []
