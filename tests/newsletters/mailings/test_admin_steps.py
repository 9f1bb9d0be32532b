"""Stop, go on, cancel, send again: from the admin, by who may."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

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
from tests.newsletters.mailings.steering import State, fresh, settle, show_url, step_url

pytestmark = pytest.mark.django_db
HOME = "/admin/"
PERSONAS = [
    pytest.param(EDITOR, False, False, id="editor"),
    pytest.param(LOOKER, True, False, id="looker"),
    pytest.param(SENDER, True, False, id="sender"),
    pytest.param(STEERER, True, True, id="steerer"),
    pytest.param(("view_subscriber",), False, False, id="keeper of subscribers"),
]


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
