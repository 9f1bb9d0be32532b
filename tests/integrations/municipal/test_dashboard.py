import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from integrations.municipal import dashboard
from integrations.municipal.models import Destination, RemoteCopy, Run, SyncState
from tests.factories import EventFactory, document_of
from tests.integrations.municipal.helpers import add, state_of, sync
from tests.integrations.municipal.receivers import status

pytestmark = pytest.mark.django_db
URL = "https://www.gmina.example/webhook"
State, Finding = SyncState.State, SyncState.Finding


@pytest.fixture
def staff(client):
    client.force_login(get_user_model().objects.create_superuser("ola", "ola@example.org", "h"))
    return client


def page_of(staff, destination) -> str:
    answer = staff.get(reverse("destination_dashboard", args=[destination.pk]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def do(staff, destination, verb) -> str:
    answer = staff.post(reverse("destination_act", args=[destination.pk, verb]), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(staff, destination, document, decision) -> None:
    address = reverse("document_decide", args=[destination.pk, document.pk, decision])
    assert staff.post(address).status_code == 302


def set_aside(destination, document, finding=Finding.EDITED) -> SyncState:
    """Let somebody there have changed the document."""
    state = state_of(document, destination)
    SyncState.objects.filter(pk=state.pk).update(
        state=State.PARKED, finding=finding, last_error="Zmieniono.", parked_at=timezone.now()
    )
    RemoteCopy.objects.create(
        state=state, ours="<p>Raz</p><p>Dwa</p>", theirs="<p>Raz</p><p>Trzy</p>", theirs_hash="t"
    )
    return state


def test_dashboard_shows_lag_history_and_what_was_sent(staff, receiver):
    EventFactory.create_batch(3)
    destination = add(receiver)
    assert "liczba zmian: 3" in page_of(staff, destination)

    sync(destination)

    page = page_of(staff, destination)
    assert "0 s, liczba zmian: 0" in page
    assert "opublikowane: 3" in page.lower()
    assert re.search(r"<title>[0-9:]+: 3</title>", page)


def test_failure_is_shown_with_its_reason_and_can_be_skipped(staff, receiver):
    page = EventFactory(title="Odrzucone wydarzenie")
    destination = add(receiver)
    receiver.always = status(422)
    sync(destination)
    document = document_of(page)
    SyncState.objects.update(state=State.PARKED)
    assert "Odrzucone wydarzenie" in page_of(staff, destination)

    decide(staff, destination, document, "zostaw")

    assert state_of(document, destination).state == State.LEFT
    assert "Odrzucone wydarzenie" not in page_of(staff, destination)
    receiver.always = None
    assert sync(destination) == {}


def test_what_is_there_but_not_whole_is_shown_and_can_be_tried_again(staff, receiver):
    page = EventFactory(title="Festyn bez zdjęcia")
    destination = add(receiver)
    sync(destination)
    assert "niekompletne" not in page_of(staff, destination)
    SyncState.objects.update(last_error="Jest tam bez obrazu.")
    assert re.search(r"niekompletne.*Festyn bez zdjęcia.*bez obrazu", page_of(staff, destination))

    address = reverse("retry_document", args=[destination.pk, document_of(page).pk])
    assert staff.post(address).status_code == 302

    assert sync(destination) == {"upsert": 1}
    assert "niekompletne" not in page_of(staff, destination)


def test_person_decides_for_our_version(staff, receiver):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    set_aside(destination, document_of(page))
    assert page.title in page_of(staff, destination)

    decide(staff, destination, document_of(page), "nasza")

    assert sync(destination) == {"upsert": 1}
    state = state_of(document_of(page), destination)
    assert (state.finding, state.is_forced) == ("", False)


def test_difference_shows_what_was_put_in_and_taken_out_escaped(staff, receiver):
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    set_aside(destination, document_of(page))

    address = reverse("document_difference", args=[destination.pk, document_of(page).pk])
    shown = re.sub(r"\s+", " ", staff.get(address).content.decode())

    assert re.search(r"<del>.*&lt;p&gt;Dwa&lt;/p&gt; ?</del>", shown)
    assert re.search(r"<ins>.*&lt;p&gt;Trzy&lt;/p&gt; ?</ins>", shown)


def test_difference_of_long_texts_is_of_their_beginning_and_says_so(staff, receiver, monkeypatch):
    monkeypatch.setattr(dashboard, "MOST_LINES", 3)
    monkeypatch.setattr(dashboard, "MOST_CHARS", 50)
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    state = set_aside(destination, document_of(page))
    address = reverse("document_difference", args=[destination.pk, document_of(page).pk])
    assert "początek" not in staff.get(address).content.decode()

    for theirs in ("a\nb\nc\nczwarty", "x" * 50 + "czwarty"):
        RemoteCopy.objects.filter(state=state).update(theirs=theirs)
        shown = staff.get(address).content.decode()
        assert "początek" in shown
        assert "czwarty" not in shown


def test_difference_is_of_whole_lines_however_alike_they_are(staff, receiver):
    """Within lines that are all alike difflib's ndiff looks for hours."""
    page = EventFactory()
    destination = add(receiver)
    sync(destination)
    state = set_aside(destination, document_of(page))
    ours = "\n".join(f"{'ab' * 100}{number}" for number in range(900))
    theirs = "\n".join(f"{'ba' * 100}{number}" for number in range(900))
    RemoteCopy.objects.filter(state=state).update(ours=ours, theirs=theirs)

    address = reverse("document_difference", args=[destination.pk, document_of(page).pk])
    shown = staff.get(address).content.decode()

    assert (shown.count("<del>"), shown.count("<ins>")) == (900, 900)


def test_paused_destination_gets_what_changed_after_it_resumes(staff, receiver):
    destination = add(receiver)
    do(staff, destination, "wstrzymaj")
    EventFactory()
    assert sync(destination) == {}

    do(staff, destination, "wznow")

    assert sync(destination) == {"upsert": 1}


def test_sync_now_tries_what_was_set_aside(staff, receiver):
    EventFactory()
    destination = add(receiver)
    receiver.script.append(status(503))
    sync(destination)
    assert sync(destination) == {}

    do(staff, destination, "wyslij")

    assert sync(destination) == {"upsert": 1}


def test_connection_is_tested_in_words_without_sending_anything(staff, receiver):
    EventFactory()
    good = add(receiver)
    bad = add(name="zła", url="http://127.0.0.1:9/", kind="wordpress", username="x", secret="y")

    said = {
        one.pk: staff.post(reverse("destination_test", args=[one.pk]), follow=True).content.decode()
        for one in (good, bad)
    }

    assert "Serwer został znaleziony" in said[good.pk]
    assert "połączyć" in said[bad.pk]
    assert receiver.messages == []


def test_nod_is_offered_while_a_list_is_not_believed(staff):
    destination = add(url="https://www.gmina.example", kind="wordpress", username="x", secret="y")
    Run.objects.create(
        destination=destination, kind="compare", state=Run.State.ASKING, words="Brakuje 6 z 6."
    )
    assert "Brakuje 6 z 6." in page_of(staff, destination)

    do(staff, destination, "odtworz")

    assert "Wyślij ponownie to, czego brakuje" not in page_of(staff, destination)
    assert "nic nie czeka" in do(staff, destination, "odtworz").lower()


def test_history_forgets_what_is_older_than_a_month(receiver):
    destination = add(receiver)
    old = timezone.now() - timedelta(days=31)
    Run.objects.create(destination=destination, kind="sync", started_at=old)
    EventFactory()

    sync(destination)

    assert [run.tally for run in Run.objects.all()] == [{"upsert": 1}]


def test_webhook_cannot_be_compared(staff):
    destination = add(url=URL)

    assert "nie można zapytać" in do(staff, destination, "porownaj")
    assert not Run.objects.exists()
    assert Destination.objects.get().compare_at is None
