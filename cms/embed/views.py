"""Lists of documents as HTML for the pages of others: fragments, their script, and how to use them.

A fragment is one `<section>`: no scripts, no styles of its own, nothing that depends on the page
around it. It takes the filters of the API's list and answers conditionally as that does.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone, translation
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.filters import DocumentFilterSet
from cms.api.freshness import of_bytes, of_state, published_state
from cms.api.parameters import OneOfField, StrictForm, WholeNumberField
from cms.api.problems import InvalidParametersError, describe
from cms.api.views.base import ApiView, AsAddressed
from cms.documents.addresses import absolute
from cms.documents.liveness import own_path
from cms.documents.selectors import live_documents
from cms.embed import snippets
from cms.embed.script import SCRIPT
from cms.embed.sections import EVENTS, SECTIONS, Section
from cms.models.documents import Document
from cms.templatetags.site import public_pages
from cms.wording import Payload

MOST_ITEMS = 50
USUAL_ITEMS = 10
USUAL_HEADING = 2
STYLESHEET = "cms/embed/embed.css"


class LooksForm(StrictForm):
    """Parameters that say how a fragment looks."""

    limit = WholeNumberField(lowest=1, highest=MOST_ITEMS, required=False)
    heading = WholeNumberField(lowest=2, highest=4, required=False)
    images = OneOfField(allowed=["0", "1"], required=False)
    css = OneOfField(allowed=["0", "1"], required=False)


class EmbedView(ApiView):
    """For pages on other origins: no cookies, the same for everyone."""

    content_negotiation_class = AsAddressed
    is_documented = False

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        # Pages that isolate themselves (`Cross-Origin-Embedder-Policy`) may have it too.
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return super().finalize_response(request, response, *args, **kwargs)


class FragmentView(EmbedView):
    """The documents of one section. Errors are fragments too, in words, with their status."""

    section: Section = EVENTS
    queryset = Document.objects.none()

    def get_exception_handler(self) -> Any:
        return problem_fragment

    def get(self, request: Request) -> Response:
        looks, filterset, values = self._read_query()
        stylesheet = stylesheet_url() if looks["css"] == "1" else ""
        state, today = published_state(), timezone.localdate()
        validators = of_state(state, request.path, sorted(values.items()), today, stylesheet)
        if self.is_known_to_client(validators):
            return self.not_modified(validators)
        found = self._select(filterset)[: looks["limit"] or USUAL_ITEMS]
        documents = [orjson.loads(document.payload) for document in found]
        if not documents:
            filterset.check_vocabulary()
        html = self._render(documents, looks, stylesheet)
        return self.with_validators(html_response(html), validators)

    def _read_query(self) -> tuple[Mapping[str, Any], DocumentFilterSet, Mapping[str, str]]:
        """Return looks, filters, and all parameters; raises InvalidParametersError."""
        filters = self.section.filterset_class.base_filters.keys()
        values = self.read_values(filters | LooksForm.base_fields.keys())
        chosen = {name: value for name, value in values.items() if name in filters}
        filterset = self.section.filterset_class(self.section.completed(chosen))
        looks = LooksForm(values)
        if errors := [*filterset.form.parameter_errors(), *looks.parameter_errors()]:
            raise InvalidParametersError(errors)
        return looks.cleaned_data, filterset, values

    def _select(self, filterset: DocumentFilterSet) -> QuerySet[Document]:
        documents = live_documents().filter(type=self.section.document_type)
        order = self.section.order(filterset.data)
        return filterset.filter_queryset(documents).order_by(*order).only("payload")

    def _render(self, documents: list[Payload], looks: Mapping[str, Any], stylesheet: str) -> str:
        heading = looks["heading"] or USUAL_HEADING
        context = {
            "section": self.section,
            "documents": self.section.arranged(documents),
            "heading": heading,
            "item_heading": heading + 1,
            "images": looks["images"] == "1",
            "stylesheet": stylesheet,
            "all_url": list_url(self.section),
        }
        return render_polish("cms/embed/fragment.html", context)


class ScriptView(EmbedView):
    """The script. Whatever parameters its address has (`?ver=6.2`) are of whoever links it."""

    cache_control = "public, max-age=3600, stale-while-revalidate=86400"

    def get(self, request: Request) -> Response:
        validators = of_bytes(SCRIPT)
        if self.is_known_to_client(validators):
            return self.not_modified(validators)
        response = Response(SCRIPT, content_type="text/javascript; charset=utf-8")
        return self.with_validators(response, validators)


@require_safe
def snippets_page(request: HttpRequest) -> HttpResponse:
    """Show webmasters what to copy into their pages."""
    offers = [snippets.offer(section, list_url(section)) for section in SECTIONS]
    context = {
        "offers": offers,
        "site_url": settings.SITE_URL,
        "stylesheet": f"{settings.SITE_URL}{settings.STATIC_URL}{STYLESHEET}",
        "most": MOST_ITEMS,
        "usual": USUAL_ITEMS,
    }
    return render(request, "cms/embed/page.html", context)


def problem_fragment(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the fragment for an exception of a view; None leaves a fault of ours to Django."""
    problem = describe(error)
    if problem is None:
        return None
    html = render_polish("cms/embed/problem.html", {"problem": problem})
    response = html_response(html, status=problem["status"])
    response["Cache-Control"] = "no-cache"
    return response


def render_polish(template: str, context: dict[str, Any]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(template, context)


def html_response(html: str, status: int = 200) -> Response:
    return Response(html.encode(), status=status, content_type="text/html; charset=utf-8")


def stylesheet_url() -> str:
    """Return the absolute address of the stylesheet of fragments, as it is in this release."""
    return absolute(static(STYLESHEET))


def list_url(section: Section) -> str:
    """Return our own page that lists the same; empty while there is none for everyone."""
    page = public_pages().type(section.home).first()
    path = own_path(page) if page else None
    return absolute(path) if path else ""
