"""Where a page is: as a page of the admin, and as the part of it that the side panel fetches."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms.basepage.models import BasePage
from cms.channels.answers import is_fetched
from cms.channels.whereabouts import may_see, whereabouts


@never_cache
@require_safe
def places(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show where the page is; to a script only the answers, without the page around them."""
    page = get_object_or_404(BasePage, pk=page_id)
    if not may_see(page, request.user):
        raise PermissionDenied
    template = "channels_places.html" if is_fetched(request) else "channels_page.html"
    context = {"page": page, "where": whereabouts(page, request.user)}
    return render(request, f"cms/admin/{template}", context)
