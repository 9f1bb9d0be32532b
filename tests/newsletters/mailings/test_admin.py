"""The page of an ordered mailing and the list of all: how they stand."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from cms.jobs.heartbeat import NAME as HEARTBEAT
from cms.models import JobState
from newsletters.mailings.models import Mailing
from tests.factories import TopicFactory
from tests.newsletters.mailings import ledgers
from tests.newsletters.mailings.staff import (
    sender,
    words,
)
from tests.newsletters.mailings.steering import State, settle, show_url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": State.PREPARING, "prepared_at": None}, "Zbieranie odbiorców: na razie 4"),
        ({"state": State.SENDING}, "Wysyłanie: 2 z 4"),
        ({"state": State.PAUSED}, "Zatrzymana: wysłano 2 z 4"),
        (
            {"state": State.PAUSED, "pause_reason": "Zmienił się tytuł."},
            "Wstrzymana, czeka na decyzję. Zmienił się tytuł.",
        ),
        ({"state": State.FINISHED, "finished_at": timezone.now()}, "Zakończona "),
        ({"state": State.CANCELLED, "finished_at": timezone.now()}, "Przyjęte wcześniej: 1"),
    ],
)
def test_state_is_said_in_words_on_the_page_and_in_the_list(fields, said):
    made = ledgers.mailing(ledgers.subscribers(4), **fields)
    settle(made, "accepted", "failed", "pending", "claimed")
    client = sender()

    assert said in words(client.get(show_url(made)))
    assert said in words(client.get(reverse("mailings:index")))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(43, "Wyjdzie za 43 s"), (-5, "Zaraz wyjdzie"), (3600, "Wyjdzie ")],
)
def test_start_is_counted_down(seconds, said, time_machine):
    time_machine.move_to("2026-10-20T12:00:00+02:00", tick=False)
    made = ledgers.mailing(
        state=State.SCHEDULED,
        prepared_at=None,
        started_at=None,
        starts_at=timezone.now() + timedelta(seconds=seconds),
    )

    answer = words(sender().get(show_url(made)))

    assert said in answer
    assert ("20.10.2026, 13:00" in answer) == (seconds == 3600)


def test_pause_by_the_server_says_why_and_when_it_is_tried_again(time_machine):
    time_machine.move_to("2026-10-20T12:30:00+02:00", tick=False)
    made = ledgers.mailing(
        ledgers.subscribers(1),
        state=State.PAUSED,
        pause_reason="Serwer poczty nie odpowiedział na czas.",
        retry_at=timezone.now() + timedelta(minutes=5),
    )

    said = words(sender().get(show_url(made)))

    assert "Wstrzymana. Serwer poczty nie odpowiedział na czas. Następna próba: 12:35." in said


def test_rest_that_is_only_deferred_is_said():
    made = ledgers.mailing(ledgers.subscribers(3))
    settle(made, "accepted", "accepted", "deferred")

    said = words(sender().get(show_url(made)))

    assert "Wysyłanie: 2 z 3. Pozostałe czekają na ponowną próbę." in said


def test_progress_reaches_a_hundred_only_when_nobody_is_left():
    made = ledgers.mailing(ledgers.subscribers(3))
    settle(made, "accepted", "failed", "sending")
    client = sender()

    content = client.get(show_url(made)).content.decode()
    assert re.search(
        r'<progress[^>]*value="2"[^>]*max="3"[^>]*aria-label="Postęp wysyłki"', content
    )
    assert "66%" in content

    settle(made, "accepted", "failed", "uncertain")
    assert "100%" in words(client.get(show_url(made)))


def test_silent_worker_is_said_while_something_is_to_be_done():
    made = ledgers.mailing(ledgers.subscribers(1))
    client = sender()
    warning = "Program, który wysyła, nie działa"
    assert warning in words(client.get(show_url(made)))

    JobState.objects.create(name=HEARTBEAT, finished_at=timezone.now())
    assert warning not in words(client.get(show_url(made)))

    JobState.objects.update(finished_at=timezone.now() - timedelta(minutes=2))
    assert warning in words(client.get(show_url(made)))
    Mailing.objects.update(state=State.PAUSED)
    assert warning not in words(client.get(show_url(made)))


def test_page_says_what_was_ordered_by_whom_and_leads_back_to_the_edition():
    topic = TopicFactory(name="Kultura")
    page = ledgers.edition()
    author = get_user_model().objects.create_user("ala", first_name="Ala", last_name="Przykładowa")
    made = ledgers.mailing(
        ledgers.subscribers(2), page=page, topic_ids=[topic.pk], created_by=author
    )

    answer = sender().get(show_url(made))

    said = words(answer)
    assert "Temat Zażółć gęślą jaźń" in said
    assert "„Kultura”" in said
    assert "Kto zlecił Ala Przykładowa" in said
    content = answer.content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in content
    assert reverse("mailings:index") in content


def test_mailing_of_a_deleted_edition_can_still_be_looked_at():
    made = ledgers.mailing(ledgers.subscribers(1), state=State.PAUSED)
    made.page.delete()

    said = words(sender().get(show_url(made)))

    assert "Tego numeru już nie ma." in said


def test_topic_that_was_deleted_does_not_read_as_everybody():
    topic = TopicFactory(name="Kultura")
    made = ledgers.mailing(topic_ids=[topic.pk])
    topic.delete()

    assert "wszyscy subskrybenci" not in words(sender().get(show_url(made)))


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, "2"),
        ({"state": State.PAUSED}, "10"),
        ({"state": State.FINISHED, "finished_at": timezone.now()}, "0"),
        ({"state": State.CANCELLED, "finished_at": timezone.now()}, "0"),
    ],
)
def test_page_refreshes_itself_until_it_ended(fields, seconds):
    made = ledgers.mailing(ledgers.subscribers(1), **fields)
    client = sender()

    for url in (show_url(made), reverse("mailings:live", args=[made.pk])):
        assert f'data-refresh-seconds="{seconds}"' in client.get(url).content.decode()


def test_refreshed_part_is_that_of_the_page_and_is_not_kept():
    made = ledgers.mailing(ledgers.subscribers(2))
    client = sender()
    settle(made, "accepted", "pending")

    answer = client.get(reverse("mailings:live", args=[made.pk]))

    assert "Wysyłanie: 1 z 2" in words(answer)
    assert "osoba-0" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_empty_list_says_how_to_send_one():
    assert "w edytorze wybierz „Wyślij…”" in words(sender().get(reverse("mailings:index")))


def test_list_counts_what_became_of_each_and_asks_no_more_for_many(django_assert_max_num_queries):
    folk = ledgers.subscribers(4)
    made = [ledgers.mailing(folk, page=ledgers.edition(title=f"Numer {n}")) for n in range(6)]
    settle(made[0], "accepted", "accepted", "failed", "uncertain")
    client = sender()
    client.get(reverse("mailings:index"))

    with django_assert_max_num_queries(20):
        answer = client.get(reverse("mailings:index"))

    row = answer.content.decode().split("<tr")[-1]
    numbers = [" ".join(cell.split()) for cell in re.findall(r"(?s)<td[^>]*>(.*?)</td>", row)]
    assert numbers[-4:] == ["4", "2", "1", "1"]
