"""What staff can do about one document at one destination, and what they may not delete."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from cms.channels import PUBLISH
from cms.channels.answers import answer
from cms.channels.whereabouts import may_act
from integrations.municipal import services
from integrations.municipal.channel import CHANGE
from integrations.municipal.mapping import names_of_users
from integrations.municipal.models import SyncState


@require_POST
def retry(request: HttpRequest, destination_id: int, document_id: UUID) -> HttpResponse:
    """Send a document to a destination again, for who may publish its page or run the place."""
    states = SyncState.objects.select_related("document__page", "destination")
    state = get_object_or_404(states, destination_id=destination_id, document_id=document_id)
    page = state.document.page
    if not any(may_act(request.user, page, needed) for needed in (PUBLISH, CHANGE)):
        raise PermissionDenied
    if services.retry_document(destination_id=destination_id, document_id=document_id):
        return answer(request, _("It will be sent to %s in a moment.") % state.destination)
    return answer(request, _("There is nothing to send again."))


def refuse_deletion(request: HttpRequest, entries: Sequence[Any]) -> HttpResponse | None:
    """Say which destinations go by the entries that are about to be deleted; None if none does."""
    users = {name for entry in entries for name in names_of_users(entry)}
    if not users:
        return None
    messages.error(
        request,
        _("Not deleted: it decides what goes to %(names)s. Change the destination first.")
        % {"names": ", ".join(sorted(users))},
    )
    return HttpResponseRedirect(reverse(entries[0].snippet_viewset.get_url_name("list")))
