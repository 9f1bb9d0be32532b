"""Search across all types."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api import examples
from cms.api.freshness import of_state
from cms.api.parameters import OneOfField, QueryField, StrictForm, WholeNumberField, clean
from cms.api.problems import NOT_FOUND, ProblemError
from cms.api.serializers.search import SearchSerializer
from cms.api.views.base import ApiView
from cms.models.documents import Document
from cms.search.finding import Found, Hit, find
from cms.search.query import LONGEST_QUERY

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 50
# Nobody reads further; whoever wants everything follows a list with `q`.
FURTHEST = 1000


class SearchForm(StrictForm):
    q = QueryField(error_messages={"required": "Give the words to look for."})
    type = OneOfField(allowed=Document.Type.values, required=False)
    limit = WholeNumberField(lowest=1, highest=LARGEST_LIMIT, required=False)
    page = WholeNumberField(lowest=1, required=False)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        values["limit"] = values.get("limit") or DEFAULT_LIMIT
        values["page"] = values.get("page") or 1
        if values["page"] * values["limit"] > FURTHEST:
            self.add_error(
                "page",
                f"The search ends with the {FURTHEST}th document. For all of them take a list, "
                "for example /api/v1/events/?q=…, and follow `next`.",
            )
        return values


class SearchView(ApiView):
    """Documents of all types in which all words are, best first.

    Words are found in any Polish form that the dictionary knows („organizacjom” finds
    „organizacja”), without Polish letters („lawka” finds „ławka”), by their beginning („wolont”),
    and numbers in groups or not. Words in quotation marks are found as they stand, one after the
    other. Nothing else in `q` has a meaning of its own. Titles count most, then short names,
    numbers and summaries, then the text, then places, partners and topics.
    """

    serializer_class = SearchSerializer
    problems = (400, 404, 406, 429)
    operation_id = "search"
    tags: ClassVar = ["search"]
    summary = "Search everything"
    example = examples.SEARCH
    parameters: ClassVar = [
        OpenApiParameter(
            "q",
            {"type": "string", "minLength": 1, "maxLength": LONGEST_QUERY},
            required=True,
            description="What to look for, as a person typed it.",
            examples=[
                OpenApiExample("words", "szkolenia dla organizacji"),
                OpenApiExample("phrase", "„zielony zegar”"),
                OpenApiExample("number", "999-000-00-14"),
            ],
        ),
        OpenApiParameter(
            "type",
            {"type": "string", "enum": list(Document.Type.values)},
            description="Only documents of this type.",
        ),
        OpenApiParameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT},
            description="Documents on a page.",
        ),
        OpenApiParameter(
            "page",
            {"type": "integer", "minimum": 1, "default": 1},
            description=f"Number of a page, up to the {FURTHEST}th document.",
        ),
    ]

    def get(self, request: Request) -> Response:
        values = self.read_values(SearchForm.base_fields)
        asked = clean(SearchForm(values))
        state = self.state()
        validators = of_state(state, request.path, sorted(values.items()))
        if self.is_known_to_client(validators):
            return self.not_modified(validators)
        response = Response(answer(asked, values, request.path))
        return self.keepable(self.with_validators(response, validators), state)


def answer(asked: Mapping[str, Any], values: Mapping[str, str], path: str) -> dict[str, Any]:
    """Return a page of hits. Raises ProblemError (404) for one after the last."""
    page, limit = asked["page"], asked["limit"]
    start = (page - 1) * limit
    found = find(asked["q"], start=start, limit=limit, document_type=asked["type"])
    if page > 1 and not found.hits:
        raise ProblemError(NOT_FOUND, f"There is no page {page} of what was found.")

    def link(number: int) -> str:
        return f"{settings.SITE_URL}{path}?{urlencode({**values, 'page': number})}"

    count = count_of(found, asked["type"])
    has_more = start + limit < min(count, FURTHEST)
    return {
        "next": link(page + 1) if has_more else None,
        "previous": link(page - 1) if page > 1 else None,
        "count": count,
        "facets": found.counts,
        "results": [hit_in_json(hit) for hit in found.hits],
    }


def count_of(found: Found, document_type: str | None) -> int:
    """Return how many documents there are, of the type if one is given."""
    return found.counts[document_type] if document_type else sum(found.counts.values())


def hit_in_json(hit: Hit) -> dict[str, Any]:
    document = hit.document
    return {
        "id": document.pk,
        "type": document.type,
        "slug": document.slug,
        "title": hit.payload["title"],
        "title_html": hit.title_html,
        "url": hit.payload["url"],
        "version": document.sequence,
        "is_sample": document.is_sample,
        "start_date": document.starts_on,
        "end_date": document.ends_on,
        "excerpt": hit.excerpt.text,
        "excerpt_html": hit.excerpt.html,
    }
