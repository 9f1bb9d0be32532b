"""The scripted SMTP server of the tests does what its script says, as smtplib sees it."""

import smtplib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.newsletters.smtp_server import Drop, Hang, Script, SmtpServer, Stage, first_times

SENDER, READER, OTHER = "razem@example.org", "reader@example.org", "other@example.org"
CONTENT = b"Message-ID: <1@example.org>\r\nSubject: Hello\r\n\r\n.leading dot\r\nend\r\n"
BROKEN = (smtplib.SMTPServerDisconnected, ConnectionError)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


def connect(server: SmtpServer, *, seconds: float = 5) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.port, timeout=seconds)


def send(server: SmtpServer, address: str = READER, *, seconds: float = 5) -> None:
    with connect(server, seconds=seconds) as client:
        client.sendmail(SENDER, [address], CONTENT)


def test_mail_is_recorded_as_it_was_sent(server: SmtpServer) -> None:
    before = time.time()
    send(server)
    send(server, OTHER)
    mail = server.mails[0]
    assert (mail.sender, mail.recipient, mail.content) == (SENDER, READER, CONTENT)
    assert (mail.message_id, mail.message["Subject"]) == ("<1@example.org>", "Hello")
    assert before <= mail.at <= time.time()
    assert mail.options == [f"size={len(CONTENT)}"]
    assert [mail.connection for mail in server.mails] == [1, 2]
    assert server.recipients() == [READER, OTHER]
    assert not server.unanswered


def test_connection_carries_many_mails_until_it_is_left(server: SmtpServer) -> None:
    with connect(server) as client:
        for _ in range(3):
            client.sendmail(SENDER, [READER], CONTENT)
        assert server.open_connections() == 1
    assert [mail.connection for mail in server.mails] == [1, 1, 1]
    assert server.copies() == {READER: 3}
    assert server.wait_until(lambda: server.open_connections() == 0)


@pytest.mark.parametrize("content", [b"", b".", b"x" * 300_000, b"a\r\n..\r\n.\r\nb\r\n"])
def test_any_content_arrives_unchanged(server: SmtpServer, content: bytes) -> None:
    with connect(server) as client:
        client.sendmail(SENDER, [READER], content)
        client.sendmail(SENDER, [OTHER], CONTENT)
    assert server.mails[0].content == content.removesuffix(b"\r\n") + b"\r\n"
    assert server.mails[1].content == CONTENT


def test_unavailable_answers_421_while_set_or_so_many_times(server: SmtpServer) -> None:
    server.script.is_unavailable = True
    with pytest.raises(smtplib.SMTPConnectError) as refused:
        send(server)
    assert refused.value.smtp_code == 421
    server.script = Script(unavailable_times=2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPConnectError):
            send(server)
    send(server)
    assert server.recipients() == [READER]


def test_recipient_is_answered_by_address(server: SmtpServer) -> None:
    server.script.rcpt = {READER: "550 5.1.1 No such user"}
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(server)
    assert refused.value.recipients[READER][0] == 550
    send(server, OTHER)
    assert server.recipients() == [OTHER]
    assert server.attempts == {READER: 1, OTHER: 1}


def test_first_times_answers_as_usual_afterwards(server: SmtpServer) -> None:
    server.script.rcpt = first_times(1, "450 4.7.1 Come back later")
    for address in (READER, OTHER):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(server, address)
        send(server, address)
    assert server.recipients() == [READER, OTHER]


def test_mail_data_and_final_dot_are_answered_as_scripted(server: SmtpServer) -> None:
    server.script.mail = {SENDER: "451 4.3.0 Not now"}
    with pytest.raises(smtplib.SMTPSenderRefused) as sender:
        send(server)
    assert sender.value.smtp_code == 451
    for script in (Script(data="554 5.7.1 No"), Script(dot=lambda address: "554 5.7.1 No")):
        server.script = script
        with pytest.raises(smtplib.SMTPDataError) as data:
            send(server)
        assert data.value.smtp_code == 554
    assert not server.mails
    assert not server.unanswered


@pytest.mark.parametrize("stage", list(Stage))
def test_dropped_connection_takes_no_mail(server: SmtpServer, stage: Stage) -> None:
    server.script.faults = [Drop(stage, times=1)]
    with pytest.raises(BROKEN):
        send(server)
    assert not server.mails
    assert not server.copies()
    send(server)
    assert server.copies() == {READER: 1}


def test_drop_concerns_its_addresses_once_enough_mails_came(server: SmtpServer) -> None:
    server.script.faults = [Drop(Stage.RCPT, addresses=[READER], after_mails=2)]
    with connect(server) as client:
        for address in (READER, OTHER, OTHER):
            client.sendmail(SENDER, [address], CONTENT)
        with pytest.raises(BROKEN):
            client.sendmail(SENDER, [READER], CONTENT)


@pytest.mark.parametrize("is_taken", [True, False])
def test_drop_after_final_dot_leaves_mail_unanswered(server: SmtpServer, is_taken: bool) -> None:
    server.script.faults = [Drop(Stage.DOT, is_taken=is_taken)]
    with pytest.raises(BROKEN):
        send(server)
    assert not server.mails
    assert [mail.recipient for mail in server.unanswered] == [READER]
    assert server.copies() == ({READER: 1} if is_taken else {})


