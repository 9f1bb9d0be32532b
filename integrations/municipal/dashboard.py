"""A destination's own page in the admin: how it fares, what waits for a person, what can be done.

Every button posts to an address of its own, which asks for the permission again.
"""

from collections.abc import Callable
from difflib import SequenceMatcher
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages

from integrations.municipal import fanout, reconcile, selectors, services
from integrations.municipal.connectors import ConnectorError, connect
from integrations.municipal.models import Destination, Run, SyncState
from integrations.municipal.viewsets import FACTS

CHANGE = "municipal.change_destination"
# What a decision is called in addresses, and whether it is for our version.
DECISIONS = {"nasza": True, "zostaw": False}
# So many runs are shown.
MOST_RUNS = 25
# So much of a text is compared: the other side may make it as long, and as alike, as it likes.
MOST_CHARS = 200_000
MOST_LINES = 1_000


@require_GET
def show(request: HttpRequest, destination_id: int) -> HttpResponse:
    """Show how a destination fares."""
    destination = _destination(request, destination_id)
    progress = selectors.progress_of(destination.pk)
    runs = Run.objects.filter(destination=destination)
    context = {
        "destination": destination,
        "facts": [
            (heading, words(destination, progress))
            for name, heading, words in FACTS
            if name != "lag"
        ],
        "behind": _behind(destination, progress),
        "can_compare": destination.kind in reconcile.LISTING,
        "asking": runs.filter(kind=Run.Kind.COMPARE, state=Run.State.ASKING).first(),
        "decisions": selectors.decisions(destination),
        "failures": selectors.failures(destination),
        "incomplete": selectors.incomplete(destination),
        "bars": selectors.throughput(destination),
        "runs": [(run, selectors.run_in_words(run)) for run in runs[:MOST_RUNS]],
    }
    return TemplateResponse(request, "municipal/dashboard.html", context)


@require_POST
def act(request: HttpRequest, destination_id: int, verb: str) -> HttpResponse:
    """Do one of `VERBS` and lead back."""
    destination = _destination(request, destination_id)
    if verb not in VERBS:
        raise Http404
    messages.success(request, VERBS[verb](destination))
    return _back(destination.pk)


@require_POST
def test(request: HttpRequest, destination_id: int) -> HttpResponse:
    """Connect, and say in words what is wrong or that all is well. Nothing is sent."""
    destination = _destination(request, destination_id)
    connector = None
    try:
        connector = connect(destination)
        messages.success(request, connector.check())
    except ConnectorError as error:
        messages.error(request, error.reason)
    finally:
        if connector is not None:
            connector.close()
    return _back(destination.pk)


@require_POST
def decide(
    request: HttpRequest, destination_id: int, document_id: UUID, decision: str
) -> HttpResponse:
    """Take a person's decision about a document: our version, or leave it as it is there."""
    destination = _destination(request, destination_id)
    if decision not in DECISIONS:
        raise Http404
    if services.decide(
        destination_id=destination.pk, document_id=document_id, is_ours=DECISIONS[decision]
    ):
        messages.success(request, _("Your decision is being carried out."))
    else:
        messages.warning(request, _("It does not wait for a decision any more."))
    return _back(destination.pk)


@require_GET
def difference(request: HttpRequest, destination_id: int, document_id: UUID) -> HttpResponse:
    """Show what somebody changed there, line by line."""
    destination = _destination(request, destination_id)
    states = SyncState.objects.select_related("document", "copy").filter(copy__isnull=False)
    state = get_object_or_404(states, destination=destination, document_id=document_id)
    context = {
        "destination": destination,
        "state": state,
        "lines": _compared(state.copy.ours, state.copy.theirs),
        "is_cut": any(_is_cut(text) for text in (state.copy.ours, state.copy.theirs)),
    }
    return TemplateResponse(request, "municipal/difference.html", context)


def _destination(request: HttpRequest, destination_id: int) -> Destination:
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    return get_object_or_404(Destination, pk=destination_id)


def _back(destination_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("destination_dashboard", args=[destination_id]))


def _behind(destination: Destination, progress: selectors.Progress) -> str:
    changes = progress.waiting + fanout.unscanned(destination).count()
    return _("%(seconds)d s, %(changes)d changes") % {
        "seconds": selectors.lag_seconds(progress),
        "changes": changes,
    }


def _compared(ours: str, theirs: str) -> list[tuple[str, str]]:
    """Return the lines with what became of each: "same", "ours" (taken out), "theirs" (put in)."""
    before, after = _lines(ours), _lines(theirs)
    compared: list[tuple[str, str]] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            compared += [("same", line) for line in before[start:end]]
        else:
            compared += [("ours", line) for line in before[start:end]]
            compared += [("theirs", line) for line in after[new_start:new_end]]
    return compared


def _lines(text: str) -> list[str]:
    """Return the beginning in lines short enough to be compared: WordPress's content is one."""
    return _all_lines(text[:MOST_CHARS])[:MOST_LINES]


def _all_lines(text: str) -> list[str]:
    return text.replace("><", ">\n<").replace("> <", ">\n<").splitlines()


def _is_cut(text: str) -> bool:
    return len(text) > MOST_CHARS or len(_all_lines(text)) > MOST_LINES


def _sync(destination: Destination) -> str:
    services.sync_now(destination)
    return _("Everything that waits is being sent.")


def _pause(destination: Destination) -> str:
    services.pause(destination, is_paused=True)
    return _("Nothing is sent to this destination until you resume.")


def _resume(destination: Destination) -> str:
    services.pause(destination, is_paused=False)
    return _("Sending goes on with everything that has changed.")


def _compare(destination: Destination, *, is_dry: bool = False) -> str:
    if destination.kind not in reconcile.LISTING:
        return _("Receivers of webhooks cannot be asked what they hold.")
    reconcile.request(destination, is_dry=is_dry)
    return _("The comparison has begun. Its outcome will be in the history below.")


def _compare_dry(destination: Destination) -> str:
    return _compare(destination, is_dry=True)


def _nod(destination: Destination) -> str:
    asking = Run.objects.filter(destination=destination, state=Run.State.ASKING).first()
    if asking is None or not reconcile.nod(asking):
        return _("Nothing waits for your nod.")
    return _("What is missing there is being sent again.")


VERBS: dict[str, Callable[[Destination], str]] = {
    "wyslij": _sync,
    "wstrzymaj": _pause,
    "wznow": _resume,
    "porownaj": _compare,
    "porownaj-na-probe": _compare_dry,
    "odtworz": _nod,
}
