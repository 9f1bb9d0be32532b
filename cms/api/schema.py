"""The OpenAPI document: what drf-spectacular finds in our views and serializers, completed."""

import functools
from typing import Any

from django.conf import settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from cms.api.freshness import API_VERSION
from cms.api.json import dump
from cms.api.kinds import kinds
from cms.api.problems import API_PREFIX, MEDIA_TYPE, PROBLEMS
from cms.api.serializers.service import ProblemSerializer

DESCRIPTION = """\
What an NGO support centre has published: projects and their activities, events, organizations, \
news, contests, materials. Reading needs no key.

- **Show**: ask the lists, follow `next`. Keep the `ETag` of an answer and send it back as \
`If-None-Match`: as long as nothing has changed the answer is an empty 304.
- **Keep an exact copy**: follow `/api/v1/changes/`. It tells of every change and every removal.
- **Errors** are `application/problem+json` (RFC 9457); `errors` names each parameter that is \
wrong and what would be right.
- **How often**: every answer says in `RateLimit` how many requests are left; above that it is 429.
- **Personal data**: what is withdrawn must go from copies too; the feed says `remove`.

Within version 1 fields and parameters are only added, so readers should ignore what they do not \
know. Texts are Polish; times of day are local to Poland.
"""
TAGS = [
    {"name": "search", "description": "Across all types, in Polish."},
    {"name": "changes", "description": "For those who keep a copy."},
    {"name": "vocabularies", "description": "Words that documents and filters use."},
    {"name": "feeds", "description": "Events for calendars, news for feed readers."},
    {"name": "open data", "description": "Whole datasets as files, under an open licence."},
    {"name": "service", "description": "The API about itself."},
]
DESCRIPTIONS = {
    301: "The slug is a former one: the document is at `Location`.",
    304: "The copy that has this `ETag` is still good.",
    400: "A parameter is unknown, repeated or has a value that is not allowed.",
    401: "The token is unknown or was revoked.",
    404: "There is nothing here.",
    406: "The `Accept` header leaves JSON out.",
    410: "It was there, and is not any more.",
    429: "Too many requests.",
    503: "Busy for a moment.",
}
HEADERS: dict[str, tuple[str, list[int] | bool]] = {
    "ETag": ("Names this state of the answer; send it back as `If-None-Match`.", [200, 304]),
    "Last-Modified": ("When the documents last changed. Only the `ETag` decides.", [200, 304]),
    "Cache-Control": ("How long caches may answer by themselves.", [200, 301, 304]),
    "Location": ("Where the document is now.", [301]),
    "Retry-After": ("Seconds to wait.", [429, 503]),
    "WWW-Authenticate": ("What a token looks like (RFC 6750).", [401]),
    "RateLimit-Policy": (
        'How often you may ask: `"default";q=600;w=60` is 600 requests in 60 seconds.',
        True,
    ),
    "RateLimit": (
        'What is left: `"default";r=598;t=42` is 598 requests in the next 42 seconds.',
        True,
    ),
}
# A token opens nothing: it raises the limit of a client that is known by name.
TOKEN_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "Not needed. The token of a trusted client, `razem_…`, raises its limit.",
}


class ApiSchema(AutoSchema):
    """Reads the attributes of `ApiView`: operation id, tags, summary, problems, example."""

    view: Any  # an ApiView, which imports this module

    def is_excluded(self) -> bool:
        return not self.view.is_documented

    def get_operation_id(self) -> str:
        return str(self.view.operation_id)

    def get_tags(self) -> list[str]:
        return list(self.view.tags)

    def get_summary(self) -> str:
        return str(self.view.summary)

    # drf-spectacular's own signature differs from that of DRF.
    def get_description(self) -> str:  # type: ignore[override]
        return str(self.view.description or super().get_description())

    def get_auth(self) -> list[dict[str, Any]]:
        return [{}, {"trustedClient": []}]

    def get_override_parameters(self) -> list[Any]:
        if_none_match = OpenApiParameter(
            "If-None-Match",
            {"type": "string"},
            OpenApiParameter.HEADER,
            description="The `ETag` of the copy at hand.",
        )
        answered = [
            OpenApiParameter(
                name,
                {"type": "string"},
                OpenApiParameter.HEADER,
                description=description,
                response=statuses,
            )
            for name, (description, statuses) in HEADERS.items()
        ]
        return [*self.view.parameters, if_none_match, *answered]

    def get_response_serializers(self) -> Any:
        responses: dict[Any, OpenApiResponse] = {
            (200, self.view.media_type): OpenApiResponse(
                self._answer(), "The answer.", [OpenApiExample("example", self.view.example)]
            ),
            304: OpenApiResponse(None, DESCRIPTIONS[304]),
        }
        for status in (*self.view.problems, 401):
            if status == 301:
                responses[status] = OpenApiResponse(None, DESCRIPTIONS[status])
            else:
                responses[status, MEDIA_TYPE] = self._problem(status)
        return responses

    def _answer(self) -> Any:
        """Return the view's serializer, or for a list the component of its envelope."""
        serializer = self.view.serializer_class
        if not self.view.is_list:
            return self.view.answer_schema or serializer
        item = self.resolve_serializer(serializer, "response")
        items = {"type": "array", "items": item.ref}
        component = ResolvedComponent(
            name=f"{item.name}List",
            type=ResolvedComponent.SCHEMA,
            schema=self.view.list_schema(items),
            object=f"{item.name}List",
        )
        self.registry.register_on_missing(component)
        return component.ref

    def _problem(self, status: int) -> OpenApiResponse:
        examples = [
            OpenApiExample(problem.name, problem.as_dict(problem.description))
            for problem in PROBLEMS.values()
            if problem.status == status and problem not in self.view.other_problems
        ]
        return OpenApiResponse(ProblemSerializer, DESCRIPTIONS[status], examples)

    def _is_list_view(self, *serializers: Any) -> bool:
        """Whether the view has filters and pages. Of an answer: no, the envelope is ours."""
        return not serializers and bool(self.view.is_list or self.view.is_filtered)


