"""The list of all pages of one type that the person may see in the admin."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import pgettext_lazy
from wagtail.admin.views.pages.listing import IndexView

from cms.home.adding import KINDS, Kind
from cms.listings.exporting import SafeExport
from cms.listings.ordering import fold, polish_order
from cms.profiles.checks import to_check

TITLE_ORDER = "title_order"


class ListingView(SafeExport, IndexView):
    """Sorts by the Polish alphabet, finds the words of the title, offers the type's own actions."""

    template_name = "cms/listings/listing.html"
    prefetched: tuple[str, ...] = ()

    def get_base_queryset(self) -> QuerySet[Any]:
        pages = super().get_base_queryset().prefetch_related(*self.prefetched)
        return pages.annotate(**{TITLE_ORDER: polish_order("draft_title")})

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the pages whose title holds all the words, in any letter case."""
        for word in fold(self.search_query or "").split():
            queryset = queryset.filter(**{f"{TITLE_ORDER}__contains": word})
        return queryset

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.order_by(self.ordering or self.default_ordering, TITLE_ORDER, "pk")

    @cached_property
    def kind(self) -> Kind | None:
        """The entry of „Dodaj …” for this type, if there is one."""
        return next((kind for kind in KINDS if kind.model is self.model), None)

    def get_add_url(self) -> str | None:
        """Lead past the tree, as „Dodaj …” on the home page does."""
        if self.kind:
            return reverse("add_page", args=[self.kind.slug])
        address: str | None = super().get_add_url()
        return address

    @cached_property
    def add_item_label(self) -> Any:
        return self.kind.label if self.kind else super().add_item_label

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # Bulk actions are registered by type, so that each list offers its own.
        context["model_opts"] = self.model._meta
        return context


class ProfilesToCheckView(ListingView):
    """Lists the profiles for which there is a reason to look at them. None is added here."""

    page_title = pgettext_lazy("heading", "Profiles to check")

    def get_base_queryset(self) -> QuerySet[Any]:
        return to_check(super().get_base_queryset())

    def get_add_url(self) -> None:
        return None
