"""Answers for addresses of our own pages where a document was before."""

from collections.abc import Callable

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseGone,
    HttpResponsePermanentRedirect,
)
from django.template.loader import render_to_string
from django.utils import timezone

from cms.documents.selectors import find_by_path
from cms.models.documents import Document

PAGES_VIEW = "wagtail_serve"


class FormerAddressMiddleware:
    """Turns a 404 of our own pages into 301 (moved) or 410 (withdrawn); others stay 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or not is_of_pages(request):
            return response
        return answer_for_former_address(request) or response


def is_of_pages(request: HttpRequest) -> bool:
    """Whether Wagtail's page view was asked, not the admin, the API or a file."""
    match = request.resolver_match
    return match is not None and match.view_name == PAGES_VIEW


def answer_for_former_address(request: HttpRequest) -> HttpResponse | None:
    """Return the answer for the address of a document that is elsewhere or withdrawn.

    None where no document was, where one is (nothing may redirect to itself), and for one that is
    only hidden until the background job has rewritten it.
    """
    document = find_by_path(request.path)
    if document is None:
        return None
    if is_withdrawn(document):
        return HttpResponseGone(render_to_string("410.html", request=request))
    if document.is_live and document.path != request.path:
        return HttpResponsePermanentRedirect(document.path)
    return None


def is_withdrawn(document: Document) -> bool:
    """Whether the document left for good: not just hidden, or about to be expired by the sweep."""
    if document.is_live:
        return document.expires_at is not None and document.expires_at <= timezone.now()
    return document.dirty_at is None
