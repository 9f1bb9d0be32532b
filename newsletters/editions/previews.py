"""What editors see of the mail before it is sent."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from cms.models.published import SitePage
from newsletters.editions.rendering import Mail, RenderingError, preview_mail
from newsletters.subscribers.selectors import clause_in_force

if TYPE_CHECKING:
    from newsletters.editions.models import NewsletterPage

HTML = "mail"
TEXT = "text"

# A mail has its styles in its elements, and no scripts.
as_mail = csp_replace({"style-src": [SELF, UNSAFE_INLINE], "script-src": [NONE]})


def mail_preview(page: "NewsletterPage", request: HttpRequest, mode: str) -> HttpResponseBase:
    """Return the mail of a draft as HTML or as text, or why there is none."""
    return answer(page, request, mode, lambda: preview_mail(page, clause_in_force()))


def answer(
    page: SitePage, request: HttpRequest, mode: str, make: Callable[[], Mail]
) -> HttpResponseBase:
    """Return the mail that `make` gives, or the fault that it raises."""
    template = f"newsletters/editions/mail_{'text' if mode == TEXT else 'html'}.html"
    context: dict[str, Any] = {"page": page, "request": request}
    try:
        context["mail"] = make()
    except RenderingError as error:
        template = "newsletters/editions/mail_fault.html"
        context["fault"] = str(error)
    return as_mail(lambda _request: TemplateResponse(request, template, context))(request)
