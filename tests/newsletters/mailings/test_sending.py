"""A mailing sent to a real server, and to one that misbehaves."""

import itertools
import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from cms.jobs.tasks import run_slice
from newsletters.mailings import job, ledger, selectors, services
from newsletters.mailings.models import Delivery, Mailing
from newsletters.subscribers import services as people
from newsletters.subscribers.models import Consent, Subscriber, Suppression
from tests.newsletters.mailings import ledgers
from tests.newsletters.smtp_server import Drop, Hang, SmtpServer, Stage, first_times

pytestmark = pytest.mark.django_db
State = Mailing.State


def send() -> None:
    run_slice(services.JOB_NAME)


def fresh(made: Mailing) -> Mailing:
    return Mailing.objects.get(pk=made.pk)


def counts(made: Mailing) -> dict[str, int]:
    return selectors.progress(made).counts


def test_mailing_reaches_everybody_once_and_finishes(smtp: SmtpServer) -> None:
    made = ledgers.mailing(ledgers.subscribers(45))

    send()
    send()

    assert sorted(smtp.recipients()) == sorted(
        f"osoba-{number}@example.org" for number in range(45)
    )
    assert counts(made) == {"accepted": 45}
    assert fresh(made).state == State.FINISHED
    assert fresh(made).finished_at is not None
    assert smtp.connections == 1
    assert len({mail.message_id for mail in smtp.mails}) == 45
    assert not job.is_due()


def test_each_copy_holds_its_recipients_own_link(smtp: SmtpServer) -> None:
    ledgers.mailing(ledgers.subscribers(3))
    send()

    links = {mail.recipient: mail.message["List-Unsubscribe"] for mail in smtp.mails}
    assert len(set(links.values())) == 3
    for address, link in links.items():
        other = set(links.values()) - {link}
        [copy] = [mail for mail in smtp.mails if mail.recipient == address]
        body = copy.content.decode()
        assert link.strip("<>") in body
        assert not any(one.strip("<>") in body for one in other)


def test_refused_and_deferred_addresses_end_apart_and_in_words(smtp: SmtpServer) -> None:
    smtp.script.rcpt = {
        "osoba-0@example.org": "550 5.1.1 No such user",
        "osoba-1@example.org": "450 4.2.0 Greylisted",
    }
    made = ledgers.mailing(ledgers.subscribers(4))
    send()

    assert counts(made) == {"accepted": 2, "deferred": 1, "failed": 1}
    assert fresh(made).state == State.SENDING
    refused = made.deliveries.get(state="failed")
    assert "nie ma takiego adresu (550 5.1.1)" in refused.reason

    smtp.script.rcpt = {}
    ledgers.let_time_pass(hours=1)
    send()
    assert counts(made) == {"accepted": 3, "failed": 1}
    assert fresh(made).state == State.FINISHED
    assert max(smtp.copies().values()) == 1


def test_greylisted_address_gets_its_copy_under_the_same_message_id(smtp: SmtpServer) -> None:
    smtp.script.dot = first_times(1, "451 4.7.1 Greylisted")
    made = ledgers.mailing(ledgers.subscribers(1))
    before = made.deliveries.get().message_id
    send()
    ledgers.let_time_pass(hours=1)
    send()

    [mail] = smtp.mails
    assert before.hex in mail.message_id


