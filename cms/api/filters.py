"""Filters of the lists: django-filter, but what it does not know it refuses."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
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
    UUID_PATTERN,
    DayField,
    DigitsField,
    MomentField,
    MonthField,
    OneOfField,
    QueryField,
    SlugField,
    StrictForm,
    TrueOrFalseField,
    UuidListField,
)
from cms.api.problems import InvalidParametersError, ParameterError
from cms.documents.selectors import live_documents
from cms.models.documents import Document, DocumentFacet
from cms.models.events import EventPage
from cms.models.organizations import OrganizationPage
from cms.models.vocabularies import Locality, Sphere, Topic
from cms.search.finding import matching
from cms.search.query import LONGEST_QUERY, Query

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
        has_it = _has_facet(self.field_name, "true")
        return qs.filter(has_it if value else ~has_it)


class DigitsFilter(DocumentedFilter):
    """Documents with a register number."""

    field_class = DigitsField

    def __init__(self, description: str, *, length: int, **kwargs: Any) -> None:
        self.schema = {"type": "string", "pattern": f"^[0-9]{{{length}}}$"}
        super().__init__(description, length=length, **kwargs)

    def filter(self, qs: QuerySet[Document], value: str | None) -> QuerySet[Document]:
        return with_facet(qs, self.field_name, value) if value else qs


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

    def __init__(self, description: str, *, document_type: str, **kwargs: Any) -> None:
        super().__init__(description, **kwargs)
        self.document_type = document_type

    def filter(self, qs: QuerySet[Document], value: str | None) -> QuerySet[Document]:
        return with_facet(qs, self.field_name, value) if value else qs

    def knows(self, slug: str) -> bool:
        """Whether there is such a document."""
        return live_documents().filter(type=self.document_type, slug=slug).exists()


class DocumentFilterSet(FilterSet):
    """What every list can be filtered by."""

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


class ProjectFilterSet(DocumentFilterSet):
    """Filters of the projects."""


class EventFilterSet(DocumentFilterSet):
    """Filters of the events. Dates are local days (Europe/Warsaw)."""

    upcoming = TrueOrFalseFilter(
        "true: events that are not over by today's date in Poland, and not postponed without a "
        "new date. false: all the others.",
        method="filter_upcoming",
    )
    past = TrueOrFalseFilter(
        "true: events whose last day is over by today's date in Poland. false: all the others.",
        method="filter_past",
    )
    month = MonthFilter("Events of which at least one day is in this month.", method="filter_month")
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
    level = OneOfFilter("Events for everyone, or for specialists.", allowed=EventPage.Level.values)
    locality = VocabularyFilter(
        "Events at a place in a locality: a `slug` of /api/v1/vocabularies/localities/.",
        vocabulary=Locality,
        column="slug",
    )
    organizer = DocumentReferenceFilter(
        "Events held by an organization: its `slug`.",
        document_type=Document.Type.ORGANIZATION.value,
    )
    project = DocumentReferenceFilter(
        "Events that are part of a project: its `slug`.", document_type=Document.Type.PROJECT.value
    )
    registration = OneOfFilter(
        "Events for which one can still sign up: not over, not full, not cancelled or postponed.",
        allowed=["open"],
        method="filter_registration",
    )

    @classmethod
    def get_filters(cls) -> dict[str, Filter]:
        """Return the filters by their public names; `from` is no name in Python."""
        filters = super().get_filters().items()
        return {name.removesuffix("_"): one for name, one in filters}

    def depends_on_today(self) -> bool:
        chosen = self.form.cleaned_data
        return any(chosen.get(name) is not None for name in ("upcoming", "past", "registration"))

    def filter_upcoming(
        self, qs: QuerySet[Document], name: str, value: bool | None
    ) -> QuerySet[Document]:
        postponed = _has_facet("status", EventPage.Status.POSTPONED)
        today = timezone.localdate()
        if value:
            return ending_from(qs.filter(~postponed), today)
        return qs.filter(Q(postponed) | Q(ends_on__lt=today))

    def filter_past(
        self, qs: QuerySet[Document], name: str, value: bool | None
    ) -> QuerySet[Document]:
        today = timezone.localdate()
        return qs.filter(ends_on__lt=today) if value else ending_from(qs, today)

    def filter_month(
        self, qs: QuerySet[Document], name: str, value: tuple[date, date]
    ) -> QuerySet[Document]:
        first, last = value
        return ending_from(qs, first).filter(starts_on__lte=last)

    def filter_registration(
        self, qs: QuerySet[Document], name: str, value: str
    ) -> QuerySet[Document]:
        return ending_from(with_facet(qs, name, value), timezone.localdate())

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
    legal_form = OneOfFilter(
        "Organizations of a legal form: a `code` of /api/v1/vocabularies/legal-forms/.",
        allowed=OrganizationPage.LegalForm.values,
    )
    opp = FlagFilter("Organizations with public benefit status (OPP), or without.")
    seeks_volunteers = FlagFilter("Organizations that look for volunteers, or do not.")
    verified_since = DayFilter(
        "Organizations whose profile was verified on this day or later.",
        method="filter_verified_since",
    )
    krs = DigitsFilter("The organization with this KRS number, and its branches.", length=10)
    nip = DigitsFilter("Organizations with this NIP.", length=10)

    def filter_verified_since(
        self, qs: QuerySet[Document], name: str, value: date
    ) -> QuerySet[Document]:
        # Days in ISO 8601 stand in the order of time.
        verified = DocumentFacet.objects.filter(
            document=OuterRef("pk"), name="verified", value__gte=value.isoformat()
        )
        return qs.filter(Exists(verified))
