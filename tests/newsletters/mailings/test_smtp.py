"""A session with a server that misbehaves: what is known of the mail afterwards."""

import time
from collections.abc import Callable

import pytest

from newsletters.mailings.smtp import (
    Envelope,
    NoTimeError,
    Outcome,
    Result,
    ServerTroubleError,
    Session,
)
from tests.newsletters.smtp_server import Drop, Hang, SmtpServer, Stage

CONTENT = (
    "Subject: Test\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\nłódź\r\n"
).encode()


def send(
    session: Session,
    recipient: str = "anna@example.org",
    *,
    may_go: Callable[[], bool] = bool,
    following: str = "",
) -> Outcome:
    before_dot = may_go if may_go is not bool else lambda: True
    return session.send(
        to(recipient),
        content=CONTENT,
        before_dot=before_dot,
        following=to(following) if following else None,
    )


def to(recipient: str) -> Envelope:
    return Envelope("biuletyn@example.org", recipient)


def new_session(seconds: float = 60) -> Session:
    return Session(ends_at=time.monotonic() + seconds)


def test_mails_on_one_connection_are_accepted_as_they_are(smtp: SmtpServer) -> None:
    with new_session() as session:
        assert send(session) == Outcome(Result.ACCEPTED)
        assert send(session, "jan@example.org") == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == ["anna@example.org", "jan@example.org"]
    assert smtp.connections == 1
    assert smtp.mails[0].content == CONTENT
    assert "BODY=8BITMIME" in [option.upper() for option in smtp.mails[0].options]


def test_server_without_8bitmime_gets_ascii(smtp: SmtpServer) -> None:
    smtp.script.extensions = []
    with new_session() as session:
        assert send(session).result is Result.ACCEPTED

    assert smtp.mails[0].content.isascii()
    assert smtp.mails[0].message.get_content().strip() == "łódź"


@pytest.mark.parametrize(
    ("reply", "result", "word"),
    [
        ("450 4.2.0 Later anna@example.org", Result.DEFERRED, "450 4.2.0"),
        ("452 4.2.2 Mailbox full", Result.DEFERRED, "pełna"),
        ("550 5.1.1 No such user anna@example.org", Result.REFUSED, "nie ma takiego adresu"),
        ("554 5.7.1 Spam", Result.REFUSED, "nie przyjmuje naszych"),
        ("550 no", Result.REFUSED, "550"),
    ],
)
def test_answer_about_the_recipient_concerns_only_it(
    smtp: SmtpServer, reply: str, result: Result, word: str
) -> None:
    smtp.script.rcpt = {"anna@example.org": reply}
    with new_session() as session:
        refused, taken = send(session), send(session, "jan@example.org")

    assert refused.result is result
    assert word in refused.reason
    assert "anna" not in refused.reason
    assert taken.result is Result.ACCEPTED
    assert smtp.connections == 1


@pytest.mark.parametrize("at", ["data", "dot"])
@pytest.mark.parametrize(
    ("reply", "result"),
    [("451 4.3.0 Later", Result.DEFERRED), ("554 5.6.0 Bad content", Result.REFUSED)],
)
def test_answer_about_the_content_is_that_mails_outcome(
    smtp: SmtpServer, at: str, reply: str, result: Result
) -> None:
    setattr(smtp.script, at, {"anna@example.org": reply})
    with new_session() as session:
        assert send(session).result is result
        assert send(session, "jan@example.org").result is Result.ACCEPTED


def test_connection_lost_within_the_content_means_not_sent(smtp: SmtpServer) -> None:
    smtp.script.faults = [Drop(Stage.CONTENT, times=1)]
    with new_session() as session:
        lost, taken = send(session), send(session, "jan@example.org")

    assert lost.result in {Result.DEFERRED, Result.UNCERTAIN}
    assert taken.result is Result.ACCEPTED
    assert smtp.copies() == {"jan@example.org": 1}


@pytest.mark.parametrize("is_taken", [True, False])
def test_connection_lost_after_the_final_dot_means_unknown(
    smtp: SmtpServer, is_taken: bool
) -> None:
    smtp.script.faults = [Drop(Stage.DOT, times=1, is_taken=is_taken)]
    with new_session() as session:
        outcome = send(session)

    assert outcome.result is Result.UNCERTAIN
    assert "nie potwierdził" in outcome.reason


def test_silence_after_the_final_dot_means_unknown(smtp: SmtpServer, settings: object) -> None:
    settings.EMAIL_TIMEOUT = 0.5  # type: ignore[attr-defined]
    smtp.script.faults = [Hang(Stage.DOT)]
    with new_session() as session:
        assert send(session).result is Result.UNCERTAIN


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.MAIL, Stage.RCPT])
def test_connection_lost_before_the_transfer_is_the_servers_trouble(
    smtp: SmtpServer, stage: Stage
) -> None:
    smtp.script.faults = [Drop(stage)]
    begun = []
    with new_session() as session, pytest.raises(ServerTroubleError):
        send(session, may_go=lambda: begun.append(1) is None)

    assert begun == []
    assert smtp.mails == []


