"""How the same mail is sent without a ledger: if a process dies, nobody knows who got it."""

import smtplib
import uuid
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from bench.edition import Content, Recipient

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# So that not all mails are in memory at once.
BATCH = 100
ONE_CLICK = "List-Unsubscribe=One-Click"


def send_by_django(content: Content, recipients: Sequence[Recipient]) -> None:
    """Send one EmailMultiAlternatives to each, over one connection."""
    with get_connection(BACKEND) as connection:
        for start in range(0, len(recipients), BATCH):
            some = recipients[start : start + BATCH]
            connection.send_messages([_django_message(content, one) for one in some])


def _django_message(content: Content, recipient: Recipient) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        content.subject,
        content.text.replace(content.marker, recipient.token),
        content.sender,
        to=[recipient.address],
        headers={
            "List-Unsubscribe": f"<{content.unsubscribe(recipient.token)}>",
            "List-Unsubscribe-Post": ONE_CLICK,
        },
    )
    html = content.html.replace(content.marker, recipient.token)
    message.attach_alternative(html, "text/html")
    return message


def send_by_smtplib(content: Content, recipients: Sequence[Recipient]) -> None:
    """Build the mail once, put each token into it, send each by smtplib's `sendmail`."""
    for client, recipient, mail in _copies(content, recipients):
        client.sendmail(content.sender, [recipient.address], mail, ["body=8bitmime"])


def send_barely(content: Content, recipients: Sequence[Recipient]) -> None:
    """The same without the pass that `sendmail` makes over each mail: the least there can be."""
    for client, recipient, mail in _copies(content, recipients):
        client.mail(content.sender, ["body=8bitmime"])
        client.rcpt(recipient.address)
        client.docmd("DATA")
        # No line of it begins with a dot.
        client.send(mail + b".\r\n")
        code, text = client.getreply()
        if code != 250:
            raise smtplib.SMTPDataError(code, text)


def _copies(
    content: Content, recipients: Sequence[Recipient]
) -> Iterator[tuple[smtplib.SMTP, Recipient, bytes]]:
    """Yield each finished mail, with the connection that all of them take."""
    parts = built(content).split(content.marker.encode())
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as client:
        client.ehlo()
        for recipient in recipients:
            head = f"Message-ID: <{uuid.uuid4().hex}@example.org>\r\nTo: {recipient.address}\r\n"
            yield client, recipient, head.encode() + recipient.token.encode().join(parts)


def built(content: Content) -> bytes:
    """Return what all copies have, with the marker in it."""
    message = EmailMessage(policy=SMTP.clone(max_line_length=900))
    message["From"] = content.sender
    message["Subject"] = content.subject
    message["Date"] = localtime()
    message["List-Unsubscribe"] = f"<{content.unsubscribe(content.marker)}>"
    message["List-Unsubscribe-Post"] = ONE_CLICK
    message.set_content(content.text, cte="8bit")
    message.add_alternative(content.html, subtype="html", cte="8bit")
    return message.as_bytes()
