"""The sign-up page: what it asks, what it answers, and what it never tells."""

import re
import threading
from email import policy
from email.parser import BytesParser

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.networks import network_hash
from newsletters.outbox.models import OutgoingMail
from newsletters.subscribers import limits, services
from newsletters.subscribers.models import SignUp, Suppression
from newsletters.subscribers.views.sign_up import NETWORK_SALT
from tests.factories import TopicFactory
from tests.newsletters.subscribers.helpers import (
    ADDRESS,
    NETWORK,
    block,
    everything,
    form_of,
    links_in_mail,
    make_clause,
    page,
    pass_time,
    sign_up,
    subscribe,
)

pytestmark = pytest.mark.django_db
URL = "/newsletter/zapisz-sie/"
SENT = "/newsletter/zapisz-sie/wyslano/"


def test_addresses_of_the_pages_are_stable():
    assert reverse("newsletter_subscribe") == URL
    assert reverse("newsletter_confirm", args=["t"]) == "/newsletter/potwierdz/t/"
    assert reverse("newsletter_unsubscribe", args=["t"]) == "/newsletter/wypisz/t/"
    assert reverse("newsletter_preferences", args=["t"]) == "/newsletter/ustawienia/t/"


def test_page_asks_for_consent_in_the_words_in_force_and_ticks_nothing(client, clause):
    TopicFactory(name="Dotacje")
    shown = page(client, URL)

    assert "Chcę otrzymywać newsletter." in shown
    assert clause.controller in shown
    assert "Dane przetwarzamy" in shown
    assert "Dotacje" in shown
    assert " checked" not in shown
    assert 'autocomplete="email"' in shown
    assert 'autocomplete="given-name"' in shown


def test_page_without_a_clause_says_that_sign_up_is_not_open(client):
    for answer in (client.get(URL), client.post(URL, {"email": ADDRESS})):
        assert answer.status_code == 200
        assert "Zapisy jeszcze nie ruszyły" in answer.content.decode()
    assert not SignUp.objects.exists()


def test_form_sends_one_mail_that_says_who_asks_and_how_long_the_link_lasts(client, clause):
    topic = TopicFactory()
    data = form_of(clause, " Anna@EXAMPLE.org ", first_name="Anna  Maria", topics=[topic.pk])

    answer = client.post(URL, data)

    assert answer.status_code == 302
    assert answer.url == SENT
    assert "Sprawdź skrzynkę" in page(client, SENT)
    [sent] = mail.outbox
    assert sent.to == ["Anna@example.org"]
    assert sent.subject == "Potwierdź zapis na newsletter: Centrum Organizacji Pozarządowych"
    html = sent.alternatives[0][0]
    for text in (sent.body, html):
        assert clause.controller in text
        assert "14 dni" in text
        assert "Jeśli to nie Ty, nic nie rób" in text
        assert "Maria" not in text, "somebody else may have written the name"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    [path] = [one for one in links_in_mail() if one]
    assert path in html
    row = SignUp.objects.get()
    assert (row.email, row.first_name, row.clause) == ("Anna@example.org", "Anna Maria", clause)
    assert list(row.topics.all()) == [topic]
    assert row.source_url == f"http://testserver{URL}"


def test_mail_waits_in_the_outbox_of_the_same_transaction(client, clause, settings):
    settings.EMAIL_BACKEND = "newsletters.outbox.backend.OutboxBackend"

    client.post(URL, form_of(clause))

    queued = OutgoingMail.objects.get()
    assert queued.recipient == ADDRESS
    message = BytesParser(policy=policy.default).parsebytes(bytes(queued.message))
    assert message.get_body(("plain",)).get_content().startswith("Dzień dobry")
    assert message.get_body(("html",)).get_content().strip().startswith("<!DOCTYPE html>")


