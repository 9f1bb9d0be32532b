"""Proof of a consent is kept three years after its end, and no longer."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cms.jobs.deadline import Deadline
from cms.models import ContactConsent
from cms.profiles import consents, retention
from tests.factories import OrganizationFactory, consent_to, in_days

pytestmark = pytest.mark.django_db
DAY_AFTER = retention.KEEP_PROOF + timedelta(days=1)


@pytest.fixture
def profile():
    return OrganizationFactory(legal_form="kgw", krs="", nip="9990000043", phone="32 000 00 00")


def purge() -> None:
    assert not retention.purge(Deadline("consents"))


def test_withdrawn_consent_is_deleted_with_its_withdrawal_three_years_later(profile):
    consent = consent_to(profile)
    consents.withdraw(consent=consent, user=None, on=timezone.localdate())
    with time_machine.travel(timezone.now() + retention.KEEP_PROOF, tick=False):
        assert not retention.is_due()
        purge()
    assert ContactConsent.objects.count() == 2
    with time_machine.travel(timezone.now() + DAY_AFTER, tick=False):
        assert retention.is_due()
        purge()
    assert not ContactConsent.objects.exists()


def test_consent_in_force_is_kept_however_old_it_is(profile):
    consent_to(profile)
    with time_machine.travel(timezone.now() + 5 * DAY_AFTER, tick=False):
        assert not retention.is_due()
        purge()
    assert ContactConsent.objects.get().holds_on(timezone.localdate())


def test_consent_that_ended_by_its_last_day_counts_from_then(profile):
    consents.record(
        profile=profile,
        user=None,
        person="x",
        fields=["phone"],
        on=in_days(0),
        valid_until=in_days(9),
    )
    with time_machine.travel(timezone.now() + DAY_AFTER, tick=False):
        purge()
    assert ContactConsent.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=9) + DAY_AFTER, tick=False):
        purge()
    assert not ContactConsent.objects.exists()


def test_consent_of_a_deleted_profile_ends_that_day_and_goes_three_years_later(profile):
    consent = consent_to(profile)
    profile.delete()
    assert retention.is_due()
    purge()
    row = ContactConsent.objects.get(ends=consent)
    assert (row.on, row.reference) == (timezone.localdate(), "profil usunięto")
    assert not retention.is_due()
    with time_machine.travel(timezone.now() + DAY_AFTER, tick=False):
        purge()
    assert not ContactConsent.objects.exists()
