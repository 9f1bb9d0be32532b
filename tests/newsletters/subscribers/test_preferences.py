"""Preferences and „Moje dane”: what the link in each mail lets its owner do."""

import json
import logging

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from newsletters.outbox.models import OutgoingMail
from newsletters.subscribers import personal_data, services, tokens
from newsletters.subscribers.models import Consent, SignUp, Subscriber, Suppression
from newsletters.subscribers.personal_data import Section
from tests.factories import TopicFactory
from tests.newsletters.subscribers.helpers import (
    ADDRESS,
    block,
    everything,
    link,
    links_in_mail,
    make_clause,
    page,
    pass_time,
    sign_up,
    subscribe,
    subscriber,
    token_of,
)

pytestmark = pytest.mark.django_db


def preferences_link(person):
    return link("preferences", token_of(person))


def data_path(person, name="data"):
    return link(name, tokens.data_token(person.pk))


def test_preferences_show_the_choice_and_mask_the_address(client, clause):
    topic = TopicFactory(name="Dotacje")
    person = subscribe(first_name="Anna", topics=[topic])

    shown = page(client, preferences_link(person))

    assert "a…@example.org" in shown
    assert ADDRESS not in shown
    assert 'value="Anna"' in shown
    assert shown.count(" checked") == 1
    assert link("unsubscribe", token_of(person)) in shown


def test_preferences_are_saved(client, clause):
    one, other = TopicFactory.create_batch(2)
    person = subscribe(first_name="Anna", topics=[one])
    before = Consent.objects.count()

    answer = client.post(
        preferences_link(person), {"first_name": "Ania", "topics": [other.pk]}, follow=True
    )

    assert "Zapisaliśmy Twój wybór." in answer.content.decode()
    person = subscriber()
    assert person.first_name == "Ania"
    assert list(person.topics.all()) == [other]
    assert Consent.objects.count() == before
    client.post(preferences_link(person), {"first_name": ""})
    assert list(subscriber().topics.all()) == []


def test_preferences_that_are_wrong_are_refused_in_words(client, clause):
    person = subscribe(first_name="Anna")

    answer = client.post(preferences_link(person), {"first_name": "anna@example.org"})

    assert "Imię może mieć" in answer.content.decode()
    assert subscriber().first_name == "Anna"


def test_preferences_cannot_be_changed_from_another_site(clause):
    person = subscribe(first_name="Anna")
    client = Client(enforce_csrf_checks=True)

    assert client.post(preferences_link(person), {"first_name": "Ola"}).status_code == 403
    assert subscriber().first_name == "Anna"


def test_preferences_of_who_left_offer_to_sign_up_again(client, clause):
    person = subscribe(first_name="Anna")
    services.leave(subscriber_id=person.pk, source="link")

    for answer in (
        client.get(preferences_link(person)),
        client.post(preferences_link(person), {"first_name": "Ola"}),
    ):
        assert "Zapisz się ponownie" in answer.content.decode()
    assert subscriber().first_name == "Anna"


def test_preferences_with_a_broken_link_say_so(client, clause):
    assert client.get(link("preferences", "x")).status_code == 404
    assert client.post(link("ask_for_data", "x")).status_code == 404


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client, clause, method):
    person = subscribe()
    paths = [
        preferences_link(person),
        "/newsletter/moje-dane/wyslano/",
        *(data_path(person, name) for name in ("data", "data_download", "data_erase")),
    ]
    mail.outbox.clear()
    before = everything()
    for path in paths:
        assert getattr(client, method)(path).status_code == 200
    assert client.get(link("ask_for_data", token_of(person))).status_code == 405
    assert everything() == before
    assert mail.outbox == []


def test_link_to_the_data_goes_to_the_own_address_and_works_for_a_day(client, clause):
    person = subscribe()
    mail.outbox.clear()

    with time_machine.travel(timezone.now(), tick=False) as clock:
        answer = client.post(link("ask_for_data", token_of(person)), follow=True)
        [sent] = mail.outbox
        path = links_in_mail()[0]
        assert sent.to == [ADDRESS]
        assert sent.subject.startswith("Odnośnik do Twoich danych")
        assert "24 godziny" in sent.body
        assert path in sent.alternatives[0][0]
        assert "24 godziny" in answer.content.decode().replace("\xa0", " ")
        assert path not in answer.content.decode()
        assert client.get(path).status_code == 200
        clock.shift(24 * 3600 + 1)
        late = client.get(path)
    assert late.status_code == 410
    assert "już nie działa" in late.content.decode()
    assert ADDRESS not in late.content.decode()


def test_link_to_the_data_is_mailed_once_an_hour(client, clause):
    person = subscribe()
    mail.outbox.clear()
    path = link("ask_for_data", token_of(person))

    answers = [client.post(path).url for _ in range(3)]

    assert len(set(answers)) == 1
    assert len(mail.outbox) == 1
    pass_time(hours=1)
    client.post(path)
    assert len(mail.outbox) == 2


