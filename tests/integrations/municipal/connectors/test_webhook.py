import base64
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.core.exceptions import ValidationError

from integrations.municipal.connectors import ConnectorError, webhook
from integrations.municipal.connectors.webhook import WebhookConnector
from tests.integrations.municipal.helpers import a_change
from tests.integrations.municipal.receivers import (
    OTHER_SECRET,
    SECRET,
    drip,
    flood,
    hang,
    lose_answer,
    status,
)


@pytest.fixture
def connector(receiver):
    connector = WebhookConnector(url=receiver.url, secrets=[SECRET], destination_id=3)
    yield connector
    connector.close()


def refused(connector: WebhookConnector, **fields) -> ConnectorError:
    with pytest.raises(ConnectorError) as error:
        connector.upsert(a_change(**fields))
    return error.value


def test_upsert_is_the_signed_change_object(connector, receiver):
    assert connector.upsert(a_change()).status == 200

    [message] = receiver.messages
    assert message.change == {
        "sequence": 12,
        "id": "00000000-0000-0000-0000-000000000007",
        "type": "event",
        "slug": "festyn",
        "version": 12,
        "action": "upsert",
        "document": {"title": "Żółw", "version": 12},
        "epoch": "00000000-0000-0000-0000-000000000009",
    }
    assert message.headers["Content-Type"] == "application/json"


def test_remove_has_no_document(connector, receiver):
    connector.remove(a_change(action="remove", payload=b""))

    [message] = receiver.messages
    assert (message.change["action"], message.change["document"]) == ("remove", None)


def test_message_id_is_that_of_the_version_at_every_attempt_and_another_in_another_epoch(
    connector, receiver
):
    connector.upsert(a_change())
    connector.upsert(a_change())
    connector.upsert(a_change(version=13))
    connector.upsert(a_change(epoch=uuid.UUID(int=1 << 120)))

    first, second, newer, restored = (m.headers["webhook-id"] for m in receiver.messages)
    assert first == second
    assert len({first, newer, restored}) == 3


def test_signature_is_by_every_secret_in_force(receiver):
    receiver.secrets = (SECRET, OTHER_SECRET)
    connector = WebhookConnector(url=receiver.url, secrets=[OTHER_SECRET, SECRET], destination_id=3)

    assert connector.upsert(a_change()).status == 200
    connector.close()


def test_connection_is_kept_between_changes(connector, receiver):
    connector.upsert(a_change())
    socket = connector._session.get_adapter(receiver.url).poolmanager
    connector.upsert(a_change(version=13))

    [pool] = [socket.pools[key] for key in socket.pools.keys()]  # noqa: SIM118
    assert pool.num_connections == 1


@pytest.mark.parametrize(
    ("code", "permanent", "is_about_destination"),
    [
        (301, True, True),
        (307, True, True),
        (400, True, False),
        (401, True, True),
        (403, True, True),
        (404, True, True),
        (408, False, True),
        (409, True, False),
        (413, True, False),
        (422, True, False),
        (425, False, True),
        (429, False, True),
        (500, False, True),
        (502, False, True),
        (503, False, True),
    ],
)
def test_status_that_is_no_success_is_classified(
    code, permanent, is_about_destination, connector, receiver
):
    receiver.always = status(code)

    error = refused(connector)

    assert error.permanent is permanent
    assert error.is_about_destination is is_about_destination
    assert str(code) in error.reason


def test_status_410_means_no_more_changes(connector, receiver):
    receiver.always = status(410)

    assert refused(connector).is_gone


def test_redirect_is_not_followed(connector, receiver):
    receiver.always = status(302, Location=f"http://127.0.0.1:{receiver.port}/elsewhere")

    assert refused(connector).permanent
    assert receiver.paths == ["/webhook"]


def test_redirect_with_a_body_without_end_is_not_read(connector, receiver, impatient):
    def redirect_and_flood(handler):
        handler.send_response(302)
        handler.send_header("Location", "/elsewhere")
        handler.end_headers()
        handler.close_connection = True
        try:
            while not receiver.released.is_set():
                handler.wfile.write(b"x" * 65536)
        except OSError:
            return

    receiver.always = redirect_and_flood

    assert "302" in refused(connector).reason


def test_answer_without_end_is_read_in_part_and_counts(connector, receiver):
    receiver.script.append(flood)

    assert connector.upsert(a_change()).status == 200
    assert connector.upsert(a_change(version=13)).status == 200
    assert receiver.flooded < 50 * 1024 * 1024


def test_silence_is_a_failure_of_the_destination(connector, receiver, impatient):
    receiver.always = hang

    error = refused(connector)

    assert (error.permanent, error.is_about_destination) == (False, True)


def test_answer_that_drips_ends_at_the_total_limit(connector, receiver, impatient):
    receiver.always = drip

    assert refused(connector).is_about_destination


def test_lost_answer_is_a_failure_and_the_repetition_has_the_same_id(connector, receiver):
    receiver.script.append(lose_answer)

    assert refused(connector).is_about_destination
    assert connector.upsert(a_change()).status == 200
    assert len({message.headers["webhook-id"] for message in receiver.messages}) == 1


def test_nobody_listening_is_a_failure_of_the_destination(receiver, unused_port):
    connector = WebhookConnector(
        url=f"http://127.0.0.1:{unused_port}/", secrets=[SECRET], destination_id=3
    )

    assert refused(connector).is_about_destination


def test_garbage_instead_of_http_is_a_failure_of_the_destination(connector, receiver):
    def garble(handler):
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        handler.close_connection = True

    receiver.always = garble

    assert refused(connector).is_about_destination


def test_private_address_is_refused_outside_debug_and_demo(receiver, settings):
    settings.IS_DEMO = False
    connector = WebhookConnector(url=receiver.url, secrets=[SECRET], destination_id=3)

    with pytest.raises(ConnectorError):
        connector.check()
    assert refused(connector).is_about_destination
    assert receiver.messages == []


def test_retry_after_is_read_from_busy_answers_only(connector, receiver):
    receiver.script.extend(
        [
            status(503, Retry_After="120"),
            status(429, Retry_After="60"),
            status(400, Retry_After="9"),
        ]
    )

    waits = [refused(connector).retry_after for _ in range(3)]

    assert waits == [timedelta(seconds=120), timedelta(seconds=60), None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("0", timedelta(0)),
        ("90", timedelta(seconds=90)),
        ("9" * 400, timedelta(days=1)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta(0)),
    ],
)
def test_retry_after_is_read_and_limited(value, expected):
    assert webhook.retry_after(value) == expected


def test_retry_after_as_a_date_is_the_time_until_then():
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)

    wait = webhook.retry_after(format_datetime(at, usegmt=True))

    assert timedelta(minutes=119) < wait <= timedelta(hours=2)


def test_secret_made_here_is_valid_and_always_another():
    secrets = {webhook.new_secret() for _ in range(3)}

    assert len(secrets) == 3
    for secret in secrets:
        webhook.check_secret(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "tajne",
        "whsec_",
        "whsec_###",
        "whsec_" + base64.b64encode(b"short").decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        base64.b64encode(b"x" * 32).decode(),
    ],
)
def test_secret_of_another_form_is_refused(secret):
    with pytest.raises(ValidationError):
        webhook.check_secret(secret)
