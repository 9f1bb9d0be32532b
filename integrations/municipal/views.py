"""What staff can do about one document at one destination."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.channels import PUBLISH
from cms.channels.answers import answer
from cms.channels.whereabouts import may_act
from integrations.municipal import services
from integrations.municipal.channel import CHANGE
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
