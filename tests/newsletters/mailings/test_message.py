"""The copy that a recipient gets, as its mail program reads it."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from django.utils import timezone

from newsletters.mailings.message import Template, as_seven_bit
from newsletters.mailings.models import Delivery, Mailing
from newsletters.subscribers.tokens import subscriber_token
from tests.newsletters.mailings import ledgers

pytestmark = pytest.mark.django_db


def raw_copy(made: Mailing) -> bytes:
    [row] = made.deliveries.select_related("subscriber")
    assert row.subscriber is not None
    token = subscriber_token(row.subscriber.pk)
    return Template(made).copy_for(row, row.subscriber.email, token, timezone.localtime())


def as_received(raw: bytes) -> EmailMessage:
    """Return the mail as a server keeps it, its doubled dots single again."""
    content = raw.replace(b"\r\n..", b"\r\n.")
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def parts(message: EmailMessage) -> tuple[str, str]:
    text, html = message.get_body(["plain"]), message.get_body(["html"])
    assert text is not None
    assert html is not None
    return text.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


@pytest.fixture
def made() -> Mailing:
    return ledgers.mailing(ledgers.subscribers(1))


def test_copy_says_who_sends_what_to_whom(made: Mailing) -> None:
    message = as_received(raw_copy(made))

    assert message["From"].addresses[0].addr_spec == "biuletyn@example.org"
    assert message["From"].addresses[0].display_name == "COP – Centrum (przykład)"
    assert message["To"] == "osoba-0@example.org"
    assert message["Subject"] == "Zażółć gęślą jaźń"
    assert message["Date"].datetime.utcoffset() == timezone.localtime().utcoffset()
    assert not message.defects
    text, html = parts(message)
    assert "Treść biuletynu.\n.kropka na początku wiersza" in text
    assert "<h1>Zażółć gęślą jaźń</h1>" in html


def test_copy_holds_the_recipients_own_link_in_headers_text_and_html(made: Mailing) -> None:
    [row] = Delivery.objects.all()
    assert row.subscriber_id is not None
    link = f"http://testserver/newsletter/wypisz/{subscriber_token(row.subscriber_id)}/"
    message = as_received(raw_copy(made))

    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<newsletter.testserver>"
    text, html = parts(message)
    assert link in text
    assert f'href="{link}"' in html
    assert made.marker not in str(message)


def test_copy_has_the_same_message_id_at_every_attempt(made: Mailing) -> None:
    first, second = as_received(raw_copy(made)), as_received(raw_copy(made))

    assert first["Message-ID"] == second["Message-ID"]
    assert str(first["Message-ID"]).endswith("@example.org>")


def test_copy_is_eight_bit_with_short_lines_and_doubled_dots(made: Mailing) -> None:
    raw = raw_copy(made)

    assert b"quoted-printable" not in raw
    assert b"base64" not in raw.split(b"\r\n\r\n", 1)[1]
    assert raw.endswith(b"\r\n")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.count(b"\r\n..kropka") == 2


def test_copy_for_a_server_without_8bitmime_is_ascii_and_reads_the_same(made: Mailing) -> None:
    eight_bit, seven_bit = raw_copy(made), as_seven_bit(raw_copy(made))

    assert seven_bit.isascii()
    assert parts(as_received(seven_bit)) == parts(as_received(eight_bit))
    assert as_received(seven_bit)["List-Unsubscribe"] == as_received(eight_bit)["List-Unsubscribe"]


def test_headers_of_a_long_polish_subject_stay_within_what_rfc_2047_allows() -> None:
    subject = " ".join(["Zażółć gęślą jaźń"] * 10)
    made = ledgers.mailing(ledgers.subscribers(1), subject=subject)
    raw = raw_copy(made)
    head = raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    assert all(len(line) <= 78 for line in head if not line.startswith(b"List-Unsubscribe:"))
    assert as_received(raw)["Subject"] == subject
