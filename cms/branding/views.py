"""The operator's logo and colour, at addresses that change with them.

Images of documents are public as copies (cms/documents/media.py). A logo belongs to no document, so
each request checks that a term which has begun shows it.
"""

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.branding import LOGO_SPEC
from cms.models.centre import OperatorTerm

ONE_DAY = "public, max-age=86400"


@require_safe
def logo(request: HttpRequest, term_id: int, image_id: int) -> FileResponse:
    """Serve the logo of an operator. Past ones too: mails from their time show it."""
    term = _begun().select_related("logo").filter(pk=term_id, logo_id=image_id).first()
    if term is None or term.logo is None:
        raise Http404
    response = FileResponse(term.logo.get_rendition(LOGO_SPEC).file.open("rb"))
    response["Cache-Control"] = ONE_DAY
    return response


@require_safe
def colours(request: HttpRequest, term_id: int, colour: str) -> HttpResponse:
    """Serve the operator's colour as a style sheet; in the dark the site's own stays readable."""
    if not _begun().filter(pk=term_id, brand_colour__iexact=f"#{colour}").exists():
        raise Http404
    rule = f"@media not (prefers-color-scheme: dark) {{ :root {{ --accent: #{colour}; }} }}\n"
    response = HttpResponse(rule, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = ONE_DAY
    return response


def _begun() -> QuerySet[OperatorTerm]:
    return OperatorTerm.objects.filter(valid_from__lte=timezone.localdate())
