"""Tells cms where a document is by push: the channel "municipal websites"."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.basepage.models import BasePage
from cms.channels import Action as ChannelAction
from cms.channels import ChannelStatus, Todo, Urgency
from cms.models.centre import CentreSettings
from cms.models.documents import Document
from integrations.municipal import selectors
from integrations.municipal.models import Destination, SyncState

State, Action = SyncState.State, SyncState.Action
# Who may open the page of a destination.
CHANGE = "municipal.change_destination"
# So many refused documents are named to those who can try them again one by one.
MOST = 10


class MunicipalChannel:
    """The `Channel` of pushed documents."""

    name = gettext_lazy("Municipal websites")

    def status(self, document: Document) -> Iterator[ChannelStatus]:
        centre = CentreSettings.load()
        for destination, state in _states(document):
            yield ChannelStatus(
                place=destination.name,
                state=describe(state, destination),
                is_current=_is_current(state, document),
                address=_address(centre, document, destination, state),
                when=_since(state),
                error=state.last_error if state else "",
                note=_lag(state),
                detail_url=reverse("destination_dashboard", args=[destination.pk]),
                detail_for=(CHANGE,),
            )

    def actions(self, document: Document) -> Iterator[ChannelAction]:
        for destination, state in _states(document):
            if destination.is_enabled and state is not None and may_retry(state):
                yield ChannelAction(
                    place=destination.name,
                    label=_("Try again now"),
                    url=reverse("retry_document", args=[destination.pk, document.pk]),
                )

    def todo(self, user: Any) -> Iterator[Todo]:
        """Tell who may change destinations which are in trouble, publishers what was refused."""
        if not user.has_perm(CHANGE):
            yield from _refused(user)
            return
        for destination in selectors.with_progress(Destination.objects.filter(is_enabled=True)):
            yield from _todo(destination, selectors.progress(destination))

    def has(self, document_id: UUID, destination: str) -> bool:
        return SyncState.objects.filter(
            document_id=document_id, destination__name=destination, acked_action=Action.UPSERT
        ).exists()


def describe(state: SyncState | None, destination: Destination) -> str:
    """Say in words how a document fares at a destination."""
    words = _words(state)
    return words if destination.is_enabled else _("%(state)s (switched off)") % {"state": words}


def may_retry(state: SyncState) -> bool:
    """Whether a person can have it tried sooner: it failed, and nobody tries it just now."""
    return state.state == State.PARKED or (state.state == State.WAITING and bool(state.last_error))


def _states(document: Document) -> list[tuple[Destination, SyncState | None]]:
    found = SyncState.objects.filter(document_id=document.pk)
    states = {state.destination_id: state for state in found}
    return [(destination, states.get(destination.pk)) for destination in Destination.objects.all()]


def _words(state: SyncState | None) -> str:
    if state is None:
        return _("nothing was sent there")
    if state.finding and state.state in {State.PARKED, State.LEFT}:
        return _words_for_finding(state)
    match State(state.state):
        case State.LEFT:
            return _("was skipped by a person’s decision")
        case State.DONE:
            return _words_for_done(state)
        case State.PARKED:
            return _("set aside after several attempts")
        case State.SENDING:
            return _("is being sent")
        case _ if state.last_error:
            return _("will be tried again by itself")
        case _:
            return _("waits to be sent")


def _words_for_finding(state: SyncState) -> str:
    """Say what somebody did there; what a person has decided to leave so needs no decision."""
    words = {
        SyncState.Finding.EDITED: _("was edited there"),
        SyncState.Finding.TRASHED: _("was moved to the trash there"),
        SyncState.Finding.DELETED: _("was deleted there"),
        SyncState.Finding.TWICE: _("is there twice"),
    }[SyncState.Finding(state.finding)]
    if state.state == State.LEFT:
        return _("%(finding)s, and left so") % {"finding": words}
    return _("%(finding)s; a person has to decide") % {"finding": words}


def _words_for_done(state: SyncState) -> str:
    if state.acked_action == Action.UPSERT:
        return _("is there")
    if state.acked_action == Action.REMOVE:
        return _("was removed there")
    return _("is not sent there")


def _lag(state: SyncState | None) -> str:
    """Say since when the newest change has been waiting, and what is there until then."""
    if state is None or state.state in {State.DONE, State.LEFT}:
        return ""
    waiting = _("the change has been waiting since %(time)s") % {
        "time": selectors.moment(state.wanted_at)
    }
    if not _is_there(state):
        return waiting
    return _("%(waiting)s; until then the earlier version is there") % {"waiting": waiting}


def _since(state: SyncState | None) -> datetime | None:
    return state.last_success_at if state else None


def _is_current(state: SyncState | None, document: Document) -> bool:
    if state is None:
        return not document.is_live
    return state.state == State.DONE and state.acked_version == document.sequence


def _is_there(state: SyncState | None) -> bool:
    return state is not None and state.acked_action == Action.UPSERT


def _address(
    centre: CentreSettings, document: Document, destination: Destination, state: SyncState | None
) -> str:
    """Return where the document is there: as the website said, or as its pattern says."""
    if state is None or not _is_there(state):
        return ""
    return state.remote_url or _public_address(centre, document, destination)


def _public_address(centre: CentreSettings, document: Document, destination: Destination) -> str:
    """Return the address of the document's public page if such pages are at this destination."""
    if not centre.public_url_pattern or centre.public_destination != destination.name:
        return ""
    return centre.public_url_pattern.format(type=document.type, slug=document.slug, id=document.pk)


def _todo(destination: Destination, progress: selectors.Progress) -> Iterator[Todo]:
    url = reverse("destination_dashboard", args=[destination.pk])
    if destination.failures:
        yield Todo(
            text=_("%(place)s: nothing gets there since %(time)s")
            % {"place": destination.name, "time": selectors.moment(destination.failing_since)},
            url=url,
            urgency=Urgency.NOW,
            note=destination.last_error,
        )
    if progress.decisions:
        words = ngettext(
            "%(place)s: %(count)d document was changed there, what now?",
            "%(place)s: %(count)d documents were changed there, what now?",
            progress.decisions,
        )
        yield Todo(
            text=words % {"place": destination.name, "count": progress.decisions},
            url=url,
            count=progress.decisions,
        )
    if progress.is_asking:
        yield Todo(
            text=_("%(place)s: much is missing there. Was it restored or emptied?")
            % {"place": destination.name},
            url=url,
            urgency=Urgency.NOW,
        )
    if progress.parked:
        words = ngettext(
            "%(place)s: %(count)d document was not taken",
            "%(place)s: %(count)d documents were not taken",
            progress.parked,
        )
        yield Todo(
            text=words % {"place": destination.name, "count": progress.parked},
            url=url,
            count=progress.parked,
            note=destination.last_error,
        )


def _refused(user: Any) -> Iterator[Todo]:
    """Name what was set aside of the pages that the person may publish, the latest first."""
    pages = PagePermissionPolicy(BasePage).instances_user_has_any_permission_for(user, {"publish"})
    states = SyncState.objects.filter(
        state=State.PARKED, finding="", destination__is_enabled=True, document__page__in=pages
    )
    latest = states.select_related("document", "destination").order_by("-parked_at", "-pk")
    for state in latest[:MOST]:
        words = {"title": state.document.title, "place": state.destination.name}
        yield Todo(
            text=_("“%(title)s” was not taken by %(place)s") % words,
            url=reverse("page_places", args=[state.document.page_id]),
            note=state.last_error,
        )
