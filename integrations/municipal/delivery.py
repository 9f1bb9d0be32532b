"""One worker's turn at one destination: claim, read the current state, send, record."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal
from uuid import UUID

import structlog
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.jobs.deadline import Deadline
from cms.models.documents import Document
from cms.stored_words import say
from integrations.municipal import health, history, ledger
from integrations.municipal.changes import Change, change_of
from integrations.municipal.connectors import Connector, ConnectorError, connect
from integrations.municipal.connectors.base import FillingConnector, HeldError, Receipt
from integrations.municipal.mapping import Mapping, mapping_of
from integrations.municipal.models import Destination, SyncState

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
        if destination.failures and not health.take_probe(destination):
            return False
        states = ledger.claim(destination.pk, is_probe=destination.failures > 0)
        # Only now: whoever changes its settings after this takes our claims away.
        destination = Destination.objects.filter(pk=destination.pk).first()
        if destination is None:
            return False
        self._has_tried = False
        is_well = self._deliver_all(destination, states, deadline)
        if destination.failures and not self._has_tried:
            health.probe_unused(destination)
        return is_well and bool(states)

    def _is_anything_due(self) -> bool:
        return ledger.due(timezone.now()).filter(destination_id=self.destination_id).exists()

    def _deliver_all(
        self, destination: Destination, states: list[SyncState], deadline: Deadline
    ) -> bool:
        """Send until a failure concerns them all; give back what was not tried."""
        is_well = destination.is_enabled and self._connect(destination)
        if is_well:
            states, is_well = self._send_new(destination, states)
        for state in states:
            if is_well and not deadline.is_over():
                is_well = self._deliver(destination, state)
            else:
                ledger.released(state)
        return is_well

    def _send_new(
        self, destination: Destination, states: list[SyncState]
    ) -> tuple[list[SyncState], bool]:
        """Send what was never sent in one go, where the destination takes that.

        Return what is left to be sent one by one, and whether the destination is well.
        """
        connector = self._connected()
        new = [state for state in states if not (state.was_sent or state.acked_action)]
        if len(new) < 2 or not isinstance(connector, FillingConnector):
            return states, True
        changes = dict(self._begun(destination, new))
        outcomes = self._hand_over_all(connector, list(changes.values()))
        is_well, left = True, []
        for state in states:
            outcome = outcomes.get(state.document_id)
            if outcome is None:
                left.append(state)
            else:
                is_well &= self._record(destination, state, changes[state.document_id], outcome)
        return left, is_well

    def _begun(
        self, destination: Destination, states: list[SyncState]
    ) -> Iterator[tuple[UUID, Change]]:
        """Yield the changes that bring documents there, once the ledger knows they are sent."""
        settles_within = self._connected().settles_within
        for state in states:
            document = Document.objects.get(pk=state.document_id)
            if self._step_for(document, state) == "upsert":
                change = change_of(document, "upsert", destination, state)
                if ledger.begin(state, change, settles_within=settles_within):
                    yield state.document_id, change

    def _hand_over_all(
        self, connector: FillingConnector, changes: list[Change]
    ) -> dict[UUID, Receipt | ConnectorError]:
        try:
            return connector.upsert_new(changes)
        except Exception as error:  # as in `_hand_over`
            logger.exception("sync_connector_failed", destination=self.destination_id)
            return dict.fromkeys((change.document_id for change in changes), _our_fault(error))

    def _deliver(self, destination: Destination, state: SyncState) -> bool:
        """Bring one document's current state there; return whether the destination is well."""
        document = Document.objects.get(pk=state.document_id)
        step = self._step_for(document, state)
        if step == "upsert" or step == "remove":
            return self._send(destination, state, change_of(document, step, destination, state))
        if step == "skip":
            ledger.skipped(state, document.sequence)
        else:
            ledger.postponed(state, document.sequence)
        self.tally[step] += 1
        return True

    def _step_for(self, document: Document, state: SyncState) -> Step:
        """Decide what the document's state asks for here."""
        is_expired = document.expires_at is not None and document.expires_at <= timezone.now()
        # Sample content stays on this machine, whatever anybody sets.
        is_kept_home = document.is_sample and not self._connected().is_loopback_only()
        is_welcome = document.is_live and not is_kept_home
        is_wanted = is_welcome and self._mapping.includes(document)
        if is_welcome and not is_wanted and not is_expired and document.dirty_at:
            return "postpone"  # its topics may be called otherwise once it is rewritten
        if is_wanted and not is_expired:
            return "upsert"
        if state.was_sent:
            return "remove"
        # cms withdraws in a moment what has expired, unless an editor prolongs it before.
        return "postpone" if is_wanted and is_expired else "skip"

    def _send(self, destination: Destination, state: SyncState, change: Change) -> bool:
        """Send one change and record the outcome; return whether the destination is well."""
        settles_within = self._connected().settles_within
        if not ledger.begin(state, change, settles_within=settles_within):
            return True
        try:
            outcome: Receipt | ConnectorError = self._hand_over(change)
        except ConnectorError as error:
            outcome = error
        return self._record(destination, state, change, outcome)

    def _record(
        self,
        destination: Destination,
        state: SyncState,
        change: Change,
        outcome: Receipt | ConnectorError,
    ) -> bool:
        """Record the outcome of one change; return whether the destination is well."""
        self._has_tried = True
        if isinstance(outcome, HeldError):
            return self._hold(destination, state, change, outcome)
        if isinstance(outcome, ConnectorError):
            return self._note_failure(destination, state, change, outcome)
        is_recorded = ledger.delivered(state, change, outcome)
        health.answered(destination)
        self.tally[change.action] += 1
        logger.info(
            "sync_delivered",
            destination=destination.pk,
            document=str(change.document_id),
            version=change.version,
            action=str(change.action),
            status=outcome.status,
            is_recorded=is_recorded,
        )
        return True

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
        ledger.held(state, change, error)
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
        ledger.failed(
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
