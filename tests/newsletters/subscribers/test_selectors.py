from datetime import timedelta

import pytest
from django.utils import timezone

from newsletters.subscribers import services
from newsletters.subscribers.models import Subscriber, Suppression
from newsletters.subscribers.selectors import audience, clause_in_force, why_not, why_not_consenting
from tests.factories import TopicFactory
from tests.newsletters.subscribers.helpers import (
    CONTROLLER,
    OTHER_CONTROLLER,
    block,
    make_clause,
    subscribe,
)

pytestmark = pytest.mark.django_db


def mailable(*topics, controller=CONTROLLER):
    people = audience(controller=controller, topic_ids=[topic.pk for topic in topics])
    return sorted(people.values_list("email", flat=True))


def test_clause_in_force_is_the_newest_that_has_begun():
    assert clause_in_force() is None
    first = make_clause()
    second = make_clause(text="Inaczej.")
    later = make_clause(in_force_from=timezone.now() + timedelta(days=1))

    assert (first.version, second.version, later.version) == (1, 2, 3)
    assert clause_in_force() == second


def test_audience_without_topics_is_everybody_in_order(clause):
    topic = TopicFactory()
    people = [subscribe(f"a{number}@example.org") for number in range(3)]
    people.append(subscribe("b@example.org", topics=[topic]))

    found = list(audience(controller=CONTROLLER, topic_ids=[]))

    assert found == sorted(people, key=lambda person: person.pk)


def test_audience_of_topics_is_each_once_who_chose_one_of_them_or_none(clause):
    one, other, third = TopicFactory.create_batch(3)
    subscribe("all@example.org")
    subscribe("one@example.org", topics=[one])
    subscribe("both@example.org", topics=[one, other])
    subscribe("third@example.org", topics=[third])

    assert mailable(one) == ["all@example.org", "both@example.org", "one@example.org"]
    assert mailable(one, other) == ["all@example.org", "both@example.org", "one@example.org"]
    assert mailable(third) == ["all@example.org", "third@example.org"]
    assert len(mailable()) == 4


def test_audience_leaves_out_who_left_or_was_erased_and_says_why(clause):
    left, erased = subscribe("left@example.org"), subscribe("erased@example.org")
    active = subscribe("active@example.org")
    services.leave(subscriber_id=left.pk, source="link")
    services.erase(subscriber_id=erased.pk)

    assert mailable() == ["active@example.org"]
    assert why_not(active, CONTROLLER) == ""
    assert why_not(left, CONTROLLER) == "Ta osoba wypisała się z newslettera."
    assert why_not(erased, CONTROLLER) == "Ta osoba wypisała się z newslettera."


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_audience_leaves_out_who_is_suppressed_for_any_reason(clause, reason):
    person = subscribe("Anna@example.org")
    block("anna@EXAMPLE.org", reason)

    assert mailable() == []
    assert why_not(person, CONTROLLER) == "Adres jest zablokowany."


def test_audience_counts_only_consents_to_that_controller(clause):
    before = subscribe("before@example.org")
    make_clause(OTHER_CONTROLLER)
    subscribe("after@example.org")

    assert mailable() == ["before@example.org"]
    assert mailable(controller=OTHER_CONTROLLER) == ["after@example.org"]
    fresh = Subscriber.objects.select_related("consent__clause").get(pk=before.pk)
    assert "innego administratora" in why_not_consenting(fresh, OTHER_CONTROLLER)
    assert why_not_consenting(fresh, CONTROLLER) == ""


def test_audience_keeps_consents_to_earlier_versions_of_the_same_controller(clause):
    subscribe("anna@example.org")
    make_clause(text="Nowa treść.")

    assert mailable() == ["anna@example.org"]


def test_audience_is_one_query_for_many(clause, django_assert_num_queries):
    topic = TopicFactory()
    for number in range(4):
        subscribe(f"a{number}@example.org", topics=[topic])

    with django_assert_num_queries(1):
        assert len(audience(controller=CONTROLLER, topic_ids=[topic.pk])) == 4