@pytest.mark.parametrize(
    ("disturb", "word"),
    [
        (lambda script: setattr(script, "is_unavailable", True), "421"),
        (lambda script: setattr(script, "is_auth_required", True), "EMAIL_URL"),
        (lambda script: setattr(script, "mail", "451 4.3.0 Disk full"), "451"),
        (lambda script: setattr(script, "mail", "550 5.7.1 Sender refused"), "550"),
        (lambda script: setattr(script, "rcpt", "421 4.7.0 Closing"), "421"),
    ],
)
def test_server_in_trouble_pauses_the_mailing_in_words_and_it_goes_on_by_itself(
    smtp: SmtpServer, disturb: Callable[[Any], None], word: str
) -> None:
    disturb(smtp.script)
    made = ledgers.mailing(ledgers.subscribers(5))
    send()

    paused = fresh(made)
    assert paused.state == State.PAUSED
    assert word in paused.pause_reason
    assert paused.retry_at is not None
    assert paused.retry_at > timezone.now()
    # No recipient pays for it.
    assert counts(made) == {"pending": 5}
    assert set(made.deliveries.values_list("attempts", flat=True)) == {0}
    assert not job.is_due()

    smtp.script.is_unavailable = smtp.script.is_auth_required = False
    smtp.script.mail = smtp.script.rcpt = ""
    ledgers.let_time_pass(minutes=1)
    assert job.is_due()
    send()
    assert counts(made) == {"accepted": 5}
    assert (fresh(made).state, fresh(made).server_failures) == (State.FINISHED, 0)


def test_server_that_stays_ill_is_asked_less_and_less_often(smtp: SmtpServer) -> None:
    smtp.stop()
    made = ledgers.mailing(ledgers.subscribers(1))
    rests = []
    for _ in range(7):
        send()
        paused = fresh(made)
        assert paused.retry_at is not None
        rests.append((paused.retry_at - timezone.now()).total_seconds())
        ledgers.let_time_pass(minutes=20)
    assert [round(rest) for rest in rests] == sorted(round(rest) for rest in rests)
    assert rests[0] < 20
    assert rests[-1] > 800


def test_connection_lost_within_a_transfer_sends_that_mail_later(smtp: SmtpServer) -> None:
    smtp.script.faults = [Drop(Stage.CONTENT, after_mails=1, times=1)]
    html = ledgers.HTML + "<p>x</p>\n" * 1_000_000  # more than the kernel takes without a reader
    made = ledgers.mailing(ledgers.subscribers(3), html=html)
    send()
    assert counts(made) == {"accepted": 2, "deferred": 1}

    ledgers.let_time_pass(hours=1)
    send()
    assert counts(made) == {"accepted": 3}
    assert set(smtp.copies().values()) == {1}


def test_mail_without_an_answer_is_uncertain_named_and_never_sent_again_by_itself(
    smtp: SmtpServer,
) -> None:
    smtp.script.faults = [Drop(Stage.DOT, ["osoba-2@example.org"], is_taken=True)]
    made = ledgers.mailing(ledgers.subscribers(4))
    send()
    ledgers.let_time_pass(days=1)
    send()

    assert ledgers.states(made)["osoba-2@example.org"] == "uncertain"
    assert counts(made) == {"accepted": 3, "uncertain": 1}
    assert fresh(made).state == State.FINISHED
    assert set(smtp.copies().values()) == {1}

    smtp.script.faults = []
    assert services.resend_uncertain(made) == 1
    send()
    assert counts(made) == {"accepted": 4}
    assert smtp.copies()["osoba-2@example.org"] == 2


def test_server_that_never_answers_is_stopped_for_a_person(smtp: SmtpServer) -> None:
    smtp.script.faults = [Drop(Stage.DOT)]
    made = ledgers.mailing(ledgers.subscribers(10))
    send()

    assert counts(made) == {"uncertain": 3, "pending": 7}
    assert fresh(made).state == State.PAUSED
    assert fresh(made).retry_at is None
    assert "nie potwierdził" in fresh(made).pause_reason


def test_server_that_refuses_everybody_is_stopped_for_a_person(smtp: SmtpServer) -> None:
    smtp.script.rcpt = "554 5.7.1 Relay access denied"
    made = ledgers.mailing(ledgers.subscribers(50))
    send()

    assert counts(made) == {"failed": 20, "pending": 30}
    assert fresh(made).state == State.PAUSED
    smtp.script.rcpt = ""
    services.resume(made)
    send()
    assert services.retry_failed(made) == 20
    send()
    assert counts(made) == {"accepted": 50}


def leave(subscriber: Subscriber) -> None:
    people.leave(subscriber_id=subscriber.pk, source=Consent.Source.LINK)


