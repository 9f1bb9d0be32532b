"""One worker's turn at one destination: claim, read the current state, send, record.

Where sending something again does no harm, many documents are read, marked as being sent and
recorded together, and few enough that none is old when it is sent.
"""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import structlog
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.jobs.deadline import Deadline
from cms.models.documents import Document
from cms.stored_words import say
from integrations.municipal import claims, health, history, outcomes
from integrations.municipal.changes import Change, change_of
from integrations.municipal.connectors import Connector, ConnectorError, connect
from integrations.municipal.connectors.base import FillingConnector, HeldError, Receipt
from integrations.municipal.mapping import Mapping, mapping_of
from integrations.municipal.models import Destination, SyncState
from integrations.municipal.outcomes import Sent

# So old may be what is sent, and so much is sent again after a worker was killed.
TOGETHER_SECONDS = 0.25
MOST_TOGETHER = 200

logger = structlog.get_logger(__name__)

Step = Literal["upsert", "remove", "skip", "postpone"]


class Delivery:
    """Sends to one destination until the deadline, or until nothing more may be sent now.

    `tally` counts what was done: "upsert", "remove", "skip", "postpone", "failed", "held".
    Connections are kept for the whole turn. Use it from one thread.
    """

    def __init__(self, destination_id: int) -> None:
        self.destination_id = destination_id
        self.tally: Counter[str] = Counter()
        self._connector: Connector | None = None
        self._configuration: tuple[str, ...] = ()
        self._mapping = Mapping()
        self._has_tried = False
        self._claim_size = claims.BATCH
        self._last_trouble: ConnectorError | None = None

    def run(self, deadline: Deadline) -> Counter[str]:
        started_at = timezone.now()
        try:
            while not deadline.is_over() and self._deliver_batch(deadline):
                pass
        finally:
            self._disconnect()
        history.note(self.destination_id, self.tally, started_at=started_at)
        return self.tally

    def _deliver_batch(self, deadline: Deadline) -> bool:
        """Work on the next claims; return whether it is worth going on."""
        destination = health.ready().filter(pk=self.destination_id).first()
        if destination is None or not self._is_anything_due():
            return False
        probed_until = health.take_probe(destination) if destination.failures else None
        if destination.failures and probed_until is None:
            return False
        states = claims.claim(
            destination.pk, is_probe=destination.failures > 0, most=self._claim_size
        )
        # Only now: whoever changes its settings after this takes our claims away.
        destination = Destination.objects.filter(pk=destination.pk).first()
        if destination is None:
            return False
        self._has_tried = False
        is_well = self._deliver_all(destination, states, deadline)
        if probed_until and not self._has_tried:
            health.probe_unused(destination.pk, probed_until)
        return is_well and bool(states)

    def _is_anything_due(self) -> bool:
        return claims.due(timezone.now()).filter(destination_id=self.destination_id).exists()

    def _deliver_all(
        self, destination: Destination, states: list[SyncState], deadline: Deadline
    ) -> bool:
        """Send until a failure concerns them all; give back what was not tried."""
        is_well = destination.is_enabled and self._connect(destination)
        if is_well and not self._connected().settles_within:
            return self._deliver(destination, states, deadline)
        if is_well:
            states, is_well = self._fill(destination, states)
        for state in states:
            if is_well and not deadline.is_over():
                is_well = self._deliver(destination, [state], deadline)
            else:
                claims.released([state])
        return is_well

    def _fill(
        self, destination: Destination, states: list[SyncState]
    ) -> tuple[list[SyncState], bool]:
        """Send what was never sent in one go, where the destination takes that.

        Return what is left to be sent one by one, and whether the destination is well.
        """
        connector = self._connected()
        new = [state for state in states if not (state.was_sent or state.acked_action)]
        if len(new) < 2 or not isinstance(connector, FillingConnector):
            return states, True
        changes = self._changes(destination, new)
        begun = claims.begin(
            [state for state, _change in changes], settles_within=connector.settles_within
        )
        ours = [(state, change) for state, change in changes if state.pk in begun]
        told = self._hand_over_all(connector, [change for _state, change in ours])
        is_well = self._record_all(destination, ours, told)
        left = {state.pk for state, change in ours if change.document_id not in told}
        done = {state.pk for state in new} - left
        return [state for state in states if state.pk not in done], is_well

    def _hand_over_all(
        self, connector: FillingConnector, changes: list[Change]
    ) -> dict[UUID, Receipt | ConnectorError]:
        try:
            return connector.upsert_new(changes)
        except Exception as error:  # as in `_hand_over`
            logger.exception("sync_connector_failed", destination=self.destination_id)
            return dict.fromkeys((change.document_id for change in changes), _our_fault(error))

    def _record_all(
        self,
        destination: Destination,
        changes: Sequence[tuple[SyncState, Change]],
        told: dict[UUID, Receipt | ConnectorError],
    ) -> bool:
        """Record the outcomes that were told; return whether the destination is well."""
        self._has_tried |= bool(told)
        sent, is_well = [], True
        for state, change in changes:
            outcome = told.get(change.document_id)
            if isinstance(outcome, Receipt):
                sent.append(Sent(state, change, outcome))
        self._record(destination, sent)
        for state, change in changes:
            outcome = told.get(change.document_id)
            if isinstance(outcome, ConnectorError):
                is_well &= self._note_failure(destination, state, change, outcome)
        return is_well

    def _deliver(
        self, destination: Destination, states: list[SyncState], deadline: Deadline
    ) -> bool:
        """Bring the documents' current states there, as far as there is time; give back the rest.

        Return whether the destination is well.
        """
        changes = self._changes(destination, states)
        begun = claims.begin(
            [state for state, _change in changes], settles_within=self._connected().settles_within
        )
        ours = [(state, change) for state, change in changes if state.pk in begun]
        tried, is_well = self._send(destination, ours, deadline)
        claims.released([state for state, _change in ours[tried:]])
        self._adapt(len(states), left=len(ours) - tried)
        return is_well

    def _adapt(self, count: int, *, left: int) -> None:
        """Claim as many next time as there is time for."""
        if left:
            self._claim_size = max(1, count - left)
        elif count >= self._claim_size:
            self._claim_size = min(4 * count, MOST_TOGETHER)

    def _changes(
        self, destination: Destination, states: list[SyncState]
    ) -> list[tuple[SyncState, Change]]:
        """Return what is to be sent, and have done with what is not."""
        documents = Document.objects.in_bulk([state.document_id for state in states])
        included = self._mapping.included(documents.values())
        changes, skipped = [], []
        for state in states:
            document = documents[state.document_id]
            step = self._step_for(document, state, is_included=document.pk in included)
            if step == "upsert" or step == "remove":
                changes.append((state, change_of(document, step, destination, state)))
                continue
            self.tally[step] += 1
            if step == "skip":
                skipped.append((state, document.sequence))
            else:
                outcomes.postponed(state, document.sequence)
        outcomes.skipped(skipped)
        return changes

    def _step_for(self, document: Document, state: SyncState, *, is_included: bool) -> Step:
        """Decide what the document's state asks for here."""
        is_expired = document.expires_at is not None and document.expires_at <= timezone.now()
        # Sample content stays on this machine, whatever anybody sets.
        is_kept_home = document.is_sample and not self._connected().is_loopback_only()
        is_welcome = document.is_live and not is_kept_home
        is_wanted = is_welcome and is_included
        if is_welcome and not is_wanted and not is_expired and document.dirty_at:
            return "postpone"  # its topics may be called otherwise once it is rewritten
        if is_wanted and not is_expired:
            return "upsert"
        if state.was_sent:
            return "remove"
        # cms withdraws in a moment what has expired, unless an editor prolongs it before.
        return "postpone" if is_wanted and is_expired else "skip"

    def _send(
        self,
        destination: Destination,
        changes: Sequence[tuple[SyncState, Change]],
        deadline: Deadline,
    ) -> tuple[int, bool]:
        """Send one after the other and record the outcomes.

        Return how many were tried, and whether the destination is well. What was taken is
        recorded together, before anything else is written.
        """
        ends_at = time.monotonic() + TOGETHER_SECONDS
        sent: list[Sent] = []
        tried, is_well = 0, True
        try:
            for state, change in changes:
                is_late = time.monotonic() >= ends_at or deadline.is_over()
                if not is_well or (tried and is_late) or not _is_leased(state):
                    break
                tried, self._has_tried = tried + 1, True
                try:
                    sent.append(Sent(state, change, self._hand_over(change)))
                except ConnectorError as error:
                    self._record(destination, sent)
                    is_well = self._note_failure(destination, state, change, error)
        finally:
            self._record(destination, sent)
        return tried, is_well

    def _record(self, destination: Destination, sent: list[Sent]) -> None:
        """Record what was taken, and forget it."""
        taken = [*sent]
        sent.clear()
        if not taken:
            return
        recorded = outcomes.delivered(taken)
        health.answered(destination)
        for one in taken:
            self.tally[one.change.action] += 1
            logger.info(
                "sync_delivered",
                destination=destination.pk,
                document=str(one.change.document_id),
                version=one.change.version,
                action=str(one.change.action),
                status=one.receipt.status,
                is_recorded=one.state.pk in recorded,
            )

    def _hand_over(self, change: Change) -> Receipt:
        """Give the change to the connector; whatever goes wrong is a ConnectorError."""
        connector = self._connected()
        try:
            if change.action == SyncState.Action.UPSERT:
                return connector.upsert(change)
            return connector.remove(change)
        except ConnectorError:
            raise
        except Exception as error:  # a connector is foreign code: its fault is its destination's
            logger.exception("sync_connector_failed", destination=self.destination_id)
            raise _our_fault(error) from error

    def _hold(
        self, destination: Destination, state: SyncState, change: Change, error: HeldError
    ) -> bool:
        outcomes.held(state, change, error)
        health.answered(destination)
        self.tally["held"] += 1
        logger.info(
            "sync_held",
            destination=destination.pk,
            document=str(change.document_id),
            finding=error.finding,
        )
        return True

    def _note_failure(
        self, destination: Destination, state: SyncState, change: Change, error: ConnectorError
    ) -> bool:
        if isinstance(error, HeldError):
            return self._hold(destination, state, change, error)
        outcomes.failed(
            state,
            change,
            error,
            was_failing=destination.failures > 0,
            settles_within=self._connected().settles_within,
        )
        self.tally["failed"] += 1
        if error.is_about_destination:
            return self._note_trouble(destination, error)
        logger.warning(
            "sync_document_refused",
            destination=destination.pk,
            document=str(change.document_id),
            version=change.version,
            permanent=error.permanent,
        )
        health.refused_one(destination, error)
        return True

    def _note_trouble(self, destination: Destination, error: ConnectorError) -> bool:
        self._has_tried = True
        if error is self._last_trouble:
            return False  # of one request, with many documents
        self._last_trouble = error
        health.failed(destination, error)
        logger.warning(
            "sync_destination_in_trouble",
            destination=destination.pk,
            failures=destination.failures + 1,
            is_gone=error.is_gone,
        )
        return False

    def _connect(self, destination: Destination) -> bool:
        """Have a connector for the destination as it is configured now; False in trouble."""
        self._mapping = mapping_of(destination)
        configuration = (
            destination.kind,
            destination.url,
            destination.username,
            destination.hand_edits,
            repr(destination.mapping),
            destination.secret_encrypted,
            destination.previous_secret_encrypted,
        )
        if self._connector is not None and configuration == self._configuration:
            return True
        self._disconnect()
        try:
            connector = connect(destination)
            connector.check()
        except ConnectorError as error:
            self.tally["failed"] += 1
            return self._note_trouble(destination, error)
        self._connector, self._configuration = connector, configuration
        return True

    def _connected(self) -> Connector:
        if self._connector is None:
            raise RuntimeError("not connected")
        return self._connector

    def _disconnect(self) -> None:
        if self._connector is not None:
            self._connector.close()
            self._connector = None


def _our_fault(error: Exception) -> ConnectorError:
    return ConnectorError(
        say(_("Sending failed on our side (%(error)s)."), error=type(error).__name__),
        is_about_destination=True,
        is_unclear=True,
    )


def _is_leased(state: SyncState) -> bool:
    """Whether the claim is still ours by the clock; a worker may have slept in the middle."""
    return state.lease_until is not None and timezone.now() < state.lease_until
