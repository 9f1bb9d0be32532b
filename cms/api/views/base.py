"""What all views of the API share: JSON, problems, conditional answers, documentation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils import translation
from django.utils.functional import Promise
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import BasePagination
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.freshness import PublishedState, Validators, of_bytes, published_state
from cms.api.json import MEDIA_TYPE, JsonNegotiation, JsonRenderer
from cms.api.parameters import read_values
from cms.api.problems import LINK_OVER, START_AGAIN, Problem, problem_response
from cms.api.schema import ApiSchema


class AsAddressed(BaseContentNegotiation):
    """The form that the address names, whatever `Accept` says (RFC 9110 §12.4.1 allows that)."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class ApiView(GenericAPIView):
    """A view of the API: public, read only, in English, the same for everyone.

    Nothing here reads cookies or sessions, so answers may be kept by any cache. How often one may
    ask is decided before (cms.api.access).
    """

    renderer_classes = (JsonRenderer,)
    parser_classes = ()
    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class: type[BaseContentNegotiation] = JsonNegotiation
    metadata_class = None
    filter_backends: Sequence[Any] = ()
    pagination_class: type[BasePagination] | None = None
    http_method_names = ["get", "head", "options"]
    schema = ApiSchema()

    # How long a cache may answer by itself, and then with the old answer while it asks for a new
    # one, in seconds. A withdrawal takes so long to reach those who read through a cache.
    cache_control = "public, max-age=10, stale-while-revalidate=30"

    # For the OpenAPI document (cms.api.schema). `problems` are the statuses beside 200 and 304.
    is_documented = True
    is_list = False
    is_filtered = False
    operation_id: ClassVar[str]
    tags: ClassVar[list[str]]
    summary: ClassVar[str | Promise]
    description: ClassVar[str | Promise] = ""  # else the docstring
    example: ClassVar[Any]
    parameters: ClassVar[list[OpenApiParameter]] = []
    problems: ClassVar[tuple[int, ...]] = (400, 406, 429)
    media_type: str = MEDIA_TYPE
    # Of an answer that no serializer describes.
    answer_schema: dict[str, Any] | None = None
    # Of the kinds of 410, those that this view does not know.
    other_problems: ClassVar[tuple[Problem, ...]] = (START_AGAIN, LINK_OVER)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say which methods there are (`Allow`)."""
        return Response(status=204)

    def get_exception_handler(self) -> Any:
        return problem_response

    def state(self) -> PublishedState:
        """Return the state of all documents. One query, unless it was asked for already."""
        state: PublishedState | None = getattr(self.request, "published_state", None)
        return state or published_state()

    def read_values(self, allowed: Iterable[str] = ()) -> dict[str, str]:
        """Return the query parameters; raises InvalidParametersError for any not allowed."""
        return read_values(self.request, allowed)

    def is_known_to_client(self, validators: Validators) -> bool:
        """Whether the client's copy is still good."""
        return validators.match(self.request.META.get("HTTP_IF_NONE_MATCH"))

    def answer_bytes(self, body: bytes) -> Response:
        """Return finished JSON, or 304 if it is what the client has."""
        validators = of_bytes(body)
        if self.is_known_to_client(validators):
            return self.not_modified(validators)
        return self.with_validators(Response(body), validators)

    def list_schema(self, items: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of the envelope of a list."""
        if self.paginator:
            return dict(self.paginator.get_paginated_response_schema(items))
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {"type": "null"},
                "previous": {"type": "null"},
                "results": items,
            },
        }

    def not_modified(self, validators: Validators) -> Response:
        return Response(status=304, headers=self._headers(validators))

    def with_validators(self, response: Response, validators: Validators) -> Response:
        for name, value in self._headers(validators).items():
            response[name] = value
        return response

    def keepable(self, response: Response, state: PublishedState) -> Response:
        """Declare that nothing but the question and the state decides the answer.

        The state was read before anything else. What is declared may be given again to others
        (cms.api.kept): the same bytes, the same headers.
        """
        response.decided_by = state  # type: ignore[attr-defined]
        return response

    def _headers(self, validators: Validators) -> Mapping[str, str]:
        return {**validators.headers(), "Cache-Control": self.cache_control}
