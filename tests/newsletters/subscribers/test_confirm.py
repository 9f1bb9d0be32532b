"""Confirming a sign-up: the link opens a page, its button makes a subscriber, once."""

import re
import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from newsletters.subscribers import services, tokens
from newsletters.subscribers.models import Consent, SignUp, Subscriber, Suppression
from newsletters.subscribers.services.sign_ups import Outcome
from tests.factories import TopicFactory
from tests.newsletters.subscribers.helpers import (
    ADDRESS,
    OTHER_CONTROLLER,
    block,
    everything,
    form_of,
    link,
    links_in_mail,
    make_clause,
    page,
    pass_time,
    sign_up,
    subscribe,
    subscriber,
)

pytestmark = pytest.mark.django_db
URL = "/newsletter/zapisz-sie/"


def confirm_link(row: SignUp) -> str:
    return link("confirm", tokens.sign_up_token(row.pk))


def test_newcomer_signs_up_and_confirms_without_a_cookie(clause):
    topic = TopicFactory(name="Dotacje")
    Client().post(URL, form_of(clause, "Anna@example.org", first_name="Anna", topics=[topic.pk]))
    path = links_in_mail()[0]
    client = Client(enforce_csrf_checks=True)

    shown = page(client, path)
    assert len(re.findall(r"<button", shown)) == 1
    assert "Tak, chcę newsletter" in shown
    assert "Dotacje" in shown
    assert "example.org" not in shown.split("<main", 1)[1].split("</main>")[0]
    assert not Subscriber.objects.exists()

    answer = client.post(path)

    assert "Zapisaliśmy Cię" in answer.content.decode()
    person = Subscriber.objects.get()
    assert (person.email, person.first_name, person.left_at) == ("Anna@example.org", "Anna", None)
    assert list(person.topics.all()) == [topic]
    preferences = link("preferences", tokens.subscriber_token(person.pk))
    assert preferences in answer.content.decode()


def test_confirmation_is_proven_in_the_ledger(clause):
    row = sign_up()
    pass_time(hours=2)
    services.confirm(sign_up_id=row.pk)

    person, consent = subscriber(), Consent.objects.get()
    row.refresh_from_db()
    assert person.consent == consent
    assert (consent.kind, consent.source) == (Consent.Kind.GIVEN, Consent.Source.FORM)
    assert consent.clause == clause
    assert consent.evidence == f"http://testserver{URL}"
    assert consent.requested_at == row.created_at
    assert consent.at > consent.requested_at
    assert (consent.subscriber_id, consent.address_hash) == (person.pk, person.address_hash)


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client, clause, method):
    path = confirm_link(sign_up())
    before = everything()

    for _ in range(3):
        assert getattr(client, method)(path).status_code == 200

    assert everything() == before


def test_pressing_the_button_twice_is_pressing_it_once(client, clause):
    path = confirm_link(sign_up())

    answers = [client.post(path).content.decode() for _ in range(3)]

    assert all("Zapisaliśmy Cię" in answer for answer in answers)
    assert Subscriber.objects.count() == Consent.objects.count() == 1


def test_used_link_does_not_bring_back_who_has_left(client, clause):
    row = sign_up()
    services.confirm(sign_up_id=row.pk)
    services.leave(subscriber_id=subscriber().pk, source="link")
    before = everything()

    for answer in (client.get(confirm_link(row)), client.post(confirm_link(row))):
        assert answer.status_code == 410
        assert "już nie działa" in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("token", ["x", "AAAA.BBBB", "a" * 300])
def test_forged_link_leads_to_the_way_to_sign_up_anew(client, clause, token):
    for answer in (client.get(link("confirm", token)), client.post(link("confirm", token))):
        assert answer.status_code == 410
        assert f'href="{URL}"' in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_link_is_good_for_fourteen_days(client, clause):
    early, late = sign_up("early@example.org"), sign_up("late@example.org")
    pass_time(days=13, hours=23)
    assert client.post(confirm_link(early)).status_code == 200
    pass_time(hours=1)

    answer = client.post(confirm_link(late))

    assert answer.status_code == 410
    assert "14 dni" in answer.content.decode().replace("\xa0", " ")
    assert Subscriber.objects.get().email == "early@example.org"


