"""Mail that does not arrive is a reason to look at the organization's profile."""

import pytest
from django.utils import timezone

from cms.models import OrganizationPage
from cms.profiles.checks import to_check
from newsletters.mailings.models import Delivery
from newsletters.subscribers.models import Suppression
from newsletters.subscribers.services.suppressions import suppress
from tests.factories import OrganizationFactory, in_days
from tests.newsletters.mailings import ledgers

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    """Somebody who reads the mail of the organization „Cisza”."""
    OrganizationFactory(title="Cisza", email="Biuro@Example.org", verified_at=in_days(0))
    OrganizationFactory(title="Inna", verified_at=in_days(0))
    OrganizationFactory(title="Bez adresu", email="", verified_at=in_days(0))
    return ledgers.subscriber("biuro@example.org")


def named():
    return [page.title for page in to_check(OrganizationPage.objects.all(), ["mail_fails"])]


@pytest.mark.parametrize(
    ("reason", "titles"), [("bounced", ["Cisza"]), ("complained", []), ("staff", [])]
)
def test_address_that_does_not_exist_is_a_reason_other_blocks_are_not(person, reason, titles):
    assert named() == []
    suppress(address=person.email, reason=Suppression.Reason(reason))
    assert named() == titles


def test_refused_mail_is_a_reason_until_one_arrives(person):
    mailing = ledgers.mailing([person], subject="Biuletyn 7")
    Delivery.objects.filter(mailing=mailing).update(state="failed", changed_at=timezone.now())
    assert named() == ["Cisza"]

    mailing = ledgers.mailing([person], subject="Biuletyn 8")
    Delivery.objects.filter(mailing=mailing).update(state="accepted", changed_at=timezone.now())
    assert named() == []
