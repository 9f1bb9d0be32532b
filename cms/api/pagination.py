"""Pages of a list: by cursor (stable while content changes), or by number for the first ones.

A cursor is the place of a document in the order of the list: the next page begins after it, however
many documents came or went before it. It is opaque to clients, and checked when it comes back.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.json import fragment
from cms.api.parameters import (
    LARGEST_NUMBER,
    OneOfField,
    StrictForm,
    TrueOrFalseField,
    WholeNumberField,
)
from cms.api.problems import NOT_FOUND, ProblemError
from cms.models.documents import Document

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 200
# Pages by number skip documents one by one: further ones have to follow `next`.
FURTHEST_BY_NUMBER = 10_000


def read_text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 300 or "\0" in value:
        raise ValueError("not a sort key")
    return value


def read_day(value: object) -> date:
    return date.fromisoformat(read_text(value))


def read_moment(value: object) -> datetime:
    moment = datetime.fromisoformat(read_text(value))
    if moment.tzinfo is None:
        raise ValueError("not a moment: no offset")
    return moment


def read_number(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= LARGEST_NUMBER:
        raise ValueError("not a sequence number")
    return value


@dataclass(frozen=True)
class Ordering:
    """A column that a list is ordered by; the id decides between equals."""

    column: str
    read: Callable[[object], Any]
    is_descending: bool = False

    def apply(
        self, documents: QuerySet[Document], *, is_backward: bool = False
    ) -> QuerySet[Document]:
        sign = "-" if self.is_descending != is_backward else ""
        return documents.order_by(f"{sign}{self.column}", f"{sign}pk")


ORDERINGS = {
    "start_date": Ordering("starts_on", read_day),
    "-start_date": Ordering("starts_on", read_day, is_descending=True),
    "title": Ordering("sort_key", read_text),
    "-title": Ordering("sort_key", read_text, is_descending=True),
    "published_at": Ordering("published_at", read_moment),
    "-published_at": Ordering("published_at", read_moment, is_descending=True),
    "updated_at": Ordering("sequence", read_number),
    "-updated_at": Ordering("sequence", read_number, is_descending=True),
}


@dataclass(frozen=True)
class Cursor:
    """The documents before or after a place in an ordering."""

    ordering: str
    value: Any
    document_id: UUID
    is_backward: bool = False

    def encode(self) -> str:
        parts = [self.ordering, self.value, str(self.document_id), self.is_backward]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, ordering: str) -> "Cursor":
        """Return the cursor; raises ValueError for what is none of ours in this ordering."""
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            given, value, document_id, is_backward = orjson.loads(
                base64.b64decode(padded, altchars=b"-_", validate=True)
            )
            value, document_id = ORDERINGS[ordering].read(value), UUID(document_id)
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError("not a cursor") from error
        if given != ordering or not isinstance(is_backward, bool):
            raise ValueError("a cursor of another list")
        return cls(ordering, value, document_id, is_backward)

    def select(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """Return the documents beyond the cursor, nearest first.

        The first condition alone would do; it is spelled out so that databases use the index.
        """
        ordering = ORDERINGS[self.ordering]
        beyond = "lt" if ordering.is_descending != self.is_backward else "gt"
        column = ordering.column
        in_range = Q((f"{column}__{beyond}e", self.value))
        after = Q((f"{column}__{beyond}", self.value)) | Q((f"pk__{beyond}", self.document_id))
        return ordering.apply(documents.filter(in_range & after), is_backward=self.is_backward)


class PagingForm(StrictForm):
    """The parameters that choose a part of a list. The first ordering is the default."""

    limit = WholeNumberField(lowest=1, highest=LARGEST_LIMIT, required=False)
    page = WholeNumberField(lowest=1, required=False)
    cursor = forms.Field(required=False)
    count = TrueOrFalseField(required=False)

    def __init__(self, *args: Any, orderings: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ordering"] = OneOfField(allowed=orderings, required=False)
        self.default_ordering = orderings[0]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        values["limit"] = values.get("limit") or DEFAULT_LIMIT
        values["ordering"] = values.get("ordering") or self.default_ordering
        self._read_cursor(values)
        if (values.get("page") or 1) * values["limit"] > FURTHEST_BY_NUMBER:
            self.add_error(
                "page",
                f"Pages by number end with the {FURTHEST_BY_NUMBER}th document. Begin with the "
                "first page and follow `next`: it leads through all of them, at the same speed.",
            )
        return values

    def _read_cursor(self, values: dict[str, Any]) -> None:
        text = values.get("cursor")
        if not text:
            return
        if values.get("page"):
            self.add_error("page", "Give `page` or `cursor`, not both.")
        try:
            values["cursor"] = Cursor.decode(text, values["ordering"])
        except ValueError:
            self.add_error(
                "cursor",
                "This cursor is not from this list in this ordering. Take it from `next` or "
                "`previous`, or leave it out to begin with the first page.",
            )


@dataclass(frozen=True)
class Row:
    """What a page needs of a document."""

    value: Any
    document_id: UUID
    payload: bytes | memoryview = field(repr=False)


class DocumentPagination(BasePagination):
    """Cuts a list of documents into pages and links them.

    `choose` takes the checked parameters first; then come DRF's own two calls.
    """

    parameter_names = frozenset({"limit", "page", "cursor", "count", "ordering"})

    def form(self, values: Mapping[str, str], orderings: Sequence[str]) -> PagingForm:
        """Return the form that checks the parameters of paging."""
        return PagingForm(values, orderings=orderings)

    def choose(self, chosen: Mapping[str, Any], values: Mapping[str, str]) -> None:
        """Set which page is wanted; `values` are all parameters as given, for the links."""
        self.ordering: str = chosen["ordering"]
        self.limit: int = chosen["limit"]
        self.number: int | None = chosen["page"]
        self.cursor: Cursor | None = chosen["cursor"] or None
        self.is_counted = bool(chosen["count"])
        self.values = values

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the payloads of the page. One query, two if the list is to be counted."""
        self.address = f"{settings.SITE_URL}{request.path}"
        column = ORDERINGS[self.ordering].column
        queryset = queryset.exclude(starts_on=None) if column == "starts_on" else queryset
        found = [Row(*row) for row in self._select(queryset).values_list(column, "pk", "payload")]
        self.has_more = len(found) > self.limit
        self.rows = found[: self.limit]
        if self.cursor and self.cursor.is_backward:
            self.rows.reverse()
        if not self.rows and (self.number or 1) > 1:
            raise ProblemError(NOT_FOUND, f"The list has no page {self.number}.")
        self.total = self._count(queryset) if self.is_counted else None
        return [fragment(row.payload) for row in self.rows]

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        count = {} if self.total is None else {"count": self.total}
        links = {"next": self._next(), "previous": self._previous()}
        return Response({**count, **links, "results": data})

    def _select(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """Return the page's documents and, where there is one, the next."""
        if self.cursor:
            return self.cursor.select(documents)[: self.limit + 1]
        start = ((self.number or 1) - 1) * self.limit
        return ORDERINGS[self.ordering].apply(documents)[start : start + self.limit + 1]

    def _count(self, documents: QuerySet[Document]) -> int:
        is_all_here = not (self.has_more or self.cursor or (self.number or 1) > 1)
        return len(self.rows) if is_all_here else documents.count()

    def _next(self) -> str | None:
        if self.number:
            return self._link(page=self.number + 1) if self.has_more else None
        is_backward = bool(self.cursor and self.cursor.is_backward)
        if not self.rows or not (self.has_more or is_backward):
            return None
        return self._link(cursor=self._cursor(self.rows[-1]).encode())

    def _previous(self) -> str | None:
        if self.number:
            return self._link(page=self.number - 1) if self.number > 1 else None
        if not self.rows or not self.cursor or (self.cursor.is_backward and not self.has_more):
            return None
        return self._link(cursor=self._cursor(self.rows[0], is_backward=True).encode())

    def _cursor(self, row: Row, *, is_backward: bool = False) -> Cursor:
        return Cursor(self.ordering, row.value, row.document_id, is_backward)

    def _link(self, **changed: object) -> str:
        kept = {name: value for name, value in self.values.items() if name != "cursor"}
        return f"{self.address}?{urlencode(kept | changed)}"

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
            return {
                "name": name,
                "in": "query",
                "required": False,
                "description": description,
                "schema": schema,
            }

        return [
            parameter(
                "limit",
                "Documents on a page.",
                type="integer",
                minimum=1,
                maximum=LARGEST_LIMIT,
                default=DEFAULT_LIMIT,
            ),
            parameter(
                "cursor",
                "Opaque: a place in the list, from `next` or `previous`. Stays right while "
                "documents come and go.",
                type="string",
                pattern="^[A-Za-z0-9_-]+$",
            ),
            parameter(
                "page",
                f"Number of a page, up to the {FURTHEST_BY_NUMBER}th document. For all of a list, "
                "follow `next` from the first page instead.",
                type="integer",
                minimum=1,
            ),
            parameter(
                "count",
                "true: add `count`, how many documents the whole list has.",
                type="boolean",
            ),
            parameter(
                "ordering",
                "Order of the list; `-` reverses it. Titles in the order of the Polish alphabet.",
                type="string",
                enum=list(view.orderings),
                default=view.orderings[0],
            ),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Only with `count=true`."},
                "next": {**link, "description": "Address of the next page."},
                "previous": {**link, "description": "Address of the page before."},
                "results": schema,
            },
        }
