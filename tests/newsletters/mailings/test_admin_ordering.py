"""From the edition to its mailing: the buttons, the page that asks, and the order."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from cms.jobs.tasks import run_slice
from newsletters.editions.models import NewsletterPage
from newsletters.mailings import services
from newsletters.mailings.models import Mailing
from tests.factories import EventFactory, NewsletterFactory, TopicFactory, publish
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

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("smtp")]
HOME = "/admin/"


def order_url(page: NewsletterPage) -> str:
    return reverse("mailings:order", args=[page.pk])


def edit_url(page: NewsletterPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def sendable(**fields) -> NewsletterPage:
    ledgers.clause()
    if not fields.pop("nobody", False):
        ledgers.subscribers(3)
    return ledgers.edition(**fields)


def form(**fields) -> dict[str, str]:
    return {"request_id": str(uuid4()), "when": "now", "starts_at": ""} | fields


def request_id_in(answer) -> str:
    [found] = re.findall(r'name="request_id" value="([^"]+)"', answer.content.decode())
    return found


# --- The way there -------------------------------------------------------------------------------


def test_published_edition_offers_sending_as_the_first_action_of_its_editor():
    page = sendable()
    client = sender()

    answer = client.get(edit_url(page)).content.decode()

    footer = answer[answer.index('<footer class="footer') :]
    assert footer.index(order_url(page)) < footer.index("action-save")


def test_draft_offers_saving_first_and_sending_further_down():
    page = NewsletterFactory(draft=True)
    client = sender()

    answer = client.get(edit_url(page)).content.decode()

    footer = answer[answer.index('<footer class="footer') :]
    assert footer.index("action-save") < footer.index(order_url(page))


def test_list_of_editions_leads_to_sending_and_later_to_the_mailing():
    page = sendable()
    client = sender()
    listing = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
    assert order_url(page) in client.get(listing).content.decode()

    made = ledgers.mailing(page=page)

    content = client.get(listing).content.decode()
    assert order_url(page) not in content
    assert reverse("mailings:show", args=[made.pk]) in content


def test_ordered_edition_leads_to_its_mailing_from_the_editor():
    page = sendable()
    made = ledgers.mailing(page=page)
    client = sender()

    answer = client.get(edit_url(page))

    assert reverse("mailings:show", args=[made.pk]) in answer.content.decode()
    assert order_url(page) not in answer.content.decode()
    asked = client.get(order_url(page))
    assert asked["Location"] == reverse("mailings:show", args=[made.pk])


def test_page_of_another_kind_offers_no_sending():
    event = EventFactory()
    client = sender()

    content = client.get(edit_url(event)).content.decode()

    assert "newsletter/wyslij" not in content
    assert client.get(order_url(event)).status_code == 404


@pytest.mark.parametrize(
    ("permissions", "can_publish"),
    [(EDITOR, True), (LOOKER, True), (STEERER, True), (SENDER, False)],
    ids=["publisher", "looker", "steerer", "sender who may not publish"],
)
def test_who_may_not_send_sees_no_button_and_is_refused_by_address(permissions, can_publish):
    page = sendable()
    client = client_of(person("ktos", *permissions, can_publish=can_publish))

    assert order_url(page) not in client.get(edit_url(page)).content.decode()
    for answer in (
        client.get(order_url(page)),
        client.post(order_url(page), form()),
        client.post(reverse("mailings:test", args=[page.pk])),
    ):
        assert answer["Location"] == HOME
    assert not Mailing.objects.exists()
    assert not mail.outbox


def test_stranger_is_asked_to_log_in():
    page = sendable()

    answer = Client().post(order_url(page), form())

    assert answer["Location"].startswith(reverse("wagtailadmin_login"))
    assert not Mailing.objects.exists()


# --- What is asked -------------------------------------------------------------------------------


def test_page_names_subject_sender_audience_and_what_happens_then(settings):
    settings.DEFAULT_FROM_EMAIL = "COP (przykład) <biuletyn@example.org>"
    settings.MAILING_GRACE_SECONDS = 45
    page = sendable(title="Biuletyn 7/2026")
    client = sender()

    answer = client.get(order_url(page))

    said = words(answer)
    assert "Temat Biuletyn 7/2026" in said
    assert "COP (przykład) <biuletyn@example.org>" in said
    assert "wszyscy subskrybenci – 3 osoby" in said
    assert "Wyślij do 3 osób" in said
    assert "Przez 45 s od zlecenia nic nie wychodzi" in said
    draft = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    for mode in ("", "mail", "text"):
        assert f'"{draft}?mode={mode}"' in answer.content.decode()
        assert client.get(f"{draft}?mode={mode}").status_code == 200


@pytest.mark.parametrize(
    ("count", "audience", "button"),
    [
        (1, "1 osoba", "Wyślij do 1 osoby"),
        (2, "2 osoby", "Wyślij do 2 osób"),
        (5, "5 osób", "Wyślij do 5 osób"),
        (22, "22 osoby", "Wyślij do 22 osób"),
    ],
)
def test_number_of_people_is_said_in_polish(count, audience, button):
    page = sendable(nobody=True)
    ledgers.subscribers(count)

    said = words(sender().get(order_url(page)))

    assert f"– {audience} " in said
    assert button in said


def test_edition_with_topics_names_them_and_counts_who_gets_it():
    culture, sport = TopicFactory(name="Kultura"), TopicFactory(name="Sport")
    page = sendable(nobody=True, topics=[culture])
    ledgers.subscriber("kultura@example.org", topics=[culture])
    ledgers.subscriber("sport@example.org", topics=[sport])
    ledgers.subscriber("wszystko@example.org")

    said = words(sender().get(order_url(page)))

    assert "którzy wybrali temat „Kultura” albo żadnego nie wskazali – 2 osoby" in said


def test_asking_orders_nothing():
    page = sendable()

    sender().get(order_url(page))

    assert not Mailing.objects.exists()


def draft() -> NewsletterPage:
    return NewsletterFactory(draft=True)


def changed() -> NewsletterPage:
    page = sendable()
    page.title = "Inny tytuł"
    page.save_revision()
    return page


def without_clause() -> NewsletterPage:
    return ledgers.edition()


def without_audience() -> NewsletterPage:
    return sendable(nobody=True)


@pytest.mark.parametrize(
    ("make", "reason", "link"),
    [
        (draft, "Najpierw go opublikuj", "wagtailadmin_pages:edit"),
        (changed, "nieopublikowane zmiany", "wagtailadmin_pages:edit"),
        (without_clause, "klauzul", "consent_clauses:add"),
        (without_audience, "Nie ma do kogo wysłać", "subscribers:index"),
    ],
)
def test_obstacle_is_said_with_a_link_to_its_remedy_and_there_is_no_button(make, reason, link):
    page = make()
    user = person("redakcja", *SENDER, "add_consentclause", "view_subscriber", can_publish=True)
    client = client_of(user)

    answer = client.get(order_url(page))

    assert reason in words(answer)
    assert "Wyślij do" not in words(answer)
    content = answer.content.decode()
    obstacles = content[content.index('id="obstacles"') :]
    arguments = [page.pk] if link.startswith("wagtailadmin") else []
    assert reverse(link, args=arguments) in obstacles

    posted = client.post(order_url(page), form())
    assert reason in words(posted)
    assert not Mailing.objects.exists()


def test_without_a_mail_server_nothing_can_be_ordered(settings):
    settings.OUTBOX_TRANSPORT = "django.core.mail.backends.console.EmailBackend"
    page = sendable()
    client = sender()

    assert "EMAIL_URL" in words(client.get(order_url(page)))
    assert "EMAIL_URL" in words(client.post(order_url(page), form()))
    assert not Mailing.objects.exists()


def test_edition_that_shows_nothing_is_an_obstacle_before_the_button_is_pressed():
    page = sendable(body=[("events", {"heading": "", "events": [], "limit": 5})])
    client = sender()

    answer = client.get(order_url(page))

    assert "nie ma czego pokazać" in words(answer)
    assert "Wyślij do" not in words(answer)
    client.post(order_url(page), form())
    assert not Mailing.objects.exists()


# --- A test mail ---------------------------------------------------------------------------------


def test_test_mail_goes_to_the_persons_own_address_and_to_nobody_else(smtp, settings):
    settings.EMAIL_BACKEND = "newsletters.outbox.backend.OutboxBackend"
    page = sendable(title="Biuletyn 8/2026")
    client = sender(email="ja@example.org")

    answer = client.post(
        reverse("mailings:test", args=[page.pk]), {"to": "ofiara@example.org"}, follow=True
    )

    assert "w drodze na adres ja@example.org" in words(answer)
    run_slice("outbox")
    assert smtp.recipients() == ["ja@example.org"]
    assert smtp.mails[0].message["Subject"] == "[Próba] Biuletyn 8/2026"
    assert not Mailing.objects.exists()


def test_test_mail_is_not_sent_by_opening_its_address():
    page = sendable()

    assert sender().get(reverse("mailings:test", args=[page.pk])).status_code == 405
    assert not mail.outbox


def test_person_without_an_address_is_told_where_to_add_one():
    page = sendable()
    client = sender(email="")

    asked = client.get(order_url(page))
    posted = client.post(reverse("mailings:test", args=[page.pk]), follow=True)

    assert reverse("wagtailadmin_account") in asked.content.decode()
    assert "Wyślij próbny" not in words(asked)
    assert "nie ma adresu e-mail" in words(posted)
    assert not mail.outbox


# --- The order -----------------------------------------------------------------------------------


def test_order_makes_a_mailing_and_shows_it(settings):
    settings.MAILING_GRACE_SECONDS = 60
    page = sendable(title="Biuletyn 9/2026")
    client = sender()
    before = timezone.now()
    request_id = request_id_in(client.get(order_url(page)))

    answer = client.post(order_url(page), form(request_id=request_id), follow=True)

    made = Mailing.objects.get()
    assert (made.page, made.request_id) == (page, UUID(request_id))
    assert made.created_by.username == "redakcja"
    assert made.starts_at >= before + timedelta(seconds=60)
    assert answer.redirect_chain[-1][0] == reverse("mailings:show", args=[made.pk])
    said = words(answer)
    assert "Wysyłkę zlecono." in said
    assert re.search(r"Wyjdzie za (60|5\d) s", said)
    assert "Zatrzymaj" in said


def test_form_sent_twice_makes_one_mailing():
    page = sendable()
    client = sender()
    filled = form(request_id=request_id_in(client.get(order_url(page))))

    first = client.post(order_url(page), filled)
    second = client.post(order_url(page), filled)

    assert Mailing.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_form_of_another_tab_is_refused_in_words():
    page = sendable()
    client = sender()
    client.post(order_url(page), form())
    made = Mailing.objects.get()

    answer = client.post(order_url(page), form())

    assert "już zlecono" in words(answer)
    assert reverse("mailings:show", args=[made.pk]) in answer.content.decode()
    assert Mailing.objects.count() == 1


def test_form_of_another_edition_orders_nothing_here():
    first, second = sendable(), ledgers.edition(title="Inny")
    client = sender()
    filled = form()
    client.post(order_url(first), filled)

    answer = client.post(order_url(second), filled)

    assert answer.status_code == 404
    assert [made.page_id for made in Mailing.objects.all()] == [first.pk]


@pytest.mark.parametrize("request_id", ["", "1", "nie-uuid"])
def test_form_without_its_request_is_refused(request_id):
    page = sendable()

    answer = sender().post(order_url(page), form(request_id=request_id))

    assert "Otwórz tę stronę ponownie" in words(answer)
    assert not Mailing.objects.exists()


def test_cancelled_edition_can_be_ordered_anew():
    page = sendable()
    client = sender()
    client.post(order_url(page), form())
    services.cancel(Mailing.objects.get())

    client.post(order_url(page), form())

    states = sorted(Mailing.objects.values_list("state", flat=True))
    assert states == ["cancelled", "scheduled"]


def test_edition_published_again_in_between_is_sent_as_it_is_now():
    page = sendable(title="Stary tytuł")
    client = sender()
    filled = form(request_id=request_id_in(client.get(order_url(page))))
    publish(page, title="Nowy tytuł")

    client.post(order_url(page), filled)

    assert Mailing.objects.get().subject == "Nowy tytuł"


# --- Another time --------------------------------------------------------------------------------

SUMMER = "2026-10-20T12:00:00+02:00"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-10-21T09:00", "2026-10-21T07:00:00+00:00"),
        ("2026-10-26T09:00", "2026-10-26T08:00:00+00:00"),
        ("2027-03-28T03:00", "2027-03-28T01:00:00+00:00"),
    ],
    ids=["summer time", "winter time", "right after the gap"],
)
def test_time_is_that_of_poland_whatever_zone_the_person_has_chosen(written, meant):
    with time_machine.travel(SUMMER):
        page = sendable()
        user = person("redakcja", *SENDER, can_publish=True)
        UserProfile.objects.create(user=user, current_time_zone="America/New_York")

        client_of(user).post(order_url(page), form(when="later", starts_at=written))

        assert Mailing.objects.get().starts_at.isoformat() == meant


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "To nie jest data z godziną"),
        ("jutro", "To nie jest data z godziną"),
        ("2026-13-40T25:00", "To nie jest data z godziną"),
        ("2026-10-20T11:59", "już minął"),
        ("2028-01-01T09:00", "ponad rok"),
        ("2026-10-25T02:30", "wypada dwa razy"),
        ("2027-03-28T02:30", "nie ma takiej godziny"),
    ],
)
def test_time_that_cannot_be_is_refused_in_words_and_kept_in_the_form(written, reason):
    with time_machine.travel(SUMMER):
        page = sendable()

        answer = sender().post(order_url(page), form(when="later", starts_at=written))

        assert reason in words(answer)
        assert f'value="{written}"' in answer.content.decode() or not written
        assert not Mailing.objects.exists()


def test_time_left_over_in_the_form_does_not_count_for_now():
    with time_machine.travel(SUMMER, tick=False):
        page = sendable()

        sender().post(order_url(page), form(when="now", starts_at="2027-01-01T09:00"))

        assert Mailing.objects.get().starts_at < timezone.now() + timedelta(hours=1)


# --- Deleting the edition ------------------------------------------------------------------------


def test_page_that_asks_before_deleting_warns_of_the_mailing():
    page = sendable()
    ledgers.mailing(page=page)

    answer = administrator().get(reverse("wagtailadmin_pages:delete", args=[page.pk]))

    assert "wysyłka się zatrzyma" in words(answer)


def test_unpublishing_says_that_the_mailing_stops():
    page = sendable()
    ledgers.mailing(page=page)

    url = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    answer = administrator().post(url, follow=True)

    assert "Wysyłka tego numeru się zatrzymuje" in words(answer)


def test_taking_away_an_edition_that_was_sent_warns_of_nothing():
    page = sendable()
    ledgers.mailing(page=page, state=Mailing.State.FINISHED)

    answer = administrator().get(reverse("wagtailadmin_pages:delete", args=[page.pk]))

    assert "wysyłka się zatrzyma" not in words(answer)
