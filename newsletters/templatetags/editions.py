"""What the templates of editions need beside the tags of cms."""

from typing import Any

from django import template
from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest
from django.utils.safestring import SafeString, mark_safe

from cms.models.images import CentreImage
from cms.templatetags import body
from newsletters.editions import plain_text
from newsletters.editions.archive import editions_of
from newsletters.editions.content import Content, picks_of, resolve
from newsletters.editions.models import NewsletterIndexPage, NewsletterPage

register = template.Library()

register.filter("where", plain_text.where)
register.filter("underlined", plain_text.underlined)

# Most mail programs fill the line beside the subject with what follows the preheader: nothing.
_NOTHING_TO_SEE = "\u034f\u00a0 " * 60


@register.simple_tag(takes_context=True)
def content_of(context: template.Context, page: NewsletterPage) -> Content:
    """Return what an edition shows now, with the events that its mail listed."""
    return resolve(page, picks=picks_of(page), request=context.get("request"))


@register.simple_tag(takes_context=True)
def picture_of(
    context: template.Context, page: NewsletterPage, image: CentreImage
) -> dict[str, Any] | None:
    """Return an image of an edition's page: its public copies, for staff its renditions."""
    if getattr(context.get("request"), "is_preview", False):
        return body.picture(image, page, is_preview=True)
    return body.public_picture(image)


@register.simple_tag(takes_context=True)
def editions_page(context: template.Context, archive: NewsletterIndexPage, size: int = 20) -> Page:
    """Return the page of editions that `?strona=` asks for. Raises Http404 for one too high."""
    request: HttpRequest = context["request"]
    editions = editions_of(archive) if archive.path else NewsletterPage.objects.none()
    try:
        return Paginator(editions, size).page(request.GET.get("strona") or 1)
    except InvalidPage as error:
        raise Http404 from error


@register.filter
def ready(well_formed: str) -> SafeString:
    """Return what was made well-formed for mail (newsletters/editions/markup.py) as it is."""
    return mark_safe(well_formed)  # noqa: S308  (sanitized and well-formed already)


@register.simple_tag
def nothing_to_see() -> str:
    """Return white space that keeps a preheader alone."""
    return _NOTHING_TO_SEE
