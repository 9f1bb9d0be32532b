import io
import re

import pytest
from django.core.management import CommandError, call_command

from integrations.municipal.models import Destination, SyncState
from tests.factories import EventFactory
from tests.integrations.municipal.helpers import add, sync
from tests.integrations.municipal.receivers import OTHER_SECRET, SECRET, status

pytestmark = pytest.mark.django_db
URL = "https://www.gmina.example/webhook"


def run(name: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_add_destination_without_a_secret_prints_a_new_one_once():
    out = run("add_destination", "--name", "gmina", "--kind", "webhook", "--url", URL)

    [secret] = re.findall(r"^whsec_\S+$", out, re.MULTILINE)
    assert Destination.objects.get().secrets() == [secret]
    assert "whsec_" not in run("add_destination", "--name", "gmina", "--url", URL)
    assert Destination.objects.get().secrets() == [secret]


def test_add_destination_again_changes_the_address():
    for url in (URL, URL + "/new"):
        out = run("add_destination", "--name", "gmina", "--url", url, "--secret", SECRET)
        assert SECRET not in out

    destination = Destination.objects.get()
    assert (destination.url, destination.secrets()[0]) == (URL + "/new", SECRET)


def test_add_destination_again_with_the_same_secret_keeps_one():
    for _ in range(2):
        run("add_destination", "--name", "gmina", "--url", URL, "--secret", SECRET)

    assert Destination.objects.get().secrets() == [SECRET]


@pytest.mark.parametrize(
    "moved",
    [
        ["--url", "https://nowa.example/webhook"],
        ["--url", URL, "--kind", "wordpress", "--username", "razem"],
    ],
)
def test_add_destination_elsewhere_or_of_another_kind_wants_the_secret_again(moved):
    run("add_destination", "--name", "gmina", "--url", URL, "--secret", SECRET)

    with pytest.raises(CommandError, match="--secret"):
        run("add_destination", "--name", "gmina", *moved)

    assert Destination.objects.get().url == URL
    run("add_destination", "--name", "gmina", *moved, "--secret", OTHER_SECRET)
    assert Destination.objects.get().secrets() == [OTHER_SECRET]


def test_add_destination_refuses_a_second_one_at_one_wordpress():
    wordpress = ("--kind", "wordpress", "--username", "razem", "--secret", "a b")
    run("add_destination", "--name", "gmina", "--url", "https://gmina.example/", *wordpress)
    run("add_destination", "--name", "gmina", "--url", "https://www.gmina.example", *wordpress)

    with pytest.raises(CommandError, match="gmina"):
        run("add_destination", "--name", "inna", "--url", "http://gmina.example", *wordpress)

    assert Destination.objects.get().name == "gmina"


def test_add_destination_takes_the_secret_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(SECRET + "\n"))

    run("add_destination", "--name", "gmina", "--url", URL, "--secret", "-")

    assert Destination.objects.get().secrets() == [SECRET]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--url", "http://127.0.0.1:8000/"],
        ["--url", "gmina.example"],
        ["--url", URL, "--secret", "tajne"],
        ["--url", URL, "--kind", "fax"],
    ],
)
def test_add_destination_with_a_wrong_value_stores_nothing(arguments):
    with pytest.raises(CommandError):
        run("add_destination", "--name", "gmina", *arguments)

    assert not Destination.objects.exists()


def test_sync_destinations_delivers_everything_and_counts(receiver):
    EventFactory.create_batch(2)
    add(receiver)

    out = run("sync_destinations")

    assert "gmina: published 2, removed 0, nothing to do 0, failed 0, to decide 0, left 0" in out
    assert len(receiver.slugs) == 2


def test_sync_destinations_with_failures_left_exits_with_an_error(receiver):
    EventFactory()
    add(receiver)
    receiver.always = status(500)

    with pytest.raises(CommandError, match="1 documents"):
        run("sync_destinations")


def test_sync_destinations_retry_also_tries_what_was_set_aside(receiver):
    EventFactory()
    destination = add(receiver)
    receiver.script.append(status(500))
    sync(destination)
    SyncState.objects.update(state=SyncState.State.PARKED)
    with pytest.raises(CommandError):
        run("sync_destinations")

    assert "published 1" in run("sync_destinations", "--retry")


def test_sync_destinations_dry_run_sends_and_writes_nothing(receiver):
    EventFactory()
    add(receiver)

    assert "changes not looked at 1" in run("sync_destinations", "--dry-run")

    assert receiver.messages == []
    assert not SyncState.objects.exists()


def test_sync_destinations_takes_one_by_name(receiver):
    EventFactory()
    add(receiver, name="gmina")
    add(receiver, name="inna")

    run("sync_destinations", "--name", "gmina")

    assert set(SyncState.objects.values_list("destination__name", flat=True)) == {"gmina"}


def test_sync_destinations_of_an_unknown_name_or_one_switched_off_is_an_error():
    add(url=URL, is_enabled=False)

    for name in ("gmina", "nieznana"):
        with pytest.raises(CommandError):
            run("sync_destinations", "--name", name)


def test_rotate_secrets_moves_all_to_the_first_key(settings):
    settings.SECRETS_KEYS = ["old"]
    destination = add(url=URL)
    settings.SECRETS_KEYS = ["new", "old"]
    run("rotate_secrets")
    settings.SECRETS_KEYS = ["new"]
    destination.refresh_from_db()

    assert destination.secrets() == [SECRET]
    assert "1" in run("rotate_secrets")

    settings.SECRETS_KEYS = ["lost"]
    with pytest.raises(CommandError, match=str(destination.pk)):
        run("rotate_secrets")
