"""Filters of the lists. Unknown parameters and values are refused, by name."""

from cms.api.filters.documents import DocumentFilterSet
from cms.api.filters.events import EventFilterSet
from cms.api.filters.facets import ending_from, with_facet
from cms.api.filters.organizations import OrganizationFilterSet
from cms.api.filters.tagged import (
    ActivityFilterSet,
    ContestFilterSet,
    NewsFilterSet,
    ProjectFilterSet,
    ResourceFilterSet,
    TaggedFilterSet,
)

__all__ = [
    "ActivityFilterSet",
    "ContestFilterSet",
    "DocumentFilterSet",
    "EventFilterSet",
    "NewsFilterSet",
    "OrganizationFilterSet",
    "ProjectFilterSet",
    "ResourceFilterSet",
    "TaggedFilterSet",
    "ending_from",
    "with_facet",
]
