"""Secrets change over, and stand in no log and no error."""

import pytest
from django.utils import timezone
from structlog.testing import capture_logs

from integrations.municipal import services
from integrations.municipal.models import Destination
from tests.factories import (
    EventFactory,
    document_of,
    publish,
)
from tests.integrations.municipal.helpers import add, let_time_pass, state_of, sync
from tests.integrations.municipal.receivers import OTHER_SECRET, SECRET, status

pytestmark = pytest.mark.django_db


def test_new_secret_signs_at_once_and_the_old_one_for_a_day(receiver):
    page = EventFactory()
    destination = add(receiver)
    services.store(destination, new_secret=OTHER_SECRET)
    receiver.secrets = (OTHER_SECRET, SECRET)
    assert sync(destination) == {"upsert": 1}

    Destination.objects.update(previous_secret_until=timezone.now())
    receiver.secrets = (OTHER_SECRET,)
    publish(page, title="Dzień później")
    assert sync(destination) == {"upsert": 1}
    assert " " not in receiver.messages[-1].headers["webhook-signature"]


def test_secret_that_cannot_be_read_stops_only_until_it_can(receiver, settings):
    EventFactory()
    destination = add(receiver)
    keys = settings.SECRETS_KEYS
    settings.SECRETS_KEYS = ["another key"]
    assert sync(destination) == {"failed": 1}
    destination.refresh_from_db()
    assert "SECRETS_KEY" in destination.last_error

    settings.SECRETS_KEYS = keys
    let_time_pass()
    assert sync(destination) == {"upsert": 1}


def test_logs_and_error_texts_hold_no_secret_no_address_and_no_title(receiver):
    page = EventFactory(title="Tytuł, którego nie ma w dzienniku")
    destination = add(receiver)
    receiver.script.extend([status(500), status(422)])
    with capture_logs() as logs:
        for _ in range(3):
            sync(destination)
            let_time_pass()

    written = f"{logs} {destination!r} {state_of(document_of(page), destination)!r}"
    assert "sync_delivered" in written
    for word in (SECRET, SECRET.removeprefix("whsec_"), receiver.url, page.title):
        assert word not in written
