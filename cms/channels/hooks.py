"""What channels add to Wagtail's admin. Registers only; cms/wagtail_hooks.py imports it."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.menus.pages import PageMenuItem

from cms.basepage.models import BasePage
from cms.channels.panels import PlacesPageViewSet
from cms.channels.views import places
from cms.channels.whereabouts import may_see


@hooks.register("register_admin_viewset", order=1)
def register_page_views() -> PlacesPageViewSet:
    """Take the place of Wagtail's own views of pages, which are registered before."""
    return PlacesPageViewSet()


@hooks.register("register_admin_urls")
def register_places() -> list[URLPattern]:
    return [path("pages/<int:page_id>/gdzie/", places, name="page_places")]


class PlacesItem(PageMenuItem):
    label = _("Where it is")
    icon_name = "globe"
    url_name = "page_places"

    def is_shown(self, user: Any) -> bool:
        return may_see(self.page, user)


@hooks.register("register_page_listing_more_buttons")
def offer_places_in_listing(page: BasePage, user: Any, **kwargs: Any) -> list[PageMenuItem]:
    return [] if page.is_root() else [PlacesItem(page=page, priority=27)]


@hooks.register("register_page_header_buttons")
def offer_places_in_header(page: BasePage, view_name: str, **kwargs: Any) -> list[PageMenuItem]:
    """Offer it above the list of subpages; the editor has the side panel."""
    is_list = view_name == "index" and not page.is_root()
    return [PlacesItem(page=page, priority=27)] if is_list else []
