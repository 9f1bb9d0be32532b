"""Conditions on documents that filters share."""

from datetime import date

from django.db.models import Exists, F, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least

from cms.models.documents import Document, DocumentFacet


def with_facet(documents: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
    """Return those of the documents that have the facet."""
    return documents.filter(has_facet(name, value))


def with_rare_facet(documents: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
    """Return the same, where few documents have the facet: they are looked up and put in order.

    (Of many, the first in the order of the list are soon found by looking at each document.)
    """
    facets = DocumentFacet.objects.filter(name=name, value=value)
    return documents.filter(pk__in=facets.values("document_id"))


def has_facet(name: str, value: str) -> Exists:
    return Exists(DocumentFacet.objects.filter(document=OuterRef("pk"), name=name, value=value))


def ending_from(documents: QuerySet[Document], day: date) -> QuerySet[Document]:
    """Return those of the events that end on the day or later.

    The second condition follows from the first. It tells the database where to begin in the index
    by start, which it would otherwise read from the first event there ever was: on the day itself,
    or where the earliest event of several days began that is not over (an index of their own holds
    these few). `Coalesce` keeps the database from looking for that minimum in the index by start.
    """
    of_several_days = Document.objects.filter(
        type=Document.Type.EVENT,
        is_live__in=[True],
        ends_on__gte=day,
        ends_on__gt=F("starts_on"),
    )
    earliest = (
        of_several_days.order_by()
        .annotate(group=Value(1))
        .values("group")
        .annotate(first=Min(Coalesce("starts_on", "ends_on")))
        .values("first")
    )
    start = Least(Coalesce(Subquery(earliest), day), day)
    return documents.filter(ends_on__gte=day, starts_on__gte=start)
