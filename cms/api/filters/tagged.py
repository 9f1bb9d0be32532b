"""Filters of documents with tags, and of the types that have little more."""

from cms.api.filters.documents import DocumentFilterSet
from cms.api.filters.fields import (
    DigitsFilter,
    DocumentReferenceFilter,
    FlagFilter,
    OneOfFilter,
    VocabularyFilter,
)
from cms.models.activities import ActivityPage
from cms.models.contests import ContestPage
from cms.models.documents import Document
from cms.models.offers import Audience, OfferType, Programme
from cms.models.resources import ResourcePage
from cms.models.vocabularies import Locality, Topic


def of_project() -> DocumentReferenceFilter:
    """Return the filter by project."""
    return DocumentReferenceFilter(
        "Only what belongs to a project: its `slug`.", document_type=Document.Type.PROJECT.value
    )


class ProjectFilterSet(DocumentFilterSet):
    """Filters of the projects."""


class TaggedFilterSet(DocumentFilterSet):
    """Filters by tags."""

    topic = VocabularyFilter(
        "Only what is on a topic: a `slug` of /api/v1/vocabularies/topics/.",
        vocabulary=Topic,
        column="slug",
    )
    audience = VocabularyFilter(
        "Only what is meant for an audience: a `slug` of /api/v1/vocabularies/audiences/.",
        vocabulary=Audience,
        column="slug",
    )
    locality = VocabularyFilter(
        "Only what is at a place in a locality, or meant for it: a `slug` of "
        "/api/v1/vocabularies/localities/.",
        vocabulary=Locality,
        column="slug",
    )
    programme = VocabularyFilter(
        "Only what belongs to a programme: a `slug` of /api/v1/vocabularies/programmes/.",
        vocabulary=Programme,
        column="slug",
    )


class ActivityFilterSet(TaggedFilterSet):
    """Filters of the activities."""

    kind = OneOfFilter("Activities of this kind.", allowed=ActivityPage.Kind.values)
    offer = VocabularyFilter(
        "Activities with a form of support: a `slug` of /api/v1/vocabularies/offer-types/.",
        vocabulary=OfferType,
        column="slug",
    )
    project = of_project()


class NewsFilterSet(TaggedFilterSet):
    """Filters of the news."""

    alert = FlagFilter("Urgent news, or all the others.")
    project = of_project()


class ContestFilterSet(TaggedFilterSet):
    """Filters of the contests."""

    state = OneOfFilter("Contests in this state today.", allowed=ContestPage.State.values)
    year = DigitsFilter("Contests of this edition.", length=4)
    project = of_project()


class ResourceFilterSet(TaggedFilterSet):
    """Filters of the materials."""

    kind = OneOfFilter("Materials of this kind.", allowed=ResourcePage.Kind.values)
    year = DigitsFilter("Materials of this year.", length=4)
    project = of_project()
