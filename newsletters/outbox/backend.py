from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from cms.jobs import wake
from newsletters.outbox.job import NAME
from newsletters.outbox.models import OutgoingMail


class OutboxBackend(BaseEmailBackend):
    """Django's mail backend that queues: rows in the caller's transaction, sent by the worker.

    A mail to several people becomes one row each, so that a refusal of one is known and a retry
    reaches only those who did not get it. Raises BadHeaderError and the like at once.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        messages = [message for message in email_messages if message.recipients()]
        rows = [row for message in messages for row in _rows(message)]
        if rows:
            with transaction.atomic():
                OutgoingMail.objects.bulk_create(rows)
                wake(NAME)
        return len(messages)


def _rows(message: EmailMessage) -> list[OutgoingMail]:
    # Line ends as in SMTP (RFC 5321 §2.3.8), whatever the generator wrote.
    content = b"\r\n".join([*message.message().as_bytes().splitlines(), b""])
    recipients = dict.fromkeys(message.recipients())
    return [
        OutgoingMail(sender=message.from_email, recipient=recipient, message=content)
        for recipient in recipients
    ]