def test_sign_up_that_fails_leaves_neither_mail_nor_row(clause, settings, monkeypatch):
    settings.EMAIL_BACKEND = "newsletters.outbox.backend.OutboxBackend"
    monkeypatch.setattr(OutgoingMail.objects, "bulk_create", lambda rows: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        sign_up()

    assert not SignUp.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"email": ""}, "email", "Podaj adres e-mail."),
        ({"email": "anna"}, "email", "pełny adres"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "email", "znaki"),
        ({"is_agreed": ""}, "is_agreed", "Bez Twojej zgody"),
        ({"first_name": "<b>Anna</b>"}, "first_name", "Imię może mieć"),
        ({"first_name": "https://example.org"}, "first_name", "Imię może mieć"),
        ({"first_name": "a" * 61}, "first_name", "60"),
        ({"topics": ["999"]}, "topics", "999"),
    ],
)
def test_form_that_is_wrong_says_so_beside_the_field_and_above_all(
    client, clause, fields, field, words
):
    TopicFactory()

    answer = client.post(URL, form_of(clause) | fields)

    shown = answer.content.decode()
    assert words in answer.context["form"].errors[field][0]
    assert re.search(rf'<a href="#id_{field}">', shown)
    assert f'id="id_{field}"' in shown
    assert f'id="id_{field}_error"' in shown
    assert "<title>\n" in shown.replace("<title>", "<title>\n")
    assert "Błąd:" in shown
    assert not SignUp.objects.exists()
    assert mail.outbox == []


def test_clause_that_came_while_the_page_was_open_is_shown_and_agreed_to_anew(client, clause):
    newer = make_clause(text="Nowa treść zgody.")

    answer = client.post(URL, form_of(clause))

    assert "treść zgody się zmieniła" in answer.content.decode()
    assert "Nowa treść zgody." in answer.content.decode()
    assert " checked" not in answer.content.decode()
    assert not SignUp.objects.exists()
    assert client.post(URL, form_of(newer)).url == SENT
    assert SignUp.objects.get().clause == newer


def test_trap_that_only_programs_see_makes_the_form_vanish(client, clause):
    answer = client.post(URL, form_of(clause, website="https://example.org/"))

    assert answer.url == SENT
    assert not SignUp.objects.exists()
    assert mail.outbox == []


def answer_to(address, clause):
    """Return everything of the answer that somebody who asks can see, and its queries."""
    client = Client(REMOTE_ADDR="192.0.2.9")
    page(client, URL)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(URL, form_of(clause, address))
    headers = {name: value for name, value in answer.headers.items() if name != "Expires"}
    return (answer.status_code, answer.content, headers, list(answer.cookies)), len(queries)


def test_known_unknown_left_and_blocked_addresses_get_the_same_answer(clause):
    subscribe("known@example.org")
    left = subscribe("left@example.org")
    services.leave(subscriber_id=left.pk, source="link")
    for reason in Suppression.Reason.values:
        block(f"{reason}@example.org", reason)
    mail.outbox.clear()

    answers = {
        name: answer_to(f"{name}@example.org", clause)
        for name in ("unknown", "known", "left", *Suppression.Reason.values)
    }

    assert all(shown == answers["unknown"][0] for shown, _count in answers.values())
    counts = {name: count for name, (_shown, count) in answers.items()}
    staff = counts.pop("staff")
    assert len(set(counts.values())) == 1
    assert abs(staff - counts["unknown"]) <= 3
    assert sorted(one.to[0] for one in mail.outbox) == [
        "bounced@example.org",
        "complained@example.org",
        "erased@example.org",
        "known@example.org",
        "left@example.org",
        "unknown@example.org",
    ]
    assert len({one.subject for one in mail.outbox}) == 1


def test_form_for_a_known_address_changes_nothing_of_the_subscriber(client, clause):
    subscribe(first_name="Anna")
    before = everything()
    before.pop("SignUp")

    client.post(URL, form_of(clause, first_name="Kto inny", topics=[TopicFactory().pk]))

    after = everything()
    after.pop("SignUp")
    assert after == before


def test_blocked_address_leaves_no_personal_data_behind(client, clause):
    block()

    client.post(URL, form_of(clause, first_name="Anna"))

    row = SignUp.objects.get()
    assert (row.email, row.address_hash, row.first_name, row.mailed_at) == ("", "", "", None)


