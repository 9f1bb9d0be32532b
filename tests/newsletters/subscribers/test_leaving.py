"""Leaving: a page with one button, and one click in the mail program (RFC 8058)."""

import logging
import re

import pytest
from django.core import mail
from django.test import Client

from newsletters.subscribers import services, tokens
from newsletters.subscribers.models import Consent, Subscriber
from tests.newsletters.subscribers.helpers import (
    NEW_KEY,
    OLD_KEY,
    everything,
    link,
    page,
    pass_time,
    subscribe,
    token_of,
)

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
FORGED = "AAAAAAAAAAAAAAAAAAAAAA.forged"


def unsubscribe_link(person):
    return link("unsubscribe", token_of(person))


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_shows_one_button_and_changes_nothing(client, clause, method):
    path = unsubscribe_link(subscribe())
    before = everything()

    answer = getattr(client, method)(path)

    assert answer.status_code == 200
    assert everything() == before
    if method == "get":
        shown = answer.content.decode()
        assert len(re.findall(r"<button", shown)) == 1
        assert "Wypisz się z newslettera</button>" in shown


def test_button_leaves_and_the_ledger_proves_it(client, clause):
    person = subscribe()

    answer = client.post(unsubscribe_link(person))

    shown = answer.content.decode()
    assert "Wypisano z newslettera" in shown
    assert 'href="/newsletter/zapisz-sie/"' in shown
    person.refresh_from_db()
    assert person.consent is None
    assert person.left_at is not None
    given, withdrawn = Consent.objects.all()
    assert (withdrawn.kind, withdrawn.source) == (Consent.Kind.WITHDRAWN, Consent.Source.LINK)
    assert withdrawn.clause == given.clause
    assert withdrawn.address_hash == given.address_hash


def test_leaving_twice_adds_no_second_row(client, clause):
    person = subscribe()
    for _ in range(3):
        assert "Wypisano" in client.post(unsubscribe_link(person)).content.decode()
        client.post(unsubscribe_link(person), ONE_CLICK)

    assert Consent.objects.filter(kind="withdrawn").count() == 1
    assert services.leave(subscriber_id=person.pk, source="link") is False


def one_click(path, **extra):
    """Post as a mail program does: no cookie, no referrer, no token of a form."""
    client = Client(enforce_csrf_checks=True)
    return client.post(path, ONE_CLICK, **extra)


def test_one_click_acts_at_once_and_tells_nobody_whether_it_did(clause):
    active, left = subscribe("active@example.org"), subscribe("left@example.org")
    services.leave(subscriber_id=left.pk, source="link")
    erased = subscribe("erased@example.org")
    services.erase(subscriber_id=erased.pk)

    answers = [
        one_click(path)
        for path in (
            unsubscribe_link(active),
            unsubscribe_link(left),
            unsubscribe_link(erased),
            link("unsubscribe", FORGED),
            link("unsubscribe", "x"),
        )
    ]

    shown = {(one.status_code, one.content, one.headers["Content-Type"]) for one in answers}
    assert len(shown) == 1
    assert answers[0].status_code == 200
    assert answers[0].cookies == {}
    active.refresh_from_db()
    assert active.consent is None
    assert Consent.objects.latest("pk").source == Consent.Source.ONE_CLICK


def test_one_click_may_come_as_multipart_or_urlencoded(clause):
    person = subscribe()

    one_click(unsubscribe_link(person))
    again = subscribe()
    Client(enforce_csrf_checks=True).post(
        unsubscribe_link(again),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )

    assert list(Consent.objects.values_list("source", flat=True)) == [
        "form",
        "one_click",
        "form",
        "one_click",
    ]


def test_link_of_an_old_issue_works_after_years_and_a_rotation(client, clause, settings):
    settings.SECRETS_KEYS = [OLD_KEY]
    person = subscribe()
    path = unsubscribe_link(person)
    pass_time(days=3000)
    settings.SECRETS_KEYS = [NEW_KEY, OLD_KEY]

    client.post(path)

    person.refresh_from_db()
    assert person.consent is None


def test_link_that_is_not_whole_says_so_instead_of_pretending(client, clause):
    person = subscribe()
    path = unsubscribe_link(person)[:-5] + "/"

    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 404
        assert "niepełny" in answer.content.decode()
    person.refresh_from_db()
    assert person.consent is not None


def test_link_of_who_was_erased_still_answers_kindly(client, clause):
    person = subscribe()
    path = unsubscribe_link(person)
    services.erase(subscriber_id=person.pk)

    assert client.get(path).status_code == 200
    assert "Wypisano" in client.post(path).content.decode()
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_change_nothing(client, clause, method):
    path = unsubscribe_link(subscribe())
    before = everything()

    assert getattr(client, method)(path).status_code == 405
    assert everything() == before


def test_leaving_sends_no_mail(client, clause):
    person = subscribe()
    mail.outbox.clear()

    client.post(unsubscribe_link(person))

    assert mail.outbox == []


def test_tokens_and_addresses_stay_out_of_the_logs(client, clause, caplog):
    caplog.set_level(logging.INFO)
    person = subscribe()
    paths = [
        unsubscribe_link(person),
        link("preferences", token_of(person)),
        link("data", tokens.data_token(person.pk)),
    ]
    refused = Client(enforce_csrf_checks=True)
    for path in paths:
        client.put(path)
        refused.post(path)

    assert "Method Not Allowed" in caplog.text
    assert "Forbidden" in caplog.text
    for secret in (*(path.split("/")[3] for path in paths), "anna", "example.org"):
        assert secret not in caplog.text


def test_page_itself_shows_no_address(client, clause):
    person = subscribe()

    assert "anna" not in page(client, unsubscribe_link(person))
    assert "a…@" not in page(client, unsubscribe_link(person))


@pytest.mark.parametrize("path", ["/podglad/tajny-zeton/", "/api/v1/preview/tajny-zeton/"])
def test_tokens_of_links_to_drafts_stay_out_of_the_logs(client, caplog, path):
    client.post(path)
    assert "Method Not Allowed" in caplog.text
    assert "tajny-zeton" not in caplog.text