Endpoint = tuple[str, str, str, Any]


def only_this_api(endpoints: list[Endpoint], **kwargs: Any) -> list[Endpoint]:
    """Leave out the DRF views of Wagtail's admin (a preprocessing hook)."""
    prefixes = (f"{API_PREFIX}v1/", "/feeds/")
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(prefixes)]


def complete(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add what stands in no view: introduction, server, the type of each document (a hook)."""
    result["info"]["description"] = DESCRIPTION
    result["info"]["version"] = API_VERSION
    result["servers"] = [{"url": settings.SITE_URL}]
    about_kinds = [{"name": kind.plural, "description": str(kind.about)} for kind in kinds()]
    result["tags"] = about_kinds + TAGS
    result["components"]["securitySchemes"] = {"trustedClient": TOKEN_SCHEME}
    components = result["components"]["schemas"]
    for kind in kinds():
        components[kind.component]["properties"]["type"] = {
            "type": "string",
            "const": kind.document_type.value,
            "description": "What it is.",
        }
    changed = components["Change"]["properties"]["document"]
    del changed["type"]
    changed["oneOf"] = [
        *({"$ref": f"#/components/schemas/{kind.component}"} for kind in kinds()),
        {"type": "null"},
    ]
    drop_read_only(components)
    return result


def drop_read_only(node: Any) -> None:
    """Take `readOnly` off: where nothing can be written it says nothing."""
    if isinstance(node, dict):
        node.pop("readOnly", None)
    for child in node.values() if isinstance(node, dict) else node:
        if isinstance(child, dict | list):
            drop_read_only(child)


LANGUAGES = ("en", "pl")
# What are values, not texts about them.
NOT_TEXTS = frozenset({"example", "examples", "enum", "const", "default"})


@functools.lru_cache(maxsize=len(LANGUAGES))
def openapi_document(language: str = "en") -> bytes:
    """Return the OpenAPI document in a language, as JSON. Each process makes it once."""
    with translation.override(language):
        document = SchemaGenerator().get_schema(request=None, public=True)
        return dump(translated(document))


def translated(node: Any) -> Any:
    """Return a part of the document with its texts in the active language (cms.api.texts)."""
    if isinstance(node, list):
        return [translated(child) for child in node]
    if not isinstance(node, dict):
        return node
    return {name: _translated_member(name, value) for name, value in node.items()}


def _translated_member(name: str, value: Any) -> Any:
    if name in {"summary", "description"} and isinstance(value, str):
        text, mark, choices = value.partition("\n\n* `")  # of which the models know the words
        return translation.gettext(text) + mark + choices if text else value
    return value if name in NOT_TEXTS else translated(value)


def texts_of(node: Any) -> set[str]:
    """Return the texts of the document that `translated` looks up."""
    if isinstance(node, list):
        return {text for child in node for text in texts_of(child)}
    if not isinstance(node, dict):
        return set()
    found = set()
    for name, value in node.items():
        if name in {"summary", "description"} and isinstance(value, str):
            text = value.partition("\n\n* `")[0]
            found |= set() if text.startswith("* `") else {text}
        elif name not in NOT_TEXTS:
            found |= texts_of(value)
    return found
