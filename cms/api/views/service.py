"""The API about itself: root, problems, OpenAPI document, its reader, unknown addresses."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api import examples
from cms.api.freshness import API_VERSION, of_state
from cms.api.json import dump
from cms.api.kinds import kinds
from cms.api.parameters import OneOfField, StrictForm, clean
from cms.api.problems import PROBLEMS
from cms.api.schema import LANGUAGES, openapi_document
from cms.api.serializers.service import ProblemKindSerializer, RootSerializer
from cms.api.views.base import ApiView

# Beside the lists of all types.
LINKS = (
    "changes",
    "search",
    "spheres",
    "localities",
    "topics",
    "audiences",
    "offer-types",
    "programmes",
    "legal-forms",
    "calendar",
    "feeds:events-rss",
    "feeds:events-atom",
    "feeds:events-json",
    "feeds:news-rss",
    "feeds:news-atom",
    "feeds:news-json",
    "export-organizations-csv",
    "export-organizations-json",
    "export-events-csv",
    "export-events-json",
    "openapi",
    "docs",
)


def address(name: str, *args: Any) -> str:
    """Return the absolute address of a view of the API, or of a feed (`feeds:…`)."""
    full_name = name if ":" in name else f"api:{name}"
    return f"{settings.SITE_URL}{reverse(full_name, args=args)}"


def link_name(name: str) -> str:
    """Return a view's name as a key among the links: `events_rss`."""
    return name.rpartition(":")[2].replace("-", "_")


def links() -> dict[str, str]:
    """Return the addresses that the root names."""
    lists = {kind.plural: address(kind.plural) for kind in kinds()}
    others = {link_name(name): address(name) for name in LINKS}
    return lists | others | {"embed": address("embed:page")}


class RootView(ApiView):
    """Where everything is, and how far the sequence of changes has come."""

    serializer_class = RootSerializer
    operation_id = "getRoot"
    tags: ClassVar = ["service"]
    summary = "Find everything"
    example = examples.ROOT

    def get(self, request: Request) -> Response:
        self.read_values()
        state = self.state()
        validators = of_state(state, request.path)
        if self.is_known_to_client(validators):
            return self.not_modified(validators)
        body = {
            "api_version": API_VERSION,
            "epoch": str(state.epoch),
            "sequence": state.sequence,
            "links": links(),
        }
        return self.keepable(self.with_validators(Response(body), validators), state)


class ProblemView(ApiView):
    """What a `type` of a problem means. Its address is that very `type`."""

    serializer_class = ProblemKindSerializer
    operation_id = "getProblem"
    tags: ClassVar = ["service"]
    summary = "Look a problem up"
    problems = (400, 404, 406, 429)
    example = examples.PROBLEM_KIND
    parameters: ClassVar = [
        OpenApiParameter(
            "name",
            {"type": "string", "enum": sorted(PROBLEMS)},
            OpenApiParameter.PATH,
            description="The last part of a problem's `type`.",
        )
    ]

    def get(self, request: Request, name: str) -> Response:
        self.read_values()
        problem = PROBLEMS.get(name)
        if problem is None:
            raise Http404
        return self.answer_bytes(
            dump(
                {
                    "type": problem.uri,
                    "title": problem.title,
                    "status": problem.status,
                    "description": problem.description,
                }
            )
        )


class LanguageForm(StrictForm):
    lang = OneOfField(allowed=LANGUAGES, required=False)


def language_of(view: ApiView) -> str:
    """Return the language that `lang` names, or the first that `Accept-Language` prefers."""
    chosen = clean(LanguageForm(view.read_values(LanguageForm.base_fields)))["lang"]
    accepted = parse_accept_lang_header(view.request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    wanted = [chosen, *(code.partition("-")[0] for code, _quality in accepted)]
    return next((code for code in wanted if code in LANGUAGES), LANGUAGES[0])


class OpenApiView(ApiView):
    """The OpenAPI document of this API, in English or Polish."""

    is_documented = False
    cache_control = "public, max-age=60, stale-while-revalidate=600"

    def get(self, request: Request) -> Response:
        language = language_of(self)
        response = self.answer_bytes(openapi_document(language))
        response["Content-Language"] = language
        patch_vary_headers(response, ["Accept-Language"])
        return response


class DocsView(ApiView):
    """The OpenAPI document for people: Swagger UI, from our own server."""

    is_documented = False

    def get(self, request: Request) -> Any:
        language = language_of(self)
        address = f"{reverse('api:openapi')}?lang={language}"
        context = {"openapi_url": address, "language": language, "languages": LANGUAGES}
        response = render(request, "cms/api/docs.html", context)
        patch_vary_headers(response, ["Accept-Language"])
        response["Cache-Control"] = "no-store"  # its nonce is for this answer only
        return response


class UnknownView(ApiView):
    """An address that is none of the API's: 301 where only the last slash is missing, else 404."""

    is_documented = False

    def get(self, request: Request, path: str = "") -> Response:
        if not request.path.endswith("/") and is_known(f"{request.path}/"):
            location = f"{settings.SITE_URL}{request.get_full_path(force_append_slash=True)}"
            headers = {"Location": location, "Cache-Control": "public, max-age=3600"}
            return Response(status=301, headers=headers)
        raise Http404


def is_known(path: str) -> bool:
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return match.namespace == "api" and match.url_name != "unknown"
