"""Tells cms where a document is by push: the channel "municipal websites"."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from cms.channels import ChannelStatus
from cms.models.centre import CentreSettings
from cms.models.documents import Document
from integrations.municipal.models import Destination, SyncState

State, Action = SyncState.State, SyncState.Action


class MunicipalChannel:
    """The `Channel` of pushed documents."""

    def status(self, document: Document) -> Iterator[ChannelStatus]:
        states = {
            state.destination_id: state
            for state in SyncState.objects.filter(document_id=document.pk)
        }
        centre = CentreSettings.load()
        for destination in Destination.objects.all():
            state = states.get(destination.pk)
            yield ChannelStatus(
                channel=_("Municipal websites"),
                place=destination.name,
                state=describe(state, destination),
                is_current=_is_current(state, document),
                address=_public_address(centre, document, destination) if _is_there(state) else "",
            )

    def has(self, document_id: UUID, destination: str) -> bool:
        return SyncState.objects.filter(
            document_id=document_id, destination__name=destination, acked_action=Action.UPSERT
        ).exists()


def describe(state: SyncState | None, destination: Destination) -> str:
    """Say in words how a document fares at a destination."""
    words = _words(state)
    return words if destination.is_enabled else _("%(state)s (switched off)") % {"state": words}


def _words(state: SyncState | None) -> str:
    if state is None:
        return _("nothing was sent there")
    match State(state.state):
        case State.DONE:
            return _words_for_done(state)
        case State.PARKED:
            return _("set aside: %(reason)s") % {"reason": state.last_error}
        case _ if state.last_error:
            return _("will be tried again: %(reason)s") % {"reason": state.last_error}
        case State.SENDING:
            return _("is being sent")
        case _:
            return _("waits to be sent")


def _words_for_done(state: SyncState) -> str:
    if state.acked_action == Action.UPSERT:
        return _("is there")
    if state.acked_action == Action.REMOVE:
        return _("was removed there")
    return _("is not sent there")


def _is_current(state: SyncState | None, document: Document) -> bool:
    if state is None:
        return not document.is_live
    return state.state == State.DONE and state.acked_version == document.sequence


def _is_there(state: SyncState | None) -> bool:
    return state is not None and state.acked_action == Action.UPSERT


def _public_address(centre: CentreSettings, document: Document, destination: Destination) -> str:
    """Return the address of the document's public page if such pages are at this destination."""
    if not centre.public_url_pattern or centre.public_destination != destination.name:
        return ""
    return centre.public_url_pattern.format(type=document.type, slug=document.slug, id=document.pk)
