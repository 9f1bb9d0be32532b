"""The list of images with the filters that staff need to keep it in order."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter
from wagtail.images.views.images import ImagesFilterSet, IndexView

from cms.images import consents

LACKING = {
    "credit": (_("author or licence not stated"), consents.without_credit),
    "expiring": (_("consent ends within 30 days"), consents.expiring),
    "lapsed": (_("consent is over, withdrawn or missing"), consents.lapsed),
    "unused": (_("used nowhere"), consents.unused),
}


class LibraryFilterSet(ImagesFilterSet):
    """Wagtail's filters and ours."""

    lacking = ChoiceFilter(
        label=_("to be put in order"),
        choices=[(key, words) for key, (words, _condition) in LACKING.items()],
        method="by_lack",
        empty_label=_("All"),
    )
    shows_people = BooleanFilter(label=_("shows people"))

    class Meta(ImagesFilterSet.Meta):
        pass

    def by_lack(self, images: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return images.filter(LACKING[value][1]())


class LibraryView(IndexView):
    filterset_class = LibraryFilterSet
