"""The side panel „Gdzie to jest” in the editor, and the views of pages that have it.

Wagtail has no hook for side panels of pages: they come from the views, which a `PageViewSet` for
our base page chooses. A viewset for one type of page should derive from `PlacesPageViewSet`.
"""

from typing import Any

from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.viewsets.pages import PageViewSet

from cms.basepage.models import BasePage
from cms.publishing import PublishesUnderLock


class PlacesSidePanel(BaseSidePanel):
    """Holds the place into which the browser fetches the answers, when it is opened."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Show where it is")
        icon_name = "globe"
        has_counter = False

    name = "places"
    title = _("Where it is")
    template_name = "cms/admin/channels_panel.html"
    order = 200

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        address = reverse("page_places", args=[self.object.pk]) if self.object.pk else ""
        return context | {"address": address}

    @property
    def media(self) -> Media:
        return Media(js=["cms/admin/places.js"], css={"all": ["cms/admin/editors.css"]})


class ShowsPlaces:
    """Adds the side panel to a view of a page.

    Not in answers to the autosave: what was fetched into the panel stays.
    """

    page: BasePage
    request: Any
    expects_json_response: bool

    def get_side_panels(self) -> Any:
        panels = super().get_side_panels()  # type: ignore[misc]
        if not self.expects_json_response:
            panels.append(PlacesSidePanel(self.page, self.request))
        return panels


class PlacesCreateView(PublishesUnderLock, ShowsPlaces, CreateView):
    """Shows that there is nothing yet; after the first autosave Wagtail fills in the panel."""


class PlacesEditView(PublishesUnderLock, ShowsPlaces, EditView):
    pass


class PlacesRevertView(PublishesUnderLock, ShowsPlaces, RevisionsRevertView):
    pass


class PlacesPageViewSet(PageViewSet):
    """Wagtail's views of pages, of which those with an editor have the side panel."""

    model = BasePage
    add_view_class = PlacesCreateView
    edit_view_class = PlacesEditView
    revisions_revert_view_class = PlacesRevertView
