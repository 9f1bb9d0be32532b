"""What staff narrow the lists by."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import BooleanFilter, ChoiceFilter, DateFromToRangeFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from cms.models import (
    ActivityPage,
    ContestPage,
    EventPage,
    NewsPage,
    OrganizationPage,
    ProjectPage,
    ResourcePage,
)
from cms.profiles.checks import reasons, to_check
from cms.profiles.verification import is_due

LIVE = [("true", pgettext_lazy("page", "published")), ("false", pgettext_lazy("page", "draft"))]


class PageStateFilterSet(WagtailFilterSet):
    live = ChoiceFilter(
        label=_("published or draft"), choices=LIVE, method="by_live", empty_label=_("All")
    )
    has_unpublished_changes = BooleanFilter(label=_("unpublished changes"))

    def by_live(self, pages: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return pages.filter(live=value == "true")


class EventFilterSet(PageStateFilterSet):
    start_date = DateFromToRangeFilter(label=_("date"), widget=DateRangePickerWidget)

    class Meta:
        model = EventPage
        fields: ClassVar = ["start_date", "status", "date_certainty", "kind", "is_full", "place"]


class OrganizationFilterSet(PageStateFilterSet):
    verified = ChoiceFilter(
        label=_("verification"),
        choices=[("due", _("to be verified")), ("done", _("verified within 12 months"))],
        method="by_verification",
        empty_label=_("All"),
    )

    class Meta:
        model = OrganizationPage
        fields: ClassVar = [
            "legal_form",
            "status",
            "locality",
            "opp_status",
            "opp_list_year",
            "seeks_volunteers",
        ]

    def by_verification(self, pages: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return pages.filter(is_due() if value == "due" else ~is_due())


class ProfilesToCheckFilterSet(WagtailFilterSet):
    reason = ChoiceFilter(
        label=_("reason"),
        choices=lambda: [(one.key, one.label) for one in reasons()],
        method="by_reason",
        empty_label=_("All"),
    )

    class Meta:
        model = OrganizationPage
        fields: ClassVar = ["legal_form", "status", "locality"]

    def by_reason(self, pages: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return to_check(pages, [value])


class NewsFilterSet(PageStateFilterSet):
    class Meta:
        model = NewsPage
        fields: ClassVar = ["programme"]


class ContestFilterSet(PageStateFilterSet):
    class Meta:
        model = ContestPage
        fields: ClassVar = ["year", "programme"]


class ResourceFilterSet(PageStateFilterSet):
    class Meta:
        model = ResourcePage
        fields: ClassVar = ["kind", "year"]


class ActivityFilterSet(PageStateFilterSet):
    class Meta:
        model = ActivityPage
        fields: ClassVar = ["kind"]


class ProjectFilterSet(PageStateFilterSet):
    class Meta:
        model = ProjectPage
        fields: ClassVar[list[str]] = []
