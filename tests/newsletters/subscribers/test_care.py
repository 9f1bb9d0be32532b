"""What goes by itself, and when; and what stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.jobs import registry
from cms.jobs.deadline import Deadline
from cms.jobs.tasks import run_slice
from newsletters.subscribers import job, services
from newsletters.subscribers.models import Consent, SignUp, Subscriber
from newsletters.subscribers.services import care
from tests.newsletters.subscribers.helpers import (
    NEW_KEY,
    OLD_KEY,
    block,
    pass_time,
    sign_up,
    subscribe,
    subscriber,
)

pytestmark = pytest.mark.django_db


def care_for() -> None:
    job.run(Deadline(job.NAME))


def test_job_is_registered_and_runs_as_a_slice(clause):
    assert registry.get("newsletters.care") is job.JOB
    sign_up()
    pass_time(days=15)

    run_slice("newsletters.care")

    assert not SignUp.objects.exists()


def test_sign_up_waits_fourteen_days_for_its_confirmation(clause):
    sign_up()
    pass_time(days=13, hours=23)
    assert not job.is_due()
    care_for()
    assert SignUp.objects.exists()

    pass_time(hours=1)
    assert job.is_due()
    care_for()

    assert not SignUp.objects.exists()
    assert not job.is_due()


def test_confirmed_and_unmailed_sign_ups_stay_only_for_the_limits(clause):
    subscribe()
    block("blocked@example.org")
    sign_up("blocked@example.org")
    pass_time(hours=23)
    assert not job.is_due()

    pass_time(hours=1)
    care_for()

    assert not SignUp.objects.exists()
    assert subscriber().consent is not None


def test_address_of_who_left_goes_after_thirty_days_and_the_proof_stays(clause):
    gone, back = subscribe("gone@example.org"), subscribe("back@example.org")
    subscribe("active@example.org")
    for person in (gone, back):
        services.leave(subscriber_id=person.pk, source="link")
    subscribe("back@example.org")
    pass_time(days=29)
    care_for()
    assert Subscriber.objects.count() == 3

    pass_time(days=1)
    care_for()

    emails = sorted(Subscriber.objects.values_list("email", flat=True))
    assert emails == ["active@example.org", "back@example.org"]
    assert Consent.objects.filter(subscriber_id=gone.pk).count() == 2


def test_proof_goes_three_years_after_the_withdrawal(clause):
    gone, active = subscribe("gone@example.org"), subscribe("active@example.org")
    pass_time(days=400)
    services.leave(subscriber_id=gone.pk, source="link")
    pass_time(days=3 * 365 - 1)
    care_for()
    assert Consent.objects.filter(subscriber_id=gone.pk).count() == 2

    pass_time(days=1)
    care_for()

    assert not Consent.objects.filter(subscriber_id=gone.pk).exists()
    assert Consent.objects.filter(subscriber_id=active.pk).count() == 1
    assert not job.is_due()


@pytest.mark.parametrize("has_left_again", [False, True])
def test_proof_of_a_later_consent_outlives_that_of_an_earlier_one(clause, has_left_again):
    person = subscribe()
    services.leave(subscriber_id=person.pk, source="link")
    pass_time(days=10)
    later = subscribe().consent
    pass_time(days=3 * 365)
    if has_left_again:
        services.leave(subscriber_id=person.pk, source="link")

    care_for()

    kept = list(Consent.objects.all())
    assert kept[0] == later
    assert [consent.kind for consent in kept] == ["given", "withdrawn"][: len(kept)]
    assert len(kept) == (2 if has_left_again else 1)


def test_person_who_comes_back_during_the_purge_stays(clause, monkeypatch):
    person = subscribe()
    services.leave(subscriber_id=person.pk, source="link")
    pass_time(days=31)
    later = timezone.now()
    subscribe()

    assert services.purge(later) > 0  # the confirmed forms

    assert subscriber().consent is not None


def test_purge_goes_on_in_chunks_and_stops_at_the_deadline(clause, monkeypatch):
    monkeypatch.setattr(care, "CHUNK", 2)
    for number in range(5):
        sign_up(f"a{number}@example.org")
    later = timezone.now() + timedelta(days=15)
    asked = iter([False, True])

    assert services.purge(later, is_over=lambda: next(asked, True)) == 2
    assert services.purge(later) == 3


def test_job_brings_hashes_to_the_first_key(clause, settings):
    settings.SECRETS_KEYS = [OLD_KEY]
    subscribe()
    settings.SECRETS_KEYS = [NEW_KEY, OLD_KEY]
    assert job.is_due()

    care_for()

    assert not job.is_due()


def test_nothing_to_do_costs_four_look_ups(clause, django_assert_max_num_queries):
    subscribe()
    with django_assert_max_num_queries(4):
        assert not job.is_due()
