"""Filters of the lists: django-filter, but what it does not know it refuses."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    Exists,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django_filters.filters import Filter
from django_filters.filterset import FilterSet
from drf_spectacular.drainage import set_override

from cms.api.parameters import (
    DayField,
    OneOfField,
    SlugField,
    StrictForm,
    TrueOrFalseField,
    UuidListField,
)
from cms.api.problems import InvalidParametersError, ParameterError
from cms.models.documents import Document, DocumentFacet
from cms.models.events import EventPage
from cms.models.vocabularies import Locality, Sphere, Topic

MOST_IDS = 100


def with_facet(documents: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
    """Return those of the documents that have the facet."""
    return documents.filter(_has_facet(name, value))


def _has_facet(name: str, value: str) -> Exists:
    return Exists(DocumentFacet.objects.filter(document=OuterRef("pk"), name=name, value=value))


def ending_from(documents: QuerySet[Document], day: date) -> QuerySet[Document]:
    """Return those of the events that end on the day or later.

    The second condition follows from the first. It tells the database where to begin in the index
    by start, which it would otherwise read from the first event there ever was. (`Coalesce` keeps
    it from looking for the minimum in that very index.)
    """
    ending = Document.objects.filter(type=Document.Type.EVENT, is_live=True, ends_on__gte=day)
    earliest = (
        ending.order_by()
        .annotate(group=Value(1))
        .values("group")
        .annotate(first=Min(Coalesce("starts_on", "ends_on")))
        .values("first")
    )
    return documents.filter(ends_on__gte=day, starts_on__gte=Subquery(earliest))


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


class IdsFilter(DocumentedFilter):
    field_class = UuidListField
    schema = {
        "type": "string",
        "pattern": "^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$",
        "example": "8c5b24f9-3a51-4f6b-9d4c-5a3f0e1d2c7b",
    }


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


class DocumentFilterSet(FilterSet):
    """What every list can be filtered by."""

    ids = IdsFilter(
        f"Only these documents: up to {MOST_IDS} ids, separated by commas.",
        method="filter_ids",
        most=MOST_IDS,
    )

    class Meta:
        model = Document
        fields: list[str] = []
        form = StrictForm

    def filter_ids(
        self, qs: QuerySet[Document], name: str, value: list[UUID]
    ) -> QuerySet[Document]:
        return qs.filter(pk__in=value)

    def depends_on_today(self) -> bool:
        """Whether the answer reads differently tomorrow although nothing changes."""
        return False

    def check_vocabulary(self) -> None:
        """Raise InvalidParametersError if a value is in no vocabulary. At most one query.

        It need not be asked while documents are found: what they have is a known value.
        """
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


class ProjectFilterSet(DocumentFilterSet):
    """Filters of the projects."""


class EventFilterSet(DocumentFilterSet):
    """Filters of the events. Dates are local days (Europe/Warsaw)."""

    upcoming = TrueOrFalseFilter(
        "true: events that are not over by today's date in Poland, and not postponed without a "
        "new date. false: all the others.",
        method="filter_upcoming",
    )
    from_ = DayFilter("Events that end on this day or later.", method="filter_from")
    to = DayFilter("Events that begin on this day or before.", method="filter_to")
    topic = VocabularyFilter(
        "Events on a topic: a `slug` of /api/v1/vocabularies/topics/.",
        vocabulary=Topic,
        column="slug",
    )
    kind = OneOfFilter("Events of this kind.", allowed=EventPage.Kind.values)
    status = OneOfFilter("Events with this status.", allowed=EventPage.Status.values)
    certainty = OneOfFilter(
        "Events whose date is as certain as this.", allowed=EventPage.DateCertainty.values
    )

    @classmethod
    def get_filters(cls) -> dict[str, Filter]:
        """Return the filters by their public names; `from` is no name in Python."""
        filters = super().get_filters().items()
        return {name.removesuffix("_"): one for name, one in filters}

    def depends_on_today(self) -> bool:
        return self.form.cleaned_data.get("upcoming") is not None

    def filter_upcoming(
        self, qs: QuerySet[Document], name: str, value: bool | None
    ) -> QuerySet[Document]:
        postponed = _has_facet("status", EventPage.Status.POSTPONED)
        today = timezone.localdate()
        if value:
            return ending_from(qs.filter(~postponed), today)
        return qs.filter(Q(postponed) | Q(ends_on__lt=today))

    def filter_from(self, qs: QuerySet[Document], name: str, value: date) -> QuerySet[Document]:
        return ending_from(qs, value)

    def filter_to(self, qs: QuerySet[Document], name: str, value: date) -> QuerySet[Document]:
        return qs.filter(starts_on__lte=value)


class OrganizationFilterSet(DocumentFilterSet):
    """Filters of the directory."""

    sphere = VocabularyFilter(
        "Organizations active in a sphere: a `code` of /api/v1/vocabularies/spheres/.",
        vocabulary=Sphere,
        column="code",
    )
    locality = VocabularyFilter(
        "Organizations seated in a locality: a `slug` of /api/v1/vocabularies/localities/.",
        vocabulary=Locality,
        column="slug",
    )
