"""The page that a link to a draft leads to, its images, and where staff get the link."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms.basepage.models import BasePage
from cms.documents.addresses import absolute
from cms.models.published import DocumentPage
from cms.previews.drafts import image_file, shared_draft
from cms.previews.links import LinkOverError, UnknownLinkError, make, may_share, open_link

# For one person, for now: no cache keeps it, no search engine shows it.
PRIVATE_HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}

DraftView = Callable[..., HttpResponseBase]


def of_draft(view: DraftView) -> DraftView:
    """Give the view the draft that the token leads to; 404 for a forged one, 410 for an old one."""

    @require_safe
    @wraps(view)
    def with_draft(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, open_link(token), token, **kwargs)
        except LinkOverError:
            response = render(request, "cms/previews/over.html", status=410)
        except UnknownLinkError as error:
            raise Http404 from error
        for name, value in PRIVATE_HEADERS.items():
            response[name] = value
        return response

    return with_draft


@of_draft
def preview(request: HttpRequest, draft: DocumentPage, token: str) -> HttpResponseBase:
    """Show the draft on our own page as it would look, and say that it is a draft."""
    request.shared_draft = shared_draft(draft, token)  # type: ignore[attr-defined]
    response: HttpResponseBase = draft.serve(request)
    return response


@of_draft
def preview_image(
    request: HttpRequest, draft: DocumentPage, token: str, image_id: int, size: int
) -> HttpResponseBase:
    """Serve one size of an image that the draft shows."""
    file = image_file(draft, image_id, size)
    if file is None:
        raise Http404
    return FileResponse(file.open("rb"), content_type="image/webp")


@never_cache
@require_safe
def share(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show staff a new link to a page's draft."""
    page = get_object_or_404(BasePage, pk=page_id)
    if request.user.is_anonymous or not may_share(page, request.user):
        raise PermissionDenied
    link = make(page, request.user)
    return render(
        request,
        "cms/previews/link.html",
        {
            "page": page.specific.get_latest_revision_as_object(),
            "valid_until": link.valid_until,
            "address": absolute(reverse("preview", args=(link.token,))),
            "api_address": absolute(reverse("api:preview", args=(link.token,))),
        },
    )
