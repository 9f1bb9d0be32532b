"""Mail that Django sends is queued in the transaction and sent by the worker, once."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.core.mail import BadHeaderError, EmailMultiAlternatives, send_mail
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from cms.jobs import registry
from cms.jobs.deadline import Deadline
from cms.jobs.tasks import run_slice
from newsletters.outbox import job, queue
from newsletters.outbox.models import OutgoingMail
from tests.newsletters.outbox.conftest import MailServer

State = OutgoingMail.State
pytestmark = pytest.mark.django_db


def send(*recipients: str, subject: str = "Zażółć gęślą jaźń") -> None:
    send_mail(subject, "Treść: łódź", "razem@example.org", recipients or ["anna@example.org"])


def send_later(seconds: float) -> None:
    """Let so much time pass for every mail."""
    for mail in OutgoingMail.objects.all():
        mail.next_at -= timedelta(seconds=seconds)
        if mail.lease_until:
            mail.lease_until -= timedelta(seconds=seconds)
        mail.created_at -= timedelta(seconds=seconds)
        mail.save()


def test_mail_is_queued_then_delivered_once_and_its_row_deleted(mail_server: MailServer) -> None:
    send()
    assert mail_server.mailbox.mails == []
    assert OrmQ.objects.count() == 1

    run_slice("outbox")
    run_slice("outbox")

    [mail] = mail_server.mailbox.mails
    assert mail.mail_from == "razem@example.org"
    assert mail.rcpt_tos == ["anna@example.org"]
    content = email.message_from_bytes(mail.original_content, policy=email.policy.default)
    assert content["Subject"] == "Zażółć gęślą jaźń"
    assert content.get_content().rstrip() == "Treść: łódź"
    assert not OutgoingMail.objects.exists()


def test_mail_to_several_reaches_each_without_showing_blind_copies(
    mail_server: MailServer,
) -> None:
    message = EmailMultiAlternatives(
        "Zaproszenie",
        "tekst",
        "COP (przykład) <razem@example.org>",
        ["Anna <anna@example.org>"],
        bcc=["jan@example.org", "jan@example.org"],
    )
    message.attach_alternative("<p>HTML</p>", "text/html")

    assert message.send() == 1
    run_slice("outbox")

    assert sorted(mail_server.mailbox.recipients()) == ["anna@example.org", "jan@example.org"]
    assert len({mail.original_content for mail in mail_server.mailbox.mails}) == 1
    assert b"jan@example.org" not in mail_server.mailbox.mails[0].original_content
    assert len(mail_server.mailbox.sessions) == 1


@pytest.mark.django_db(transaction=True)
def test_mail_in_a_transaction_rolled_back_is_not_sent(mail_server: MailServer) -> None:
    with transaction.atomic():
        send()
        transaction.set_rollback(True)

    run_slice("outbox")

    assert mail_server.mailbox.mails == []
    assert not OutgoingMail.objects.exists()
    assert not OrmQ.objects.exists()


def test_mail_while_the_server_is_down_is_kept_and_delivered_after(
    mail_server: MailServer,
) -> None:
    mail_server.stop()
    send("anna@example.org", "jan@example.org")

    run_slice("outbox")

    tried, untried = OutgoingMail.objects.order_by("pk")
    assert (tried.state, tried.attempts) == (State.WAITING, 1)
    assert tried.reason == "ConnectionRefusedError"
    assert tried.next_at > timezone.now()
    assert (untried.state, untried.attempts) == (State.WAITING, 0)

    mail_server.start()
    send_later(60)
    assert job.is_due()
    run_slice("outbox")

    assert sorted(mail_server.mailbox.recipients()) == ["anna@example.org", "jan@example.org"]
    assert not OutgoingMail.objects.exists()


def test_mail_refused_for_good_stays_with_its_reason(mail_server: MailServer) -> None:
    mail_server.mailbox.refusals = {"gone@example.org": "550 No such user gone@example.org"}
    send("gone@example.org", "anna@example.org")

    run_slice("outbox")

    [failed] = OutgoingMail.objects.all()
    assert (failed.state, failed.recipient, failed.reason) == (
        State.FAILED,
        "gone@example.org",
        "SMTP 550",
    )
    assert mail_server.mailbox.recipients() == ["anna@example.org"]
    assert not job.is_due()


def test_mail_refused_for_now_is_tried_again_and_given_up_after_three_days(
    mail_server: MailServer,
) -> None:
    mail_server.mailbox.refusals = {"grey@example.org": "451 Greylisted"}
    send("grey@example.org", "anna@example.org")

    run_slice("outbox")

    [waiting] = OutgoingMail.objects.all()
    assert (waiting.state, waiting.reason) == (State.WAITING, "SMTP 451")
    assert mail_server.mailbox.recipients() == ["anna@example.org"]

    send_later(3 * 24 * 3600)
    run_slice("outbox")

    assert OutgoingMail.objects.get().state == State.FAILED


def test_mail_refused_after_its_content_is_failed(mail_server: MailServer) -> None:
    mail_server.mailbox.data_reply = "554 Looks like spam"
    send()

    run_slice("outbox")

    assert OutgoingMail.objects.get().reason == "SMTP 554"


def test_mail_when_the_server_shuts_down_does_not_burn_the_others(
    mail_server: MailServer,
) -> None:
    mail_server.mailbox.refusals = {"anna@example.org": "421 Shutting down"}
    send("anna@example.org", "jan@example.org")

    run_slice("outbox")

    assert list(OutgoingMail.objects.order_by("pk").values_list("state", "attempts")) == [
        (State.WAITING, 1),
        (State.WAITING, 0),
    ]


def test_mail_to_something_that_is_no_address_fails_and_the_others_go(
    mail_server: MailServer,
) -> None:
    send("no address at all@@", "anna@example.org")

    run_slice("outbox")

    assert OutgoingMail.objects.get().state == State.FAILED
    assert mail_server.mailbox.recipients() == ["anna@example.org"]


def test_mail_claimed_by_a_worker_that_died_is_sent_after_its_lease(
    mail_server: MailServer,
) -> None:
    send()
    assert len(queue.claim()) == 1
    assert queue.claim() == []
    assert not job.is_due()

    send_later(queue.LEASE.total_seconds())
    assert job.is_due()
    run_slice("outbox")

    assert mail_server.mailbox.recipients() == ["anna@example.org"]


def test_worker_that_slept_past_its_lease_neither_sends_nor_writes(
    mail_server: MailServer,
) -> None:
    send()
    [mine] = queue.claim()
    send_later(queue.LEASE.total_seconds())
    [theirs] = queue.claim()
    mine.refresh_from_db(fields=["lease_until"])
    mine.lease_until = timezone.now() - timedelta(seconds=1)

    assert not queue.is_mine(mine)
    queue.refused(mine, "late")
    queue.accepted(mine)

    theirs.refresh_from_db()
    assert theirs.state == State.CLAIMED
    assert theirs.reason == ""


def test_mail_that_ends_every_worker_is_parked(mail_server: MailServer) -> None:
    send()
    OutgoingMail.objects.update(attempts=queue.MOST_ATTEMPTS)

    run_slice("outbox")

    assert OutgoingMail.objects.get().state == State.FAILED
    assert mail_server.mailbox.mails == []


def test_failed_mail_is_forgotten_after_a_month(mail_server: MailServer) -> None:
    send()
    OutgoingMail.objects.update(state=State.FAILED)
    send_later(queue.KEEP_FAILED.total_seconds())

    assert job.is_due()
    run_slice("outbox")

    assert not OutgoingMail.objects.exists()


def test_slice_at_its_deadline_gives_back_what_it_claimed(mail_server: MailServer) -> None:
    send()

    assert job.run(Deadline("outbox", seconds=0)) is True

    assert mail_server.mailbox.mails == []
    assert OutgoingMail.objects.get().state == State.WAITING


def test_batches_go_on_until_nothing_is_due(mail_server: MailServer) -> None:
    send(*[f"person{number}@example.org" for number in range(queue.BATCH + 2)])

    assert job.run(Deadline("outbox")) is False

    assert len(mail_server.mailbox.mails) == queue.BATCH + 2


def test_retries_wait_longer_each_time_up_to_an_hour() -> None:
    for attempts, seconds in ((1, 30), (2, 60), (3, 120), (50, 3600)):
        wait = queue.retry_after(attempts).total_seconds()
        assert seconds * 0.5 <= wait <= seconds * 1.5


def test_header_injection_is_refused_at_once(mail_server: MailServer) -> None:
    with pytest.raises(BadHeaderError):
        send(subject="Hello\nBcc: everybody@example.org")

    assert not OutgoingMail.objects.exists()


def test_message_without_recipients_queues_nothing(mail_server: MailServer) -> None:
    assert EmailMultiAlternatives("Nobody", "text", "razem@example.org", []).send() == 0

    assert not OutgoingMail.objects.exists()


def test_log_holds_ids_only(mail_server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    mail_server.mailbox.refusals = {"gone@example.org": "550 No such user gone@example.org"}
    send("gone@example.org", "anna@example.org")

    run_slice("outbox")

    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert "mail_not_accepted" in str(ours)
    assert "example.org" not in str(ours)


def test_outbox_is_registered() -> None:
    assert registry.get("outbox") is job.JOB


@pytest.mark.parametrize("transport", ["console", "locmem", "filebased"])
def test_mail_goes_through_djangos_other_backends(
    mail_server: MailServer,
    settings: object,
    tmp_path: object,
    capsys: pytest.CaptureFixture[str],
    transport: str,
) -> None:
    settings.OUTBOX_TRANSPORT = f"django.core.mail.backends.{transport}.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_FILE_PATH = str(tmp_path)  # type: ignore[attr-defined]
    send()

    run_slice("outbox")

    assert not OutgoingMail.objects.exists()
    if transport == "console":
        assert "Subject: =?utf-8?" in capsys.readouterr().out
