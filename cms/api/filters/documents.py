"""What every list can be filtered by: django-filter, but what it does not know it refuses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_filters.filters import Filter
from django_filters.filterset import FilterSet

from cms.api.filters.fields import (
    MOST_IDS,
    DocumentReferenceFilter,
    IdsFilter,
    MomentFilter,
    QueryFilter,
    VocabularyFilter,
)
from cms.api.parameters import StrictForm
from cms.api.problems import InvalidParametersError, ParameterError
from cms.models.documents import Document


class DocumentFilterSet(FilterSet):
    """What every list can be filtered by."""

    base_filters: dict[str, Filter]

    ids = IdsFilter(
        f"Only these documents: up to {MOST_IDS} ids, separated by commas.",
        method="filter_ids",
        most=MOST_IDS,
    )

    q = QueryFilter(
        "Documents in which all of these words are, in any Polish form; the order stays that of "
        "the list. /api/v1/search/ has the best ones first."
    )

    updated_since = MomentFilter(
        "Documents whose present state was written at this moment or later. For an exact copy, "
        "removals included, follow /api/v1/changes/ instead.",
        method="filter_updated_since",
    )

    def __init__(self, data: Mapping[str, str], **kwargs: Any) -> None:
        """Take only the filters that are asked for: django-filter copies each of them deeply."""
        mine = type(self).base_filters
        self.base_filters = {name: one for name, one in mine.items() if name in data}
        super().__init__(data, **kwargs)

    class Meta:
        model = Document
        fields: list[str] = []
        form = StrictForm

    def filter_ids(
        self, qs: QuerySet[Document], name: str, value: list[UUID]
    ) -> QuerySet[Document]:
        return qs.filter(pk__in=value)

    def filter_updated_since(
        self, qs: QuerySet[Document], name: str, value: datetime
    ) -> QuerySet[Document]:
        return qs.filter(updated_at__gte=value)

    def depends_on_today(self) -> bool:
        """Whether the answer reads differently tomorrow although nothing changes."""
        return False

    def check_vocabulary(self) -> None:
        """Raise InvalidParametersError if a value names nothing that there is.

        It need not be asked while documents are found: what they have is a known value. At most
        one query for all vocabularies, and one for each document that is named.
        """
        self._check_references()
        chosen = {
            name: one
            for name, one in self.filters.items()
            if isinstance(one, VocabularyFilter) and self.form.cleaned_data.get(name)
        }
        if not chosen:
            return
        first, *others = (one.known_values() for one in chosen.values())
        known: dict[str, list[str]] = {name: [] for name in chosen}
        for name, value in first.union(*others, all=True) if others else first:
            known[name].append(value)
        errors = [
            ParameterError(name, "This value is not one of those allowed.", sorted(values))
            for name, values in known.items()
            if self.form.cleaned_data[name] not in values
        ]
        if errors:
            raise InvalidParametersError(errors)

    def _check_references(self) -> None:
        errors = [
            ParameterError(name, f"There is no {one.document_type} with this slug.", None)
            for name, one in self.filters.items()
            if isinstance(one, DocumentReferenceFilter)
            and (slug := self.form.cleaned_data.get(name))
            and not one.knows(slug)
        ]
        if errors:
            raise InvalidParametersError(errors)
