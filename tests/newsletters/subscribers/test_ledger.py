"""The ledger of consent: rows are added; nothing changes one, only age deletes one."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone

from newsletters.subscribers import services
from newsletters.subscribers.models import Consent, Subscriber, Suppression
from newsletters.subscribers.selectors import audience
from tests.factories import TopicFactory
from tests.newsletters.subscribers.helpers import (
    CONTROLLER,
    NEW_KEY,
    OLD_KEY,
    OTHER_CONTROLLER,
    block,
    make_clause,
    subscribe,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return get_user_model().objects.create_user("ola", "ola@example.org", "haslo")


def record(clause, clerk, address="zofia@example.org", **fields):
    return services.record_written_consent(
        **{
            "address": address,
            "first_name": "Zofia",
            "topics": [],
            "clause": clause,
            "document_date": timezone.localdate() - timedelta(days=3),
            "document_reference": "teczka 3/2026, karta 14",
            "by": clerk.pk,
            **fields,
        }
    )


def test_every_service_only_adds_to_the_ledger(clause, clerk, settings):
    settings.SECRETS_KEYS = [OLD_KEY]

    def rows():
        return list(Consent.objects.order_by("pk").values())

    person = subscribe("anna@example.org")
    other = subscribe("jan@example.org")
    acts = [
        lambda: services.change_preferences(subscriber_id=person.pk, first_name="A", topics=[]),
        lambda: subscribe("anna@example.org"),
        lambda: services.leave(subscriber_id=person.pk, source="link"),
        lambda: services.leave(subscriber_id=person.pk, source="one_click"),
        lambda: subscribe("anna@example.org"),
        lambda: record(clause, clerk),
        lambda: block("zofia@example.org"),
        lambda: services.suppress(address="jan@example.org", reason="bounced"),
        lambda: services.erase(subscriber_id=other.pk),
        lambda: services.add_sample(address="probka@example.org"),
        lambda: make_clause(text="Nowa treść."),
        lambda: setattr(settings, "SECRETS_KEYS", [NEW_KEY, OLD_KEY]),
        services.rehash,
        lambda: services.purge(timezone.now()),
        lambda: services.purge(timezone.now() + timedelta(days=60)),
        clerk.delete,
    ]
    for act in acts:
        before = rows()
        act()
        assert rows()[: len(before)] == before


def test_row_that_is_saved_again_is_refused(clause):
    subscribe()
    consent = Consent.objects.get()
    consent.kind = Consent.Kind.WITHDRAWN
    with pytest.raises(TypeError):
        consent.save()
    clause.text = "Co innego."
    with pytest.raises(TypeError):
        clause.save()

    assert Consent.objects.get().kind == Consent.Kind.GIVEN


def test_written_consent_is_recorded_with_its_document(clause, clerk):
    topic = TopicFactory()
    day = timezone.localdate() - timedelta(days=3)

    person = record(clause, clerk, topics=[topic], document_date=day)

    consent = Consent.objects.get()
    assert person.consent == consent
    assert consent.source == Consent.Source.STAFF
    assert consent.evidence == "teczka 3/2026, karta 14"
    assert timezone.localdate(consent.requested_at) == day
    assert consent.recorded_by == clerk
    assert list(audience(controller=CONTROLLER, topic_ids=[topic.pk])) == [person]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"document_date": date(2999, 1, 1)}, "document_date", "z przyszłości"),
        ({"document_reference": "  "}, "document_reference", "gdzie jest ten dokument"),
    ],
)
def test_written_consent_without_a_proper_document_is_refused(clause, clerk, fields, field, words):
    with pytest.raises(ValidationError) as refusal:
        record(clause, clerk, **fields)

    assert words in refusal.value.message_dict[field][0]
    assert not Subscriber.objects.exists()
    assert not Consent.objects.exists()


def test_written_consent_to_another_controller_is_refused(clause, clerk):
    make_clause(OTHER_CONTROLLER)

    with pytest.raises(ValidationError) as refusal:
        record(clause, clerk)

    assert "obecnego administratora" in refusal.value.message_dict["clause"][0]


@pytest.mark.parametrize("reason", Suppression.Reason.values)
@pytest.mark.parametrize("is_rotated", [False, True])
def test_written_consent_for_a_blocked_address_is_refused(
    clause, clerk, settings, reason, is_rotated
):
    settings.SECRETS_KEYS = [OLD_KEY]
    block("Zofia@example.org", reason)
    settings.SECRETS_KEYS = [NEW_KEY, OLD_KEY] if is_rotated else [OLD_KEY]

    with pytest.raises(ValidationError) as refusal:
        record(clause, clerk)

    assert "zablokowany" in refusal.value.message_dict["email"][0]
    assert not Subscriber.objects.exists()


def test_written_consent_older_than_the_withdrawal_does_not_bring_anybody_back(clause, clerk):
    person = subscribe("zofia@example.org")
    services.leave(subscriber_id=person.pk, source="link")

    with pytest.raises(ValidationError) as refusal:
        record(clause, clerk)

    assert "wypisała się" in refusal.value.message_dict["document_date"][0]
    assert not audience(controller=CONTROLLER, topic_ids=[]).exists()


def test_erased_person_cannot_be_imported_again_by_staff_but_can_come_back(clause, clerk):
    services.erase(subscriber_id=subscribe("zofia@example.org").pk)
    with pytest.raises(ValidationError):
        record(clause, clerk)

    subscribe("zofia@example.org")

    assert audience(controller=CONTROLLER, topic_ids=[]).exists()


def test_sample_lives_at_example_org_alone_and_is_added_once(clause):
    topic = TopicFactory()
    person = services.add_sample(address="probka@example.org", topics=[topic])
    again = services.add_sample(address="probka@example.org")

    assert again == person
    assert person.is_sample
    assert list(person.topics.all()) == [topic]
    assert Consent.objects.get().source == Consent.Source.SAMPLE
    for address in ("x@example.com", "x@example.org.pl", "x@notexample.org", "x@sub.example.org"):
        with pytest.raises(ValueError, match=r"example\.org"):
            services.add_sample(address=address)
    assert Subscriber.objects.count() == 1


def test_sample_that_left_stays_away_and_a_real_address_becomes_none(clause):
    services.leave(
        subscriber_id=services.add_sample(address="probka@example.org").pk, source="link"
    )
    subscribe("anna@example.org")

    assert services.add_sample(address="probka@example.org").consent is None
    with pytest.raises(ValueError, match="no sample"):
        services.add_sample(address="anna@example.org")


def test_sample_without_a_clause_is_refused():
    with pytest.raises(ValueError, match="clause"):
        services.add_sample(address="probka@example.org")
    assert not Subscriber.objects.exists()