def test_unavailable_server_is_trouble_in_words(smtp: SmtpServer) -> None:
    smtp.script.is_unavailable = True
    with new_session() as session, pytest.raises(ServerTroubleError, match="421") as caught:
        send(session)
    assert caught.value.is_crowded


def test_nobody_at_the_port_is_trouble_in_words(smtp: SmtpServer) -> None:
    smtp.stop()
    with new_session() as session, pytest.raises(ServerTroubleError, match="Nikt nie odpowiada"):
        send(session)


@pytest.mark.parametrize(("auth", "is_required"), [("535 5.7.8 Wrong password", False), ("", True)])
def test_refused_login_is_trouble_that_names_the_setting(
    smtp: SmtpServer, settings: object, auth: str, is_required: bool
) -> None:
    if auth:
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "razem"  # type: ignore[attr-defined]
    smtp.script.auth, smtp.script.is_auth_required = auth, is_required
    with new_session() as session, pytest.raises(ServerTroubleError, match="EMAIL_URL"):
        send(session)


def test_connection_closed_after_so_many_mails_is_replaced(smtp: SmtpServer) -> None:
    smtp.script.most_mails_per_connection = 2
    with new_session() as session:
        outcomes = [send(session, f"osoba-{number}@example.org") for number in range(5)]

    assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}
    assert smtp.connections == 3


def test_mail_that_must_not_go_is_not_begun_and_the_next_goes(smtp: SmtpServer) -> None:
    with new_session() as session:
        assert send(session, may_go=lambda: False).result is Result.NOT_BEGUN
        assert send(session, "jan@example.org").result is Result.ACCEPTED

    assert smtp.recipients() == ["jan@example.org"]


def test_content_without_the_dot_is_no_mail(smtp: SmtpServer) -> None:
    seen = []

    def look_and_refuse() -> bool:
        seen.append(smtp.wait_until(lambda: smtp.transfers > 0))
        return False

    with new_session() as session:
        assert send(session, may_go=look_and_refuse).result is Result.NOT_BEGUN
    assert seen == [True]
    assert smtp.mails == []


def test_error_before_the_dot_ends_the_transfer_without_a_mail(smtp: SmtpServer) -> None:
    def fail() -> bool:
        raise RuntimeError

    with new_session() as session:
        with pytest.raises(RuntimeError):
            send(session, may_go=fail)
        assert send(session, JAN) == Outcome(Result.ACCEPTED)
    assert smtp.recipients() == [JAN]


def test_transfer_is_not_begun_with_too_little_time_left(smtp: SmtpServer) -> None:
    with new_session(seconds=3) as session, pytest.raises(NoTimeError):
        send(session)
    assert smtp.mails == []


# --- The next envelope, sent after the final dot of the one before (RFC 2920) ---------------------

ANNA, JAN, EWA = "anna@example.org", "jan@example.org", "ewa@example.org"


def test_next_envelope_follows_the_dot_where_the_server_takes_it(smtp: SmtpServer) -> None:
    with new_session() as session:
        assert send(session, ANNA, following=JAN) == Outcome(Result.ACCEPTED)
        assert smtp.wait_until(lambda: smtp.attempts[JAN] == 1)
        assert send(session, JAN) == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == [ANNA, JAN]
    assert (smtp.attempts[JAN], smtp.connections) == (1, 1)


def test_server_that_does_not_pipeline_gets_one_command_at_a_time(smtp: SmtpServer) -> None:
    smtp.script.extensions = ["8BITMIME"]
    with new_session() as session:
        assert send(session, ANNA, following=JAN) == Outcome(Result.ACCEPTED)
        assert smtp.attempts[JAN] == 0
        assert send(session, JAN) == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == [ANNA, JAN]


def test_next_is_sent_anew_after_the_connection_broke_at_the_dot(smtp: SmtpServer) -> None:
    smtp.script.faults = [Drop(Stage.DOT, addresses=[ANNA], times=1, is_taken=True)]
    with new_session() as session:
        assert send(session, ANNA, following=JAN).result is Result.UNCERTAIN
        assert send(session, JAN) == Outcome(Result.ACCEPTED)

    assert smtp.copies() == {ANNA: 1, JAN: 1}
    assert smtp.connections == 2


