"""Ordering, stopping and going on: what the buttons and the clock do to a mailing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core import mail as django_mail
from django.utils import timezone
from pytest_django.fixtures import Settings

from cms.jobs.tasks import run_slice
from cms.models.documents import Document
from newsletters.editions.models import NewsletterPage
from newsletters.mailings import job, selectors, services
from newsletters.mailings.models import Mailing
from newsletters.mailings.services import NotSendableError
from newsletters.subscribers import services as people
from newsletters.subscribers.models import Consent, Subscriber
from tests.factories import EventFactory, TopicFactory, document_of, make_private, publish
from tests.newsletters.mailings import ledgers
from tests.newsletters.smtp_server import SmtpServer

pytestmark = pytest.mark.django_db
State = Mailing.State


@pytest.fixture
def people_there() -> None:
    ledgers.subscribers(3)


def order(page: NewsletterPage, **options: Any) -> Mailing:
    options = {"user": None, "starts_at": None, "request_id": uuid4()} | options
    return services.order(page=page, **options)


def run_after(**duration: float) -> None:
    ledgers.let_time_pass(**duration)
    run_slice(services.JOB_NAME)


def fresh(made: Mailing) -> Mailing:
    return Mailing.objects.get(pk=made.pk)


@pytest.mark.usefixtures("people_there")
def test_ordered_edition_waits_its_minute_then_reaches_everybody(smtp: SmtpServer) -> None:
    made = order(ledgers.edition())
    run_slice(services.JOB_NAME)
    assert fresh(made).state == State.SCHEDULED
    assert smtp.connections == 0

    run_after(seconds=61)

    assert sorted(smtp.recipients()) == [f"osoba-{number}@example.org" for number in range(3)]
    assert (fresh(made).state, fresh(made).audience) == (State.FINISHED, 3)
    [message] = {str(mail.message["Subject"]) for mail in smtp.mails}
    assert message == "Biuletyn 1/2026"


@pytest.mark.usefixtures("people_there", "smtp")
def test_same_form_sent_twice_makes_one_mailing() -> None:
    page, request_id = ledgers.edition(), uuid4()
    first = order(page, request_id=request_id)
    assert order(page, request_id=request_id) == first

    with pytest.raises(NotSendableError, match="zlecono"):
        order(page)
    assert Mailing.objects.count() == 1


@pytest.mark.usefixtures("people_there")
def test_edit_after_the_order_changes_no_copy(smtp: SmtpServer) -> None:
    page = ledgers.edition()
    order(page)
    publish(page, title="Zmieniony tytuł", body=[("paragraph", "<p>Zmieniona treść.</p>")])
    run_after(seconds=61)

    assert len(smtp.mails) == 3
    for copy in smtp.mails:
        assert copy.message["Subject"] == "Biuletyn 1/2026"
        assert "Zmieniona" not in copy.content.decode()


def test_only_those_who_chose_a_topic_or_none_get_an_edition_about_it(smtp: SmtpServer) -> None:
    sport, culture = TopicFactory(), TopicFactory()
    ledgers.subscriber("sport@example.org", topics=[sport])
    ledgers.subscriber("kultura@example.org", topics=[culture])
    ledgers.subscriber("wszystko@example.org")
    order(ledgers.edition(topics=[sport]))
    run_after(seconds=61)

    assert sorted(smtp.recipients()) == ["sport@example.org", "wszystko@example.org"]


def test_audience_is_frozen_at_the_start(smtp: SmtpServer) -> None:
    leaves, _stays = ledgers.subscriber("a@example.org"), ledgers.subscriber("b@example.org")
    made = order(ledgers.edition())
    people.leave(subscriber_id=leaves.pk, source=Consent.Source.LINK)
    ledgers.subscriber("c@example.org")
    run_after(seconds=61)
    ledgers.subscriber("d@example.org")
    run_after(seconds=61)

    assert sorted(smtp.recipients()) == ["b@example.org", "c@example.org"]
    assert fresh(made).audience == 2


def test_consent_given_to_another_controller_does_not_count(smtp: SmtpServer) -> None:
    ledgers.subscriber("dawny@example.org", controller="Dawny operator (przykład)")
    ledgers.subscriber("obecny@example.org")
    order(ledgers.edition())
    run_after(seconds=61)
    assert smtp.recipients() == ["obecny@example.org"]


@pytest.mark.usefixtures("smtp")
def test_what_hinders_an_order_is_said_in_words_and_nothing_is_stored() -> None:
    page = ledgers.edition()
    with pytest.raises(NotSendableError, match="klauzuli"):
        order(page)
    ledgers.clause()
    with pytest.raises(NotSendableError, match="potwierdzon"):
        order(page)
    ledgers.subscribers(1)
    page.title = "Szkic"
    page.save_revision()
    with pytest.raises(NotSendableError, match="nieopublikowane"):
        order(page)
    page.unpublish()
    with pytest.raises(NotSendableError, match="nie jest opublikowan"):
        order(page)
    private = ledgers.edition(title="Prywatny")
    make_private(private)
    with pytest.raises(NotSendableError, match="nie jest opublikowan"):
        order(private)
    with pytest.raises(NotSendableError, match="przykład"):
        order(ledgers.edition(title="Próbka", is_sample=True))
    assert not Mailing.objects.exists()


@pytest.mark.usefixtures("people_there")
def test_installation_without_a_mail_server_says_so(settings: Settings) -> None:
    settings.OUTBOX_TRANSPORT = "django.core.mail.backends.console.EmailBackend"
    with pytest.raises(NotSendableError, match="EMAIL_URL"):
        order(ledgers.edition())


@pytest.mark.usefixtures("people_there", "smtp")
def test_person_without_the_permission_cannot_order() -> None:
    nobody = get_user_model().objects.create_user("redaktor")
    with pytest.raises(NotSendableError, match="Nie możesz"):
        order(ledgers.edition(), user=nobody)
    boss = get_user_model().objects.create_superuser("szef")
    assert order(ledgers.edition(title="Drugi"), user=boss).created_by == boss


@pytest.mark.usefixtures("people_there")
def test_stopped_in_its_minute_nothing_leaves_until_it_is_resumed(smtp: SmtpServer) -> None:
    made = order(ledgers.edition())
    assert services.pause(made)
    run_after(hours=1)
    assert smtp.connections == 0

    assert services.resume(made)
    run_after(seconds=1)
    assert len(smtp.mails) == 3


@pytest.mark.usefixtures("people_there")
def test_cancelled_edition_can_be_ordered_anew(smtp: SmtpServer) -> None:
    page = ledgers.edition()
    made = order(page)
    assert services.cancel(made)
    assert not services.cancel(made)
    assert not services.resume(made)
    run_after(hours=1)
    assert smtp.connections == 0

    publish(page, title="Poprawiony")
    order(page)
    run_after(seconds=61)
    assert {str(mail.message["Subject"]) for mail in smtp.mails} == {"Poprawiony"}


@pytest.mark.usefixtures("people_there")
def test_scheduled_mailing_is_neither_early_nor_lost(smtp: SmtpServer) -> None:
    order(ledgers.edition(), starts_at=timezone.now() + timedelta(hours=5))
    run_after(hours=4.9)
    assert smtp.connections == 0
    assert not job.is_due()
    run_after(minutes=10)
    assert len(smtp.mails) == 3


@pytest.mark.usefixtures("people_there")
def test_mailing_late_by_hours_asks_before_it_goes(smtp: SmtpServer) -> None:
    made = order(ledgers.edition())
    run_after(hours=3)

    assert smtp.connections == 0
    assert fresh(made).state == State.PAUSED
    assert "nie mogła" in fresh(made).pause_reason
    services.resume(made)
    run_slice(services.JOB_NAME)
    assert len(smtp.mails) == 3


def with_event() -> tuple[NewsletterPage, Any]:
    event = EventFactory(title="Spotkanie sieci")
    block = ("events", {"heading": "", "events": [event], "limit": 5})
    return ledgers.edition(body=[("heading", "Zapraszamy"), block]), event


@pytest.mark.usefixtures("people_there")
def test_event_changed_since_the_order_asks_before_it_goes(smtp: SmtpServer) -> None:
    page, event = with_event()
    made = order(page)
    publish(event, status="cancelled")
    run_after(seconds=61)

    assert smtp.connections == 0
    assert "„Spotkanie sieci”" in fresh(made).pause_reason
    services.resume(made)
    run_slice(services.JOB_NAME)
    assert len(smtp.mails) == 3


@pytest.mark.usefixtures("people_there")
def test_withdrawn_event_stops_the_mailing_and_it_cannot_be_resumed(smtp: SmtpServer) -> None:
    page, event = with_event()
    made = order(page)
    event.unpublish()
    run_after(seconds=61)

    assert smtp.connections == 0
    assert fresh(made).state == State.PAUSED
    with pytest.raises(NotSendableError, match="Spotkanie sieci"):
        services.resume(made)
    assert fresh(made).state == State.PAUSED

    services.cancel(made)
    publish(page)
    order(page)
    run_after(seconds=61)
    assert len(smtp.mails) == 3
    assert all("Spotkanie sieci" not in copy.content.decode() for copy in smtp.mails)


@pytest.mark.usefixtures("people_there")
@pytest.mark.parametrize("withdraw", ["unpublish", "delete", "make_private"])
def test_edition_withdrawn_while_it_is_being_sent_stops(smtp: SmtpServer, withdraw: str) -> None:
    page = ledgers.edition()
    made = ledgers.mailing(ledgers.subscribers_there(), page=page)
    match withdraw:
        case "unpublish":
            page.unpublish()
        case "delete":
            page.delete()
        case _:
            make_private(page)
    run_slice(services.JOB_NAME)

    assert smtp.connections == 0
    assert fresh(made).state == State.PAUSED
    assert selectors.progress(made).counts == {"pending": 3}


def test_preparing_goes_on_where_it_was_killed(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsletters.mailings.preparing.CHUNK", 4)
    ledgers.subscribers(10)
    made = order(ledgers.edition())
    ledgers.let_time_pass(seconds=61)

    chunks = []

    def killed(*args: Any) -> None:
        chunks.append(args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("newsletters.mailings.job.send_all", killed)
        patch.setattr(
            "newsletters.mailings.preparing.audience_of_mailing",
            lambda mailing: (
                selectors.audience_of_mailing(mailing)
                if not mailing.deliveries.exists()
                else killed()
            ),
        )
        with pytest.raises(KeyboardInterrupt):
            run_slice(services.JOB_NAME)
    assert made.deliveries.count() == 4
    assert (fresh(made).state, fresh(made).prepared_at) == (State.PREPARING, None)
    assert smtp.mails == []

    run_slice(services.JOB_NAME)
    assert sorted(smtp.recipients()) == sorted(f"osoba-{n}@example.org" for n in range(10))
    assert fresh(made).audience == 10


@pytest.mark.usefixtures("people_there", "smtp")
def test_controller_that_changes_before_the_start_stops_it() -> None:
    made = order(ledgers.edition())
    ledgers.clause("Nowy operator (przykład)")
    run_after(seconds=61)
    assert fresh(made).state == State.PAUSED
    assert "administrator" in fresh(made).pause_reason


def test_trial_goes_to_one_address_and_its_links_lead_to_nobody(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ledgers.clause()
    services.send_test(page=ledgers.edition(), to="redaktorka@example.org")

    [message] = django_mail.outbox
    assert message.to == ["redaktorka@example.org"]
    assert message.subject == "[Próba] Biuletyn 1/2026"
    assert "Treść biuletynu." in message.body
    assert not Mailing.objects.exists()


@pytest.mark.usefixtures("people_there", "smtp")
def test_edition_that_shows_a_sample_is_not_ordered_for_nobody() -> None:
    ledgers.subscriber("ktos@inna-domena.pl")
    Subscriber.objects.exclude(email="ktos@inna-domena.pl").delete()
    event = EventFactory(title="Przykładowe", is_sample=True)
    block = ("events", {"heading": "", "events": [event], "limit": 5})
    page = ledgers.edition(body=[("heading", "Zapraszamy"), block])

    with pytest.raises(NotSendableError, match="Nie ma do kogo"):
        order(page)
    assert not Mailing.objects.exists()


def test_trial_of_a_sample_edition_goes_to_no_real_mailbox(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page = ledgers.edition(is_sample=True)
    with pytest.raises(NotSendableError, match=r"example\.org"):
        services.send_test(page=page, to="redaktorka@inna-domena.pl")
    services.send_test(page=page, to="redaktorka@example.org")
    assert [message.to for message in django_mail.outbox] == [["redaktorka@example.org"]]


@pytest.mark.usefixtures("people_there")
def test_mailing_of_a_restored_backup_asks_before_it_goes_on(smtp: SmtpServer) -> None:
    made = ledgers.mailing(ledgers.subscribers_there(), epoch=uuid4())
    run_slice(services.JOB_NAME)
    assert smtp.connections == 0
    assert "kopię zapasową" in fresh(made).pause_reason
    services.resume(made)
    run_slice(services.JOB_NAME)
    assert len(smtp.mails) == 3


@pytest.mark.usefixtures("people_there", "smtp")
def test_mailing_paused_in_a_backup_asks_once_when_it_is_resumed() -> None:
    made = ledgers.mailing(ledgers.subscribers_there(), epoch=uuid4(), state=State.PAUSED)
    with pytest.raises(NotSendableError, match="kopię zapasową"):
        services.resume(made)
    assert services.resume(made)


@pytest.mark.usefixtures("people_there")
def test_document_hidden_for_a_moment_makes_the_mailing_wait_not_stop(smtp: SmtpServer) -> None:
    page, event = with_event()
    document = document_of(event)
    made = ledgers.mailing(
        ledgers.subscribers_there(), page=page, documents={str(document.pk): document.sequence}
    )
    Document.objects.filter(pk=document.pk).update(is_live=False, dirty_at=timezone.now())
    run_slice(services.JOB_NAME)
    assert smtp.connections == 0
    assert fresh(made).retry_at is not None

    Document.objects.filter(pk=document.pk).update(is_live=True, dirty_at=None)
    run_after(minutes=1)
    assert len(smtp.mails) == 3
