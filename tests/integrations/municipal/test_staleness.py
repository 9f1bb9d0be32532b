from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.utils import timezone

from cms.accounts.roles import ADMINISTRATOR, EDITOR
from cms.jobs.deadline import Deadline
from integrations.municipal import staleness
from integrations.municipal.models import SyncState
from tests.factories import EventFactory
from tests.integrations.municipal.helpers import add, let_time_pass, sync
from tests.integrations.municipal.receivers import status

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings):
    """One who may change destinations, and one who may not; mails are kept in memory."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for name, group in (("ola", ADMINISTRATOR), ("ela", EDITOR)):
        person = get_user_model().objects.create_user(name, f"{name}@example.org", "haslo")
        person.groups.add(Group.objects.get(name=group))


def tell() -> list[str]:
    """Let the job run as often as the sweep finds it due, and return what was sent."""
    mail.outbox.clear()
    for _ in range(3):
        if staleness.is_due():
            staleness.run(Deadline(staleness.NAME))
    return [f"{', '.join(one.to)}: {one.subject}" for one in mail.outbox]


def test_staff_are_told_once_that_a_section_is_stale_and_once_that_it_healed(receiver, people):
    EventFactory()
    destination = add(receiver, stale_minutes=30)
    receiver.always = status(503)
    sync(destination)
    assert tell() == []

    SyncState.objects.update(wanted_at=timezone.now() - timedelta(minutes=31))
    assert tell() == ["ola@example.org: gmina: treść nieaktualna"]
    assert tell() == []

    receiver.always = None
    let_time_pass()
    sync(destination)
    assert tell() == ["ola@example.org: gmina: treść znów aktualna"]
    assert tell() == []


@pytest.mark.parametrize("fields", [{"stale_minutes": 0}, {"is_enabled": False}])
def test_nobody_is_told_of_what_is_paused_or_shall_be_quiet(receiver, people, fields):
    EventFactory()
    destination = add(receiver, stale_minutes=30)
    receiver.always = status(503)
    sync(destination)
    SyncState.objects.update(wanted_at=timezone.now() - timedelta(days=1))
    for name, value in fields.items():
        setattr(destination, name, value)
    destination.save()

    assert tell() == []


def test_two_workers_tell_staff_once(receiver, people):
    EventFactory()
    destination = add(receiver, stale_minutes=30)
    receiver.always = status(503)
    sync(destination)
    SyncState.objects.update(wanted_at=timezone.now() - timedelta(minutes=31))
    [seen_by_other] = staleness.fallen_behind()

    assert len(tell()) == 1
    staleness._tell(seen_by_other, is_stale=True)

    assert len(mail.outbox) == 1