def test_sign_up_that_was_not_mailed_cannot_be_confirmed(clause):
    block()
    services.sign_up(
        address=ADDRESS, first_name="", topics=[], clause=clause, source_url="", network_hash="n"
    )

    answer = services.confirm(sign_up_id=SignUp.objects.get().pk)

    assert answer.outcome == Outcome.GONE


def test_clause_that_was_shown_is_recorded_even_if_a_newer_one_came(clause):
    row = sign_up()
    make_clause(text="Nowa treść.")

    services.confirm(sign_up_id=row.pk)

    assert Consent.objects.get().clause == clause


def test_consent_does_not_pass_to_another_controller(client, clause):
    row = sign_up()
    make_clause(OTHER_CONTROLLER)

    answer = client.post(confirm_link(row))

    assert answer.status_code == 410
    assert "przejął inny administrator" in answer.content.decode()
    assert f'href="{URL}"' in answer.content.decode()
    assert not Subscriber.objects.exists()
    assert not Consent.objects.exists()


def test_confirming_again_renews_the_consent_and_updates_the_choice(clause):
    one, other = TopicFactory.create_batch(2)
    first = subscribe(first_name="Anna", topics=[one])
    newer = make_clause(text="Nowa treść.")

    again = subscribe("ANNA@example.org", first_name="Ania", topics=[other])

    assert again.pk == first.pk
    assert Subscriber.objects.count() == 1
    assert again.first_name == "Ania"
    assert list(again.topics.all()) == [other]
    assert again.consent.clause == newer
    assert [consent.clause for consent in Consent.objects.all()] == [clause, newer]


def test_who_left_comes_back_by_confirming(clause):
    person = subscribe()
    services.leave(subscriber_id=person.pk, source="link")

    again = subscribe()

    assert again.pk == person.pk
    assert again.left_at is None
    kinds = list(Consent.objects.values_list("kind", flat=True))
    assert kinds == ["given", "withdrawn", "given"]


@pytest.mark.parametrize("reason", ["bounced", "complained", "erased"])
def test_own_confirmation_lifts_every_block_but_that_of_staff(clause, reason):
    block(reason=reason)
    row = sign_up()
    assert Suppression.objects.exists(), "asking alone lifts nothing"

    services.confirm(sign_up_id=row.pk)

    assert not Suppression.objects.exists()
    assert subscriber().consent is not None


def test_block_by_staff_is_lifted_by_no_sign_up(client, clause):
    row = sign_up()
    block()
    block(reason="erased")

    answer = client.post(confirm_link(row))
    sign_up()

    assert "zablokowało" in answer.content.decode()
    assert not Subscriber.objects.exists()
    assert Suppression.objects.count() == 2
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows", [1, 2])
def test_confirmations_at_once_make_one_subscriber_and_no_error(clause, rows):
    """The same link twice, or two forms of one address: whoever comes second finds the first."""
    ids = [sign_up().pk for _ in range(rows)] * (8 // rows)
    barrier = threading.Barrier(len(ids))
    outcomes = []

    def confirm(sign_up_id):
        try:
            barrier.wait()
            outcomes.append(services.confirm(sign_up_id=sign_up_id).outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[one]) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == [Outcome.CONFIRMED] * len(ids)
    person = Subscriber.objects.get()
    assert Consent.objects.count() == rows
    assert person.consent_id in Consent.objects.values_list("pk", flat=True)
    assert person.left_at is None


@pytest.mark.django_db(transaction=True)
def test_confirming_leaving_erasing_and_blocking_at_once_end_in_one_true_state(clause):
    person = subscribe()
    ids = [sign_up().pk for _ in range(2)]
    acts = [
        *(lambda one=one: services.confirm(sign_up_id=one) for one in ids),
        lambda: services.leave(subscriber_id=person.pk, source="link"),
        lambda: services.erase(subscriber_id=person.pk),
        lambda: services.erase(subscriber_id=person.pk),
        lambda: services.suppress(address=ADDRESS, reason="bounced"),
    ]
    errors = []

    def run(act):
        try:
            act()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    now = Subscriber.objects.filter(address_key=ADDRESS).first()
    assert now is None or (now.consent_id is None) == (now.left_at is not None)