def test_link_to_the_data_is_not_mailed_to_a_blocked_address(client, clause):
    person = subscribe()
    block()
    mail.outbox.clear()

    assert client.post(link("ask_for_data", token_of(person))).status_code == 302
    assert mail.outbox == []


def test_link_of_a_mail_does_not_open_the_data(client, clause):
    person = subscribe()
    for name in ("data", "data_download", "data_erase"):
        for answer in (client.get(link(name, token_of(person))),):
            assert answer.status_code == 410
            assert ADDRESS not in answer.content.decode()
    client.post(link("data_erase", token_of(person)))
    assert Subscriber.objects.exists()


def test_data_are_shown_in_whole_with_every_clause_agreed_to(client, clause):
    topic = TopicFactory(name="Dotacje")
    person = subscribe(first_name="Anna", topics=[topic])
    services.leave(subscriber_id=person.pk, source="link")
    make_clause(text="Nowa treść zgody.")
    subscribe(first_name="Anna", topics=[topic])

    shown = page(client, data_path(person))

    for words in (
        ADDRESS,
        "Anna",
        "Dotacje",
        "Chcę otrzymywać newsletter.",
        "Nowa treść zgody.",
        "Udzielona",
        "Wycofana",
        "http://testserver/newsletter/zapisz-sie/",
    ):
        assert words in shown


def test_data_can_be_downloaded_for_programs(client, clause):
    person = subscribe(first_name="Anna", topics=[TopicFactory(name="Dotacje")])
    sign_up(first_name="Ania")
    block(reason="bounced")

    answer = client.get(data_path(person, "data_download"))

    assert answer.headers["Content-Type"] == "application/json"
    assert 'filename="moje-dane.json"' in answer.headers["Content-Disposition"]
    data = json.loads(answer.content)
    assert (data["email"], data["first_name"], data["topics"]) == (ADDRESS, "Anna", ["Dotacje"])
    [given] = data["consents"]
    assert given["clause"]["text"] == clause.text
    assert given["clause"]["sha256"] == clause.sha256
    assert [form["first_name"] for form in data["forms_waiting"]] == ["Anna", "Ania"]
    assert len(data["blocked"]) == 1


def test_data_that_other_parts_keep_are_shown_too(client, clause, monkeypatch):
    person = subscribe()
    monkeypatch.setattr(personal_data, "_sections", {})
    rows = [{"Wydanie": "Pierwsze", "Stan": "Przyjęte"}]
    personal_data.register(Section("mailings", "Wysłane newslettery", lambda _person: rows))

    assert "Pierwsze" in page(client, data_path(person))
    assert json.loads(client.get(data_path(person, "data_download")).content)["mailings"] == rows


def test_erasing_asks_once_more_and_then_forgets(client, clause, settings):
    settings.EMAIL_BACKEND = "newsletters.outbox.backend.OutboxBackend"
    person = subscribe("Anna@example.org", first_name="Anna")
    sign_up()
    assert OutgoingMail.objects.count() == 2
    path = data_path(person, "data_erase")
    assert "Anna@example.org" in page(client, path)
    assert Subscriber.objects.exists()

    answer = client.post(path)

    assert "Twoje dane są usunięte" in answer.content.decode()
    assert not Subscriber.objects.exists()
    assert not SignUp.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert Suppression.objects.get().reason == Suppression.Reason.ERASED
    given, withdrawn = Consent.objects.all()
    assert (withdrawn.kind, withdrawn.source) == ("withdrawn", Consent.Source.ERASURE)
    assert withdrawn.clause == given.clause
    assert "anna" not in str(everything()).casefold()
    assert client.post(path).status_code == 410


def test_erasing_who_has_left_records_the_erasure_as_well(clause):
    person = subscribe()
    services.leave(subscriber_id=person.pk, source="link")

    assert services.erase(subscriber_id=person.pk) is True
    assert services.erase(subscriber_id=person.pk) is False

    sources = list(Consent.objects.values_list("kind", "source"))
    assert sources == [("given", "form"), ("withdrawn", "link"), ("withdrawn", "erasure")]


def test_erasing_from_another_site_is_refused(clause):
    person = subscribe()
    client = Client(enforce_csrf_checks=True)

    assert client.post(data_path(person, "data_erase")).status_code == 403
    assert Subscriber.objects.exists()


def test_nothing_personal_is_logged(client, clause, caplog):
    caplog.set_level(logging.INFO)
    person = subscribe(first_name="Bożydar")
    client.post(link("ask_for_data", token_of(person)))
    client.post(data_path(person, "data_erase"))

    assert str(person.pk) in caplog.text
    for personal in (ADDRESS, "Bożydar", token_of(person)):
        assert personal not in caplog.text
