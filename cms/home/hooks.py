"""What the home page and „Dodaj …” add to Wagtail's admin; cms/wagtail_hooks.py imports it."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.site_summary import SummaryItem

from cms.home.adding import KINDS, Kind
from cms.home.panels import kinds_offered, put_first
from cms.home.views import EventOnDayView, add, whole_todo

hooks.register("construct_homepage_panels", put_first)


@hooks.register("construct_homepage_summary_items", order=1000)
def hide_counts(request: HttpRequest, summary_items: list[SummaryItem]) -> None:
    """Leave out how many pages and images there are: nobody has anything to do with it."""
    summary_items.clear()


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    return [
        path("dodaj/<slug:slug>/", add, name="add_page"),
        path(
            "dodaj/wydarzenie/<int:parent_page_id>/",
            EventOnDayView.as_view(),
            {"content_type_app_name": "cms", "content_type_model_name": "eventpage"},
            name="event_on_day",
        ),
        path("do-zrobienia/", whole_todo, name="todo"),
    ]


class AddItem(MenuItem):
    """Leads to the form for a new page; hidden from who may not add one."""

    def __init__(self, kind: Kind, order: int) -> None:
        super().__init__(
            kind.label,
            reverse_lazy("add_page", args=[kind.slug]),
            name=f"add-{kind.slug}",
            icon_name=kind.icon,
            order=order,
        )
        self.kind = kind

    def is_shown(self, request: HttpRequest) -> bool:
        return self.kind in kinds_offered(request)


@hooks.register("register_admin_menu_item")
def register_add_menu() -> MenuItem:
    items: list[Any] = [AddItem(kind, order) for order, kind in enumerate(KINDS)]
    menu = Menu(items=items, register_hook_name="register_add_menu_item")
    return SubmenuMenuItem(_("Add"), menu, name="add", icon_name="plus", order=10)
