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


@pytest.mark.parametrize(
    ("kind", "url", "is_kept"),
    [
        ("webhook", "https://www.gmina.example/inny", True),
        ("webhook", "https://www.gmina.example:443/webhook", True),
        ("webhook", "https://gmina.example/webhook", False),
        ("webhook", "https://www.gmina.example:8443/webhook", False),
        ("webhook", "http://www.gmina.example/webhook", False),
        ("wordpress", "https://www.gmina.example/webhook", False),
    ],
)
def test_secret_goes_to_no_host_and_no_kind_that_it_was_not_entered_for(kind, url, is_kept):
    destination = add(url="https://www.gmina.example/webhook")

    assert destination.takes_secret_along(kind=kind, url=url) is is_kept
    destination.kind, destination.url = kind, url
    if is_kept:
        services.store(destination)
        assert destination.secrets() == [SECRET]
    else:
        with pytest.raises(ValueError, match="another host"):
            services.store(destination)
        services.store(destination, new_secret=OTHER_SECRET)
        assert destination.secrets() == [OTHER_SECRET], "the old one does not sign for a day"


def test_secret_is_kept_when_http_becomes_https():
    destination = add(url="http://www.gmina.example/webhook")

    assert destination.takes_secret_along(kind="webhook", url="https://www.gmina.example/")
    assert not destination.takes_secret_along(kind="webhook", url="https://www.gmina.example:81/")


def test_same_secret_given_for_another_host_leaves_the_one_before_it_behind():
    destination = add(url="https://www.gmina.example/webhook")
    services.store(destination, new_secret=OTHER_SECRET)
    destination.url = "https://nowa.example/webhook"

    services.store(destination, new_secret=OTHER_SECRET)

    destination.refresh_from_db()
    assert destination.secrets() == [OTHER_SECRET]
