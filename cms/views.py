"""Views of cms beside Wagtail's and the API's."""

import mimetypes
from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape

import orjson
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    StreamingHttpResponse,
)
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.page_privacy import SetPrivacyView

from cms.basepage.models import BasePage
from cms.documents.addresses import absolute
from cms.documents.media import FILTER_SPECS
from cms.documents.selectors import live_documents
from cms.models.centre import CentreSettings
from cms.models.published import DocumentPage, SitePage
from cms.templatetags.body import shown_images
from cms.templatetags.site import public_pages

# The protocol's own limit for one file (sitemaps.org).
MOST_IN_SITEMAP = 50_000


@method_decorator(never_cache, name="dispatch")
@method_decorator(require_admin_access, name="dispatch")
@method_decorator(transaction.atomic, name="dispatch")
class SetPrivacyAtomicallyView(SetPrivacyView):
    """Wagtail's privacy form, with the documents changed in the same transaction.

    Wagtail's own view commits the restriction by itself; its address leads here instead.
    """


@require_admin_access
@require_safe
def private_media(request: HttpRequest, name: str) -> FileResponse:
    """Serve an original or an admin rendition to staff. Nobody else may see one."""
    try:
        file = default_storage.open(name, "rb")
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_image = content_type.startswith("image/") and content_type != "image/svg+xml"
    return FileResponse(
        file,
        content_type=content_type,
        as_attachment=not is_image,
        headers={"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"},
    )


@require_safe
def page_image(request: HttpRequest, page_id: int, image_id: int, size: int) -> FileResponse:
    """Serve one size of an image in the body of a page that is no document, to who may see it.

    Documents have public copies of their images (cms/documents/media.py). These pages are few;
    each request checks that the page still shows the image.
    """
    page = BasePage.objects.filter(pk=page_id, live=True).first()
    specific = page.specific if page else None
    if not isinstance(specific, SitePage) or isinstance(specific, DocumentPage):
        raise Http404
    restrictions = specific.get_view_restrictions()
    if not all(restriction.accept_request(request) for restriction in restrictions):
        raise Http404
    response = FileResponse(rendition_file(specific, image_id, size).open("rb"))
    response["Cache-Control"] = "public, max-age=300"
    if restrictions:
        add_never_cache_headers(response)
    return response


def rendition_file(page: SitePage, image_id: int, size: int) -> FieldFile:
    """Return the file of an image's size. Raises Http404 unless the page's body shows it."""
    image = shown_images(page).get(image_id)
    if image is None or size >= len(FILTER_SPECS):
        raise Http404
    rendition = image.renditions.filter(filter_spec=FILTER_SPECS[size]).first()
    if rendition is None:
        raise Http404
    file: FieldFile = rendition.file
    return file


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what to leave alone; a demo asks them to leave all of it alone."""
    closed = "/" if settings.IS_DEMO else "/admin/"
    lines = ["User-agent: *", f"Disallow: {closed}", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> StreamingHttpResponse:
    """List the public pages that stand on this site (sitemaps.org 0.9), samples left out."""
    return StreamingHttpResponse(
        sitemap_lines(request), content_type="application/xml; charset=utf-8"
    )


def sitemap_lines(request: HttpRequest) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for path, changed_at in sitemap_entries(request):
        changed = f"<lastmod>{changed_at:%Y-%m-%d}</lastmod>" if changed_at else ""
        yield f"<url><loc>{escape(absolute(path))}</loc>{changed}</url>\n"
    yield "</urlset>\n"


def sitemap_entries(request: HttpRequest) -> Iterator[tuple[str, datetime | None]]:
    """Yield path and time of the last change of pages and documents on this site."""
    for page in site_pages():
        if path := page.get_url(request):
            yield path, page.last_published_at
    yield from document_entries()


def site_pages() -> list[BasePage]:
    """Return the public pages that are no documents."""
    kinds = [kind for kind in SitePage.__subclasses__() if not issubclass(kind, DocumentPage)]
    return list(public_pages().type(*kinds).order_by("path"))


def document_entries() -> Iterator[tuple[str, datetime | None]]:
    documents = live_documents().filter(is_sample=False).order_by("-sequence")[:MOST_IN_SITEMAP]
    may_be_elsewhere = bool(CentreSettings.load().public_url_pattern)
    columns = ("path", "updated_at", *(["payload"] if may_be_elsewhere else []))
    for path, updated_at, *payload in documents.values_list(*columns).iterator(chunk_size=500):
        if not payload or orjson.loads(payload[0])["url"] == absolute(path):
            yield path, updated_at
