"""Filters of one parameter each: they refuse what they do not know, and document themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CharField, Model, QuerySet, Value
from django.db.models.functions import Cast
from django_filters.filters import Filter
from drf_spectacular.drainage import set_override

from cms.api.filters.facets import has_facet, with_facet, with_rare_facet
from cms.api.parameters import (
    UUID_PATTERN,
    DayField,
    DigitsField,
    MomentField,
    MonthField,
    OneOfField,
    QueryField,
    SlugField,
    TrueOrFalseField,
    UuidListField,
)
from cms.documents.selectors import live_documents
from cms.models.documents import Document
from cms.search.finding import matching
from cms.search.query import LONGEST_QUERY, Query

MOST_IDS = 100


class DocumentedFilter(Filter):
    """A filter that carries its own part of the OpenAPI document."""

    schema: Mapping[str, Any] = {"type": "string"}

    def __init__(self, description: str, **kwargs: Any) -> None:
        super().__init__(label=description, help_text=description, **kwargs)
        set_override(self, "field", {**self.schema, "description": description})


class TrueOrFalseFilter(DocumentedFilter):
    field_class = TrueOrFalseField
    schema = {"type": "boolean"}


class DayFilter(DocumentedFilter):
    field_class = DayField
    schema = {"type": "string", "format": "date", "example": "2018-09-15"}


class MonthFilter(DocumentedFilter):
    field_class = MonthField
    schema = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "example": "2018-09"}


class MomentFilter(DocumentedFilter):
    field_class = MomentField
    schema = {"type": "string", "format": "date-time", "example": "2018-09-15T10:00:00Z"}


class FlagFilter(TrueOrFalseFilter):
    """Documents that have a facet of that name, or have not."""

    def filter(self, qs: QuerySet[Document], value: bool | None) -> QuerySet[Document]:
        if value is None:
            return qs
        has_it = has_facet(self.field_name, "true")
        return qs.filter(has_it if value else ~has_it)


class DigitsFilter(DocumentedFilter):
    """Documents with a register number."""

    field_class = DigitsField

    def __init__(self, description: str, *, length: int, **kwargs: Any) -> None:
        self.schema = {"type": "string", "pattern": f"^[0-9]{{{length}}}$"}
        super().__init__(description, length=length, **kwargs)

    def filter(self, qs: QuerySet[Document], value: str | None) -> QuerySet[Document]:
        return with_rare_facet(qs, self.field_name, value) if value else qs


class IdsFilter(DocumentedFilter):
    field_class = UuidListField
    schema = {
        "type": "string",
        "pattern": f"^{UUID_PATTERN.pattern}(,{UUID_PATTERN.pattern}){{0,{MOST_IDS - 1}}}$",
        "example": "8c5b24f9-3a51-4f6b-9d4c-5a3f0e1d2c7b",
    }


class QueryFilter(DocumentedFilter):
    """Documents in which words are found."""

    field_class = QueryField
    schema = {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_QUERY,
    }

    def filter(self, qs: QuerySet[Document], value: Query | None) -> QuerySet[Document]:
        return matching(qs, value) if value else qs


class OneOfFilter(DocumentedFilter):
    """Documents with a facet whose values are fixed in the code."""

    field_class = OneOfField

    def __init__(self, description: str, *, allowed: Iterable[str], **kwargs: Any) -> None:
        self.schema = {"type": "string", "enum": list(allowed)}
        super().__init__(description, allowed=self.schema["enum"], **kwargs)

    def filter(self, qs: QuerySet[Document], value: str | None) -> QuerySet[Document]:
        return with_facet(qs, self.field_name, value) if value else qs


class VocabularyFilter(DocumentedFilter):
    """Documents with a facet whose values are the rows of a vocabulary."""

    field_class = SlugField
    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}

    def __init__(
        self, description: str, *, vocabulary: type[Model], column: str, **kwargs: Any
    ) -> None:
        super().__init__(description, **kwargs)
        self.vocabulary, self.column = vocabulary, column

    def filter(self, qs: QuerySet[Document], value: str | None) -> QuerySet[Document]:
        return with_facet(qs, self.field_name, value) if value else qs

    def known_values(self) -> QuerySet[Any, tuple[str, str]]:
        """Return (name of the filter, value) of each row of the vocabulary."""
        name = Value(self.field_name, output_field=CharField())
        return self.vocabulary._default_manager.order_by().values_list(
            name, Cast(self.column, CharField())
        )


class DocumentReferenceFilter(DocumentedFilter):
    """Documents that name another document, by that one's slug."""

    field_class = SlugField
    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}

    def __init__(
        self, description: str, *, document_type: str, is_rare: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(description, **kwargs)
        self.document_type = document_type
        self.find = with_rare_facet if is_rare else with_facet

    def filter(self, qs: QuerySet[Document], value: str | None) -> QuerySet[Document]:
        return self.find(qs, self.field_name, value) if value else qs

    def knows(self, slug: str) -> bool:
        """Whether there is such a document."""
        return live_documents().filter(type=self.document_type, slug=slug).exists()
