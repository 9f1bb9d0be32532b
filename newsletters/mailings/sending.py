"""One sender's turn: claim, check, hand over, record, until the slice ends.

A sender has one connection. Several may work at the same mailing, in threads and processes: the
ledger keeps them apart.
"""

import time
from collections.abc import Sequence
from itertools import zip_longest

import structlog
from django.utils import timezone

from cms.jobs.deadline import Deadline
from newsletters.mailings import ledger, recipients, services
from newsletters.mailings.message import Template
from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.selectors import has_recent_success, ready_to_send
from newsletters.mailings.smtp import (
    Envelope,
    NoTimeError,
    Outcome,
    Result,
    ServerTroubleError,
    Session,
)
from newsletters.subscribers.tokens import subscriber_token

logger = structlog.get_logger(__name__)

BATCH = 100
# How long past the slice's end the last answer is waited for; django-q2 ends the task at 30 s.
GRACE_SECONDS = 14.0
# So many mails in a row refused, or left without an answer, are no fault of the recipients.
MOST_REFUSALS_IN_A_ROW = 20
MOST_UNANSWERED_IN_A_ROW = 3


class Sender:
    """Sends what is due until the deadline. Use it from one thread."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        ends_at = time.monotonic() + deadline.remaining_seconds() + GRACE_SECONDS
        self._session = Session(ends_at=ends_at, before_wait=self._record_accepted)
        # What the server has confirmed, to be recorded with the beginning of the next.
        self._accepted: Delivery | None = None
        self._templates: dict[int, Template] = {}
        self._refusals_in_a_row = 0
        self._unanswered_in_a_row = 0

    def run(self) -> None:
        """Take a batch of each mailing in turn; stop when the server has trouble."""
        with self._session:
            while not self._deadline.is_over():
                mailings = list(ready_to_send())
                if not mailings:
                    return
                for mailing in mailings:
                    if not self._send_batch(mailing):
                        return

    def _send_batch(self, mailing: Mailing) -> bool:
        """Send one batch; return whether this sender may go on."""
        deliveries = ledger.claim(mailing.pk, BATCH)
        obstacles = recipients.obstacles(mailing, deliveries)
        for delivery in deliveries:
            if reason := obstacles.get(delivery.pk):
                ledger.suppressed(delivery, reason)
        rest = [delivery for delivery in deliveries if delivery.pk not in obstacles]
        return self._send_all(mailing, rest)

    def _send_all(self, mailing: Mailing, deliveries: Sequence[Delivery]) -> bool:
        """Send until trouble or the end of the slice; give back what was not tried."""
        try:
            return self._send_each(mailing, deliveries)
        finally:
            self._record_accepted()

    def _send_each(self, mailing: Mailing, deliveries: Sequence[Delivery]) -> bool:
        for number, (delivery, following) in enumerate(
            zip_longest(deliveries, deliveries[1:], fillvalue=None)
        ):
            assert delivery is not None  # noqa: S101  (only what follows the last one is None)
            try:
                goes_on = not self._deadline.is_over() and self._try(mailing, delivery, following)
            except BaseException:
                # Only the one in hand may be to blame.
                ledger.released(deliveries[number + 1 :])
                raise
            if not goes_on:
                ledger.released(deliveries[number:])
                return False
            self._deadline.beat()
        return True

    def _try(self, mailing: Mailing, delivery: Delivery, following: Delivery | None) -> bool:
        """Send one copy and record the outcome; return whether the server is well."""
        try:
            outcome = self._hand_over(mailing, delivery, following)
        except NoTimeError:
            return False
        except ServerTroubleError as trouble:
            self._record_accepted()
            ledger.put_last(delivery)
            self._pause(mailing, trouble)
            return False
        self._record(mailing, delivery, outcome)
        return self._is_server_well(mailing, outcome)

    def _hand_over(
        self, mailing: Mailing, delivery: Delivery, following: Delivery | None
    ) -> Outcome:
        assert delivery.subscriber is not None  # noqa: S101  (recipients.obstacles has seen to it)
        template = self._template(mailing)
        token = subscriber_token(delivery.subscriber.pk)
        content = template.copy_for(
            delivery, delivery.subscriber.email, token, timezone.localtime()
        )
        return self._session.send(
            envelope_of(template, delivery),
            content=content,
            before_dot=lambda: self._begin(delivery),
            following=envelope_of(template, following) if following else None,
        )

    def _begin(self, delivery: Delivery) -> bool:
        """Commit that the transfer begins, and what was accepted before."""
        has_begun = ledger.begin(delivery, accepted=self._accepted)
        self._accepted = None
        return has_begun

    def _record_accepted(self) -> None:
        """Record what the server has confirmed, now that no other transfer begins at once."""
        if self._accepted is not None:
            ledger.accepted(self._accepted)
            self._accepted = None

    def _record(self, mailing: Mailing, delivery: Delivery, outcome: Outcome) -> None:
        match outcome.result:
            case Result.ACCEPTED:
                self._accepted = delivery
            case Result.REFUSED:
                ledger.failed(delivery, outcome.reason)
            case Result.UNCERTAIN:
                ledger.uncertain(delivery, outcome.reason)
            case Result.DEFERRED:
                since = mailing.started_at or mailing.created_at
                ledger.deferred(delivery, outcome.reason, since=since)
            case Result.NOT_BEGUN:
                self._record_not_begun(mailing, delivery)
        if outcome.result is not Result.ACCEPTED:
            logger.info("mail_not_accepted", delivery=delivery.pk, result=outcome.result.name)

    def _record_not_begun(self, mailing: Mailing, delivery: Delivery) -> None:
        """The person left, or the mailing was stopped, between claim and transfer."""
        fresh = Delivery.objects.select_related("subscriber__consent__clause").get(pk=delivery.pk)
        reason = recipients.obstacles(mailing, [fresh]).get(fresh.pk)
        if reason:
            ledger.suppressed(delivery, reason)
        else:
            ledger.released([delivery])

    def _is_server_well(self, mailing: Mailing, outcome: Outcome) -> bool:
        """Count what happens in a row; pause the mailing when it cannot be the recipients."""
        is_refused = outcome.result is Result.REFUSED
        self._refusals_in_a_row = self._refusals_in_a_row + 1 if is_refused else 0
        is_unanswered = outcome.result is Result.UNCERTAIN
        self._unanswered_in_a_row = self._unanswered_in_a_row + 1 if is_unanswered else 0
        if outcome.result is Result.ACCEPTED and mailing.server_failures:
            services.server_answered(mailing)
        if (
            self._refusals_in_a_row < MOST_REFUSALS_IN_A_ROW
            and self._unanswered_in_a_row < MOST_UNANSWERED_IN_A_ROW
        ):
            return True
        services.pause_for_person(mailing, outcome.reason)
        return False

    def _pause(self, mailing: Mailing, trouble: ServerTroubleError) -> None:
        """Let the mailing rest, unless only this sender's connection was one too many."""
        if trouble.is_crowded and has_recent_success(mailing):
            return
        services.pause_for_server(mailing, trouble.reason)

    def _template(self, mailing: Mailing) -> Template:
        if mailing.pk not in self._templates:
            self._templates[mailing.pk] = Template(mailing)
        return self._templates[mailing.pk]


def envelope_of(template: Template, delivery: Delivery) -> Envelope:
    """Return from whom to whom a delivery goes."""
    assert delivery.subscriber is not None  # noqa: S101  (recipients.obstacles has seen to it)
    return Envelope(template.envelope_sender, delivery.subscriber.email)