def test_slow_server_answers_late_and_counts_what_nobody_waited_for(server: SmtpServer) -> None:
    server.script = Script(greeting_seconds=0.1, reply_seconds=0.02, dot_seconds=0.1)
    started = time.monotonic()
    send(server)
    assert time.monotonic() - started > 0.2
    assert server.recipients() == [READER]
    server.script = Script(dot_seconds=5)
    with pytest.raises(BROKEN):
        send(server, OTHER, seconds=1)
    assert [mail.recipient for mail in server.unanswered] == [OTHER]
    assert server.copies() == {READER: 1, OTHER: 1}


@pytest.mark.parametrize("stage", list(Stage))
def test_hanging_server_goes_on_when_released(server: SmtpServer, stage: Stage) -> None:
    server.script.faults = [Hang(stage, times=1)]
    sending = threading.Thread(target=send, args=[server])
    sending.start()
    assert not server.wait_for(1, seconds=0.2)
    assert len(server.unanswered) == (1 if stage is Stage.DOT else 0)
    server.release()
    sending.join()
    assert server.recipients() == [READER]
    assert not server.unanswered


def test_connections_beyond_the_cap_get_421(server: SmtpServer) -> None:
    server.script.most_connections = 1
    with connect(server):
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            connect(server)
        assert refused.value.smtp_code == 421
    assert server.wait_until(lambda: server.open_connections() == 0)
    send(server)
    assert (server.connections, server.most_at_once) == (3, 2)


def test_mails_beyond_the_cap_of_a_connection_get_421(server: SmtpServer) -> None:
    server.script.most_mails_per_connection = 2
    client = connect(server)
    for _ in range(2):
        client.sendmail(SENDER, [READER], CONTENT)
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        client.sendmail(SENDER, [READER], CONTENT)
    assert refused.value.smtp_code == 421
    send(server, OTHER)
    assert server.recipients() == [READER, READER, OTHER]


def test_login_is_offered_required_and_judged_as_scripted(server: SmtpServer) -> None:
    with connect(server) as client, pytest.raises(smtplib.SMTPNotSupportedError):
        client.login("user", "password")
    server.script = Script(auth="535 5.7.8 Wrong", is_auth_required=True)
    with connect(server) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as wrong:
            client.login("user", "password")
        assert wrong.value.smtp_code == 535
        with pytest.raises(smtplib.SMTPSenderRefused) as required:
            client.sendmail(SENDER, [READER], CONTENT)
        assert required.value.smtp_code == 530
    server.script.auth = "235 2.7.0 Welcome"
    for mechanism in ("auth_plain", "auth_login"):
        with connect(server) as client:
            client.user, client.password = "user", "password"
            client.ehlo()
            client.auth(mechanism[5:].upper(), getattr(client, mechanism))
            client.sendmail(SENDER, [READER], CONTENT)
    assert server.recipients() == [READER, READER]


def test_extensions_are_offered_as_scripted(server: SmtpServer) -> None:
    with connect(server) as client:
        client.ehlo()
        assert {"pipelining", "8bitmime", "size"} <= set(client.esmtp_features)
    server.script.extensions = ["SIZE 20"]
    with connect(server) as client:
        client.ehlo()
        assert set(client.esmtp_features) == {"size"}
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail(SENDER, [READER], CONTENT)
        client.esmtp_features.clear()
        with pytest.raises(smtplib.SMTPDataError):
            client.sendmail(SENDER, [READER], CONTENT)
    assert not server.mails


def test_pipelined_commands_are_answered_in_order(server: SmtpServer) -> None:
    server.script.rcpt = {READER: "550 5.1.1 No such user"}
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(
            b"EHLO localhost\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<reader@example.org>\r\n"
            b"DATA\r\nRSET\r\nMAIL FROM:<a@example.org> BODY=8BITMIME\r\n"
            b"RCPT TO:<other@example.org>\r\nDATA\r\nHello\r\n.\r\n"
            b"MAIL FROM:<>\r\nRCPT TO:<other@example.org>\r\nDATA\r\n.\r\nVRFY a\r\nQUIT\r\n"
        )
        with client.makefile("r") as replies:
            codes = [line[:3] for line in replies if line[3] == " "]
    assert codes == [
        *("220", "250", "250", "550", "503", "250"),
        *("250", "250", "354", "250", "250", "250", "354", "250", "502", "221"),
    ]
    full, empty = server.mails
    assert (full.recipient, full.content, full.options) == (OTHER, b"Hello\r\n", ["BODY=8BITMIME"])
    assert (empty.sender, empty.content, empty.options) == ("", b"", [])


def test_server_stops_and_starts_again_on_its_port(server: SmtpServer) -> None:
    client, port = connect(server), server.port
    server.stop()
    with pytest.raises(BROKEN):
        client.sendmail(SENDER, [READER], CONTENT)
    with pytest.raises(ConnectionRefusedError):
        connect(server)
    server.start()
    assert server.port == port
    send(server)
    assert server.wait_for(1)