def block(subscriber: Subscriber) -> None:
    people.suppress(address=subscriber.email, reason=Suppression.Reason.COMPLAINED)


def before_transfer(
    monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], object]
) -> None:
    """Have something happen right before the transfer of the mail with that number, from 1."""
    begin, asked = ledger.begin, itertools.count(1)

    def begin_late(delivery: Delivery, **others: Delivery | None) -> bool:
        if next(asked) == number:
            act()
        return begin(delivery, **others)

    monkeypatch.setattr("newsletters.mailings.ledger.begin", begin_late)


@pytest.mark.parametrize("act", [leave, block])
def test_person_who_left_or_was_blocked_while_queued_is_not_mailed(
    smtp: SmtpServer, act: Callable[[Subscriber], None]
) -> None:
    everyone = ledgers.subscribers(3)
    made = ledgers.mailing(everyone)
    act(everyone[1])
    send()

    assert ledgers.states(made) == {
        "osoba-0@example.org": "accepted",
        "osoba-1@example.org": "suppressed",
        "osoba-2@example.org": "accepted",
    }
    assert made.deliveries.get(state="suppressed").reason
    assert "osoba-1@example.org" not in smtp.attempts


def test_person_who_leaves_between_claim_and_transfer_is_not_mailed(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    [person] = ledgers.subscribers(1)
    made = ledgers.mailing([person])
    before_transfer(monkeypatch, 1, lambda: leave(person))
    send()

    assert smtp.attempts == {person.email: 1}
    assert smtp.mails == []
    assert counts(made) == {"suppressed": 1}


def test_erased_subscriber_is_not_mailed_and_stays_counted(smtp: SmtpServer) -> None:
    everyone = ledgers.subscribers(2)
    made = ledgers.mailing(everyone)
    people.erase(subscriber_id=everyone[0].pk)
    send()

    assert counts(made) == {"accepted": 1, "suppressed": 1}
    assert smtp.recipients() == ["osoba-1@example.org"]


def test_sample_subscriber_is_never_mailed_outside_the_demo(smtp: SmtpServer) -> None:
    sample = ledgers.subscriber("probka@example.org", is_sample=True)
    made = ledgers.mailing([sample])
    send()

    assert counts(made) == {"suppressed": 1}
    assert smtp.connections == 0


def test_sample_subscriber_in_the_demo_is_mailed_on_this_machine_only(
    smtp: SmtpServer, settings: Settings
) -> None:
    settings.IS_DEMO = True
    first = ledgers.mailing([ledgers.subscriber("probka-1@example.org", is_sample=True)])
    send()
    assert counts(first) == {"accepted": 1}

    settings.LOOPBACK_HOSTS = frozenset({"localhost"})
    second = ledgers.mailing([ledgers.subscriber("probka-2@example.org", is_sample=True)])
    send()
    assert counts(second) == {"suppressed": 1}


def test_sample_edition_goes_to_sample_addresses_only(smtp: SmtpServer, settings: Settings) -> None:
    settings.IS_DEMO = True
    everyone = [ledgers.subscriber("ktos@inna-domena.pl"), ledgers.subscriber("ktos@example.org")]
    made = ledgers.mailing(everyone, is_sample=True)
    send()

    assert ledgers.states(made) == {
        "ktos@inna-domena.pl": "suppressed",
        "ktos@example.org": "accepted",
    }
    assert smtp.recipients() == ["ktos@example.org"]


def test_paused_mailing_stops_within_a_batch_and_resumes_where_it_was(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ledgers.mailing(ledgers.subscribers(10))
    before_transfer(monkeypatch, 4, lambda: services.pause(made))
    send()

    assert fresh(made).state == State.PAUSED
    assert counts(made) == {"accepted": 3, "pending": 7}
    services.resume(made)
    send()
    assert counts(made) == {"accepted": 10}
    assert Counter(smtp.copies().values()) == {1: 10}


def test_cancelled_mailing_sends_no_more_and_every_recipient_has_a_final_state(
    smtp: SmtpServer,
) -> None:
    made = ledgers.mailing(ledgers.subscribers(5))
    assert services.cancel(made)
    send()

    assert smtp.mails == []
    assert counts(made) == {"cancelled": 5}
    assert not job.is_due()


def test_recipient_at_whom_the_server_closes_the_connection_does_not_hold_up_the_others(
    smtp: SmtpServer,
) -> None:
    smtp.script.rcpt = {"osoba-0@example.org": "421 4.7.0 Policy"}
    made = ledgers.mailing(ledgers.subscribers(5))
    send()
    assert fresh(made).state == State.PAUSED

    ledgers.let_time_pass(minutes=1)
    send()
    assert ledgers.states(made)["osoba-0@example.org"] == "pending"
    assert counts(made) == {"accepted": 4, "pending": 1}


@pytest.mark.parametrize("reply", ["251 2.0.0 Ok", "299 Taken"])
def test_every_positive_answer_to_a_mail_means_that_it_was_taken(
    smtp: SmtpServer, reply: str
) -> None:
    smtp.script.dot = reply
    made = ledgers.mailing(ledgers.subscribers(2))
    send()
    assert counts(made) == {"accepted": 2}


def test_answer_that_is_none_leaves_the_mail_uncertain(smtp: SmtpServer) -> None:
    smtp.script.dot = {"osoba-0@example.org": "queued as 12345"}
    made = ledgers.mailing(ledgers.subscribers(2))
    send()
    ledgers.let_time_pass(days=1)
    send()
    assert counts(made) == {"accepted": 1, "uncertain": 1}


class RefusesEhlo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 localhost ESMTP\r\n")
        while self.rfile.readline():
            self.wfile.write(b"421 4.3.2 Closing\r\n")


def test_server_that_fails_at_ehlo_pauses_the_mailing_and_costs_no_attempt(
    smtp: SmtpServer, settings: Settings
) -> None:
    made = ledgers.mailing(ledgers.subscribers(3))
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), RefusesEhlo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_PORT = server.server_address[1]
        send()
        server.shutdown()

    assert fresh(made).state == State.PAUSED
    assert fresh(made).retry_at is not None
    assert counts(made) == {"pending": 3}
    assert set(made.deliveries.values_list("attempts", flat=True)) == {0}


def test_error_of_our_own_costs_only_the_one_in_hand(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ledgers.mailing(ledgers.subscribers(5))

    def fail() -> None:
        raise RuntimeError("broken")

    before_transfer(monkeypatch, 2, fail)
    send()
    assert counts(made) == {"accepted": 1, "claimed": 1, "pending": 3}
    assert sorted(made.deliveries.values_list("attempts", flat=True)) == [0, 0, 0, 1, 1]


def test_accepted_mail_is_recorded_before_the_server_is_waited_for_about_the_next(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is killed while the server thinks about the next one leaves no uncertain mail."""
    smtp.script.faults = [Hang(Stage.RCPT, addresses=["osoba-1@example.org"])]
    made = ledgers.mailing(ledgers.subscribers(2))
    record, seen = ledger.accepted, []

    def record_and_go_on(delivery: Delivery) -> bool:
        is_recorded = record(delivery)
        seen.append(ledgers.states(made))
        smtp.release()
        return is_recorded

    monkeypatch.setattr("newsletters.mailings.ledger.accepted", record_and_go_on)
    send()

    assert seen[0] == {"osoba-0@example.org": "accepted", "osoba-1@example.org": "claimed"}
    assert set(ledgers.states(made).values()) == {"accepted"}


def test_several_mails_to_a_server_that_pipelines_reach_each_recipient_once(
    smtp: SmtpServer,
) -> None:
    smtp.script.rcpt = {"osoba-3@example.org": "550 5.1.1 No such user"}
    made = ledgers.mailing(ledgers.subscribers(60))
    send()

    states = ledgers.states(made)
    assert states.pop("osoba-3@example.org") == "failed"
    assert set(states.values()) == {"accepted"}
    assert sorted(smtp.recipients()) == sorted(states)
