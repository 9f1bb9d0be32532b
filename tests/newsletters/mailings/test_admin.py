"""The admin's pages about mailings that are ordered: how they stand, who got it, stop and go on."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from cms.jobs.heartbeat import NAME as HEARTBEAT
from cms.models import JobState
from newsletters.mailings.models import Delivery, Mailing
from newsletters.subscribers import services as people
from tests.factories import TopicFactory
from tests.newsletters.mailings import ledgers
from tests.newsletters.mailings.staff import (
    EDITOR,
    LOOKER,
    SENDER,
    STEERER,
    administrator,
    client_of,
    person,
    sender,
    words,
)

pytestmark = pytest.mark.django_db
HOME = "/admin/"
State = Mailing.State


def show_url(made: Mailing) -> str:
    return reverse("mailings:show", args=[made.pk])


def step_url(made: Mailing, step: str) -> str:
    return reverse("mailings:step", args=[made.pk, step])


def settle(made: Mailing, *states: str, **fields) -> list[Delivery]:
    """Put the recipients of a mailing into these states, in the order of their addresses."""
    rows = list(made.deliveries.order_by("pk"))
    for row, state in zip(rows, states, strict=True):
        made.deliveries.filter(pk=row.pk).update(state=state, **fields)
    return rows


def fresh(made: Mailing) -> Mailing:
    return Mailing.objects.get(pk=made.pk)


def cells(answer) -> list[list[str]]:
    """Return the rows of the table of recipients, in words."""
    [table] = re.findall(r'(?s)<table class="listing">.*?</table>', answer.content.decode())
    rows = re.findall(r"(?s)<tr>(.*?)</tr>", table)[1:]
    return [
        [" ".join(cell.split()) for cell in re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in rows
    ]


# --- How it stands -------------------------------------------------------------------------------


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


# --- The list ------------------------------------------------------------------------------------


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


# --- Recipients ----------------------------------------------------------------------------------


def test_every_recipient_is_listed_with_state_reason_attempts_and_time():
    made = ledgers.mailing(ledgers.subscribers(2))
    settle(made, "accepted", "failed", attempts=3, reason="Nie ma takiego adresu.")

    first, second = cells(sender().get(show_url(made)))

    assert first[:4] == [
        "osoba-0@example.org",
        "Przyjęta przez serwer poczty",
        "Nie ma takiego adresu.",
        "3",
    ]
    assert second[:2] == ["osoba-1@example.org", "Odrzucona"]
    assert re.fullmatch(r"\d\d\.\d\d\.\d{4}, \d\d:\d\d", first[4])


def test_counts_lead_to_the_recipients_in_that_state():
    made = ledgers.mailing(ledgers.subscribers(3))
    settle(made, "accepted", "failed", "failed")
    client = sender()
    url = f"{show_url(made)}?stan=failed"
    page = client.get(show_url(made))
    assert f'href="{url}#odbiorcy"' in page.content.decode()
    assert "Odrzucona: 2" in words(page)

    answer = client.get(url)

    assert [row[0] for row in cells(answer)] == ["osoba-1@example.org", "osoba-2@example.org"]
    assert f"{reverse('mailings:live', args=[made.pk])}?stan=failed" in answer.content.decode()


def test_recipient_is_found_by_a_part_of_the_address_within_the_state():
    made = ledgers.mailing(
        [ledgers.subscriber("Ala@example.org"), ledgers.subscriber("ola@example.org")]
    )
    settle(made, "accepted", "failed")
    client = sender()

    assert [row[0] for row in cells(client.get(f"{show_url(made)}?q=ALA"))] == ["Ala@example.org"]
    assert "Nikogo tu nie ma." in words(client.get(f"{show_url(made)}?q=ALA&stan=failed"))


@pytest.mark.parametrize("query", ["stan=wymyslony", "p=0", "p=99", "p=abc", "q=%25", "stan=&p="])
def test_query_that_makes_no_sense_does_no_harm(query):
    made = ledgers.mailing(ledgers.subscribers(2))

    assert sender().get(f"{show_url(made)}?{query}").status_code == 200


def test_recipients_come_in_pages_of_fifty_each_once():
    made = ledgers.mailing(ledgers.subscribers(120))
    client = sender()

    pages = [cells(client.get(f"{show_url(made)}?p={number}")) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({row[0] for page in pages for row in page}) == 120
    links = client.get(f"{show_url(made)}?stan=pending&p=2").content.decode()
    assert "stan=pending&amp;p=3#odbiorcy" in links


def test_page_of_recipients_asks_the_same_number_of_questions_for_many(
    django_assert_num_queries, django_assert_max_num_queries
):
    made = ledgers.mailing(ledgers.subscribers(60))
    client = sender()
    client.get(show_url(made))

    with django_assert_max_num_queries(25) as few:
        client.get(f"{show_url(made)}?p=2")
    with django_assert_num_queries(len(few)):
        client.get(show_url(made))


def test_who_may_not_see_subscribers_sees_masked_addresses_and_cannot_search_for_them():
    made = ledgers.mailing(ledgers.subscribers(2))
    client = client_of(person("patrzy", *LOOKER))

    answer = client.get(f"{show_url(made)}?q=osoba-0")

    assert [row[0] for row in cells(answer)] == ["o…@example.org", "o…@example.org"]
    assert "osoba-1" not in answer.content.decode()
    assert 'name="q"' not in answer.content.decode()


def test_erased_recipient_stays_in_the_list_without_an_address():
    folk = ledgers.subscribers(2)
    made = ledgers.mailing(folk)
    people.erase(subscriber_id=folk[0].pk)

    rows = cells(sender().get(show_url(made)))

    assert [row[0] for row in rows] == ["(adres usunięty)", "osoba-1@example.org"]


# --- Stop, go on, cancel, again ------------------------------------------------------------------


def test_mailing_is_stopped_and_goes_on():
    made = ledgers.mailing(ledgers.subscribers(2))
    client = sender()

    stopped = client.post(step_url(made, "zatrzymaj"), follow=True)
    assert fresh(made).state == State.PAUSED
    assert "Zatrzymano." in words(stopped)
    assert step_url(made, "wznow") in stopped.content.decode()
    assert step_url(made, "zatrzymaj") not in stopped.content.decode()

    resumed = client.post(step_url(made, "wznow"), follow=True)
    assert fresh(made).state == State.SENDING
    assert "Wysyłka trwa dalej." in words(resumed)


def test_what_rests_because_of_the_server_can_be_tried_at_once_or_stopped_for_good():
    made = ledgers.mailing(
        ledgers.subscribers(1), state=State.PAUSED, retry_at=timezone.now() + timedelta(hours=1)
    )
    client = sender()

    content = client.get(show_url(made)).content.decode()
    assert "Spróbuj teraz" in content
    assert step_url(made, "zatrzymaj") in content

    client.post(step_url(made, "zatrzymaj"))
    assert fresh(made).retry_at is None


def test_mailing_whose_edition_was_withdrawn_is_not_resumed_and_says_why():
    made = ledgers.mailing(ledgers.subscribers(1), state=State.PAUSED)
    made.page.unpublish()

    answer = sender().post(step_url(made, "wznow"), follow=True)

    assert fresh(made).state == State.PAUSED
    assert "nie jest już opublikowany" in words(answer)


def test_cancelling_asks_first_and_says_who_got_it_already():
    made = ledgers.mailing(ledgers.subscribers(3))
    settle(made, "accepted", "pending", "pending")
    client = sender()
    url = reverse("mailings:cancel", args=[made.pk])

    asked = words(client.get(url))
    assert fresh(made).state == State.SENDING
    assert "1 osoba" in asked
    assert "Już jej nie dostanie: 2 osoby." in asked

    answer = client.post(url, follow=True)
    assert fresh(made).state == State.CANCELLED
    assert "Odwołano." in words(answer)
    assert "Odwołana" in words(answer)
    assert 'class="button no mailing-stop"' not in answer.content.decode()


@pytest.mark.parametrize("state", [State.FINISHED, State.CANCELLED])
@pytest.mark.parametrize("step", ["zatrzymaj", "wznow", "odwolaj"])
def test_step_that_comes_too_late_changes_nothing_and_says_so(state, step):
    made = ledgers.mailing(ledgers.subscribers(1), state=state, finished_at=timezone.now())

    answer = sender().post(step_url(made, step), follow=True)

    assert fresh(made).state == state
    assert "Za późno" in words(answer)


def test_uncertain_ones_are_sent_again_only_on_request_with_the_risk_named():
    made = ledgers.mailing(ledgers.subscribers(3), state=State.FINISHED)
    settle(made, "accepted", "uncertain", "uncertain")
    client = sender()

    asked = words(client.get(show_url(made)))
    assert "Nie wiadomo, czy wiadomość dotarła do 2 osób" in asked
    assert "mogą dostać ją dwa razy" in asked
    assert "Wyślij ponownie do niepewnych: 2" in asked

    answer = client.post(step_url(made, "niepewne"), follow=True)
    assert "Wysyłamy ponownie do 2 osób." in words(answer)
    assert fresh(made).state == State.SENDING
    assert sorted(ledgers.states(made).values()) == ["accepted", "pending", "pending"]
    again = client.post(step_url(made, "niepewne"), follow=True)
    assert "Nie ma do kogo wysłać ponownie." in words(again)


def test_refused_ones_are_tried_again_on_request():
    made = ledgers.mailing(ledgers.subscribers(2), state=State.FINISHED)
    settle(made, "accepted", "failed")
    client = sender()
    assert "Ponów odrzucone: 1" in words(client.get(show_url(made)))

    answer = client.post(step_url(made, "odrzucone"), follow=True)

    assert "Wysyłamy ponownie do 1 osoby." in words(answer)
    assert sorted(ledgers.states(made).values()) == ["accepted", "pending"]


def test_unknown_steps_and_mailings_are_not_there():
    made = ledgers.mailing()
    client = sender()

    assert client.post(step_url(made, "wyczysc")).status_code == 404
    for url in (
        reverse("mailings:show", args=[made.pk + 1000]),
        reverse("mailings:live", args=[made.pk + 1000]),
        reverse("mailings:cancel", args=[made.pk + 1000]),
    ):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("step", ["zatrzymaj", "wznow", "niepewne", "odrzucone"])
def test_opening_the_address_of_a_step_changes_nothing(step):
    made = ledgers.mailing(ledgers.subscribers(2))
    settle(made, "uncertain", "failed")
    client = sender()

    assert client.get(step_url(made, step)).status_code == 405
    assert fresh(made).state == State.SENDING
    assert sorted(ledgers.states(made).values()) == ["failed", "uncertain"]


def test_step_from_another_site_is_refused():
    made = ledgers.mailing(ledgers.subscribers(1))
    client = sender()
    client.handler.enforce_csrf_checks = True

    assert client.post(step_url(made, "zatrzymaj")).status_code == 403
    assert fresh(made).state == State.SENDING


# --- Who may -------------------------------------------------------------------------------------

PERSONAS = [
    pytest.param(EDITOR, False, False, id="editor"),
    pytest.param(LOOKER, True, False, id="looker"),
    pytest.param(SENDER, True, False, id="sender"),
    pytest.param(STEERER, True, True, id="steerer"),
    pytest.param(("view_subscriber",), False, False, id="keeper of subscribers"),
]


@pytest.mark.parametrize(("permissions", "may_look", "may_steer"), PERSONAS)
def test_each_persona_sees_and_does_what_was_granted(permissions, may_look, may_steer):
    made = ledgers.mailing(ledgers.subscribers(2))
    settle(made, "uncertain", "pending")
    client = client_of(person("ktos", *permissions))

    menu = client.get(HOME).content.decode()
    assert (reverse("mailings:index") in menu) == may_look
    for name, arguments in (("index", []), ("show", [made.pk]), ("live", [made.pk])):
        answer = client.get(reverse(f"mailings:{name}", args=arguments))
        assert (answer.status_code == 200) == may_look
        assert may_look or answer["Location"] == HOME
    if may_look:
        content = client.get(show_url(made)).content.decode()
        assert (step_url(made, "zatrzymaj") in content) == may_steer
        assert (step_url(made, "niepewne") in content) == may_steer
        assert (reverse("mailings:cancel", args=[made.pk]) in content) == may_steer

    before = ledgers.states(made)
    for url in (
        step_url(made, "niepewne"),
        step_url(made, "zatrzymaj"),
        reverse("mailings:cancel", args=[made.pk]),
    ):
        answer = client.post(url)
        assert (answer["Location"] == show_url(made)) == may_steer
        assert may_steer or answer["Location"] == HOME
    assert (fresh(made).state == State.CANCELLED) == may_steer
    assert (ledgers.states(made) == before) == (not may_steer)


def test_permissions_are_granted_in_the_group_editor():
    group = Group.objects.create(name="Redakcja")

    content = administrator().get(reverse("wagtailusers_groups:edit", args=[group.pk]))

    codenames = {
        permission.codename
        for permission in content.context["form"].fields["permissions"].queryset
        if permission.content_type.model == "mailing"
    }
    assert codenames == {"add_mailing", "approve_mailing", "change_mailing", "view_mailing"}