@pytest.mark.parametrize(
    ("reply", "result"),
    [("452 4.3.1 Full", Result.DEFERRED), ("554 5.7.1 Spam", Result.REFUSED)],
)
def test_refused_content_does_not_hinder_the_next(
    smtp: SmtpServer, reply: str, result: Result
) -> None:
    smtp.script.dot = {ANNA: reply}
    with new_session() as session:
        assert send(session, ANNA, following=JAN).result is result
        assert send(session, JAN, following=EWA) == Outcome(Result.ACCEPTED)
        assert send(session, EWA) == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == [JAN, EWA]
    assert smtp.connections == 1


@pytest.mark.parametrize("reply", ["550 5.1.1 No such user", "450 4.2.0 Later"])
def test_refused_recipient_sent_ahead_does_not_hinder_the_one_after(
    smtp: SmtpServer, reply: str
) -> None:
    smtp.script.rcpt = {JAN: reply}
    with new_session() as session:
        assert send(session, ANNA, following=JAN) == Outcome(Result.ACCEPTED)
        refused = send(session, JAN, following=EWA)
        assert refused.is_about_address
        assert send(session, EWA) == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == [ANNA, EWA]


def test_envelope_sent_ahead_goes_over_a_new_connection_if_the_server_ends_this_one(
    smtp: SmtpServer,
) -> None:
    smtp.script.most_mails_per_connection = 1
    with new_session() as session:
        for recipient, following in ((ANNA, JAN), (JAN, EWA), (EWA, "")):
            assert send(session, recipient, following=following) == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == [ANNA, JAN, EWA]
    assert smtp.connections == 3


def test_other_mail_than_the_one_sent_ahead_goes_to_its_own_recipient_only(
    smtp: SmtpServer,
) -> None:
    with new_session() as session:
        assert send(session, ANNA, following=JAN) == Outcome(Result.ACCEPTED)
        assert send(session, EWA) == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == [ANNA, EWA]
    assert smtp.connections == 2


def test_envelope_sent_ahead_that_must_not_be_used_is_forgotten(smtp: SmtpServer) -> None:
    with new_session() as session:
        assert send(session, ANNA, following=JAN) == Outcome(Result.ACCEPTED)
        assert send(session, JAN, may_go=lambda: False).result is Result.NOT_BEGUN
        assert send(session, EWA) == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == [ANNA, EWA]


@pytest.mark.parametrize("data", ["451 4.3.0 Later", "554 5.7.1 No"])
def test_refused_data_sent_ahead_concerns_only_its_mail(smtp: SmtpServer, data: str) -> None:
    smtp.script.data = {JAN: data}
    with new_session() as session:
        assert send(session, ANNA, following=JAN) == Outcome(Result.ACCEPTED)
        assert send(session, JAN).result in {Result.DEFERRED, Result.REFUSED}
        assert send(session, EWA) == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == [ANNA, EWA]


def test_server_that_wants_content_for_nobody_gets_none(smtp: SmtpServer) -> None:
    smtp.script.is_data_open_to_nobody = True
    smtp.script.rcpt = {JAN: "550 5.1.1 No such user"}
    with new_session() as session:
        assert send(session, ANNA, following=JAN) == Outcome(Result.ACCEPTED)
        assert send(session, JAN, following=EWA).is_about_address
        assert send(session, EWA) == Outcome(Result.ACCEPTED)

    assert smtp.recipients() == [ANNA, EWA]
    assert smtp.connections == 2


def test_session_that_ends_while_the_server_waits_for_content_says_nothing(
    smtp: SmtpServer,
) -> None:
    with new_session() as session:
        assert send(session, ANNA, following=JAN) == Outcome(Result.ACCEPTED)

    assert smtp.wait_until(lambda: smtp.open_connections() == 0)
    assert smtp.recipients() == [ANNA]
    assert smtp.transfers == 1


def test_address_that_is_more_than_an_address_is_not_sent_ahead(smtp: SmtpServer) -> None:
    with new_session() as session:
        send(session, ANNA, following="jan@example.org>\r\nRCPT TO:<ewa@example.org")
        assert smtp.attempts == {ANNA: 1}

    assert smtp.recipients() == [ANNA]


def test_before_a_slow_answer_it_is_said_that_there_is_a_wait(smtp: SmtpServer) -> None:
    smtp.script.faults = [Hang(Stage.RCPT, addresses=[JAN])]
    waits = []

    def note() -> None:
        waits.append(list(smtp.attempts))
        if JAN in smtp.attempts:
            smtp.release()

    with Session(ends_at=time.monotonic() + 60, before_wait=note) as session:
        assert send(session, ANNA, following=JAN) == Outcome(Result.ACCEPTED)
        assert smtp.wait_until(lambda: JAN in smtp.attempts)
        assert send(session, JAN) == Outcome(Result.ACCEPTED)

    assert waits == [[], [ANNA, JAN]]
