from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters.filters import Filter

from cms.api.filters.facets import ending_from, has_facet, with_facet
from cms.api.filters.fields import (
    DayFilter,
    DocumentReferenceFilter,
    MonthFilter,
    OneOfFilter,
    TrueOrFalseFilter,
    VocabularyFilter,
)
from cms.api.filters.tagged import TaggedFilterSet
from cms.models.accessibility import AccessibilityFeature
from cms.models.documents import Document
from cms.models.events import EventPage
from cms.models.offers import OfferType


class EventFilterSet(TaggedFilterSet):
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
    kind = OneOfFilter("Events of this kind.", allowed=EventPage.Kind.values)
    status = OneOfFilter("Events with this status.", allowed=EventPage.Status.values)
    certainty = OneOfFilter(
        "Events whose date is as certain as this.", allowed=EventPage.DateCertainty.values
    )
    level = OneOfFilter("Events for everyone, or for specialists.", allowed=EventPage.Level.values)
    offer = VocabularyFilter(
        "Events that offer a form of support: a `slug` of /api/v1/vocabularies/offer-types/.",
        vocabulary=OfferType,
        column="slug",
    )
    accessible = OneOfFilter(
        "Events with something for people with particular needs.",
        allowed=AccessibilityFeature.values,
    )
    organizer = DocumentReferenceFilter(
        "Events held by an organization: its `slug`.",
        document_type=Document.Type.ORGANIZATION.value,
        is_rare=True,
    )
    project = DocumentReferenceFilter(
        "Events that are part of a project: its `slug`.", document_type=Document.Type.PROJECT.value
    )
    activity = DocumentReferenceFilter(
        "Events that belong to an activity: its `slug`.",
        document_type=Document.Type.ACTIVITY.value,
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
        postponed = has_facet("status", EventPage.Status.POSTPONED)
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