def test_address_gets_three_mails_a_day_and_the_answer_stays_the_same(client, clause):
    answers = [client.post(URL, form_of(clause, f"{name}@example.org")) for name in ("anna",) * 5]

    assert {(one.status_code, one.url) for one in answers} == {(302, SENT)}
    assert len(mail.outbox) == 3
    client.post(URL, form_of(clause, "ANNA@example.org"))
    assert len(mail.outbox) == 3
    client.post(URL, form_of(clause, "jan@example.org"))
    assert len(mail.outbox) == 4
    pass_time(days=1)
    client.post(URL, form_of(clause))
    assert len(mail.outbox) == 5


def test_mails_that_were_not_sent_do_not_lengthen_the_pause(client, clause):
    for _ in range(3):
        sign_up()
    pass_time(hours=23)
    for _ in range(5):
        sign_up()
    pass_time(hours=1)

    sign_up()

    assert len(mail.outbox) == 4


def test_network_gets_429_in_words_after_thirty_sign_ups_an_hour(client, clause):
    for number in range(limits.SIGN_UPS_PER_NETWORK):
        sign_up(f"a{number}@example.org", network_hash=hash_of(client, "192.0.2.1"))
    pass_time(minutes=50)

    limited = client.post(URL, form_of(clause), REMOTE_ADDR="192.0.2.200")

    assert limited.status_code == 429
    assert 500 < int(limited.headers["Retry-After"]) <= 601
    assert "za 10 minut" in limited.content.decode().replace("\xa0", " ")
    assert len(mail.outbox) == limits.SIGN_UPS_PER_NETWORK
    assert client.get(URL, REMOTE_ADDR="192.0.2.200").status_code == 200
    assert client.post(URL, form_of(clause), REMOTE_ADDR="192.0.3.1").status_code == 302
    pass_time(minutes=11)
    assert client.post(URL, form_of(clause), REMOTE_ADDR="192.0.2.200").status_code == 302


def hash_of(client, address):
    return network_hash(client.get(URL, REMOTE_ADDR=address).wsgi_request, salt=NETWORK_SALT)


def test_network_behind_proxies_is_read_as_the_settings_say(rf, settings):
    def seen(**headers):
        return network_hash(rf.get(URL, REMOTE_ADDR="10.0.0.1", **headers), salt=NETWORK_SALT)

    forwarded = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.5"}
    direct = network_hash(rf.get(URL, REMOTE_ADDR="203.0.113.99"), salt=NETWORK_SALT)

    assert seen(**forwarded) == seen(), "no proxy: whoever claims to be somebody else is not"
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert seen(**forwarded) == direct


def test_network_is_kept_as_a_hash_alone(client, clause):
    client.post(URL, form_of(clause), REMOTE_ADDR="192.0.2.1")

    assert "192" not in SignUp.objects.get().network_hash[:3] + SignUp.objects.get().source_url
    assert len(SignUp.objects.get().network_hash) == 64


@pytest.mark.django_db(transaction=True)
def test_limits_hold_when_all_ask_at_once(clause):
    def ask():
        try:
            services.sign_up(
                address=ADDRESS,
                first_name="",
                topics=[],
                clause=clause,
                source_url="",
                network_hash=NETWORK,
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert SignUp.objects.filter(mailed_at__isnull=False).count() == limits.MAILS_PER_ADDRESS
    assert SignUp.objects.count() == 8


def test_form_from_another_site_is_refused(clause):
    client = Client(enforce_csrf_checks=True)

    assert client.post(URL, form_of(clause)).status_code == 403
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("path", [URL, SENT])
def test_looking_at_the_pages_changes_nothing(client, clause, method, path):
    before = everything()
    assert getattr(client, method)(path, form_of(clause)).status_code == 200
    assert everything() == before
    assert mail.outbox == []


def test_pages_are_kept_by_no_cache(client, clause):
    assert "no-store" in client.get(URL).headers["Cache-Control"]


@pytest.mark.parametrize("number", ["9" * 30, "-1", "x"])
def test_topic_that_does_not_exist_is_refused_in_words(client, clause, number):
    TopicFactory()
    answer = client.post(
        "/newsletter/zapisz-sie/", {"email": "anna@example.org", "topics": number, "consent": "on"}
    )
    assert answer.status_code == 200
    assert not SignUp.objects.exists()
