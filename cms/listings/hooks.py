"""What the lists add to Wagtail's admin. Registers only; cms/wagtail_hooks.py imports it."""

from typing import Any

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.listings.bulk import ACTIONS
from cms.listings.month import month, this_month
from cms.listings.viewsets import VIEWSETS

for action in ACTIONS:
    hooks.register("register_bulk_action", action)


@hooks.register("register_admin_viewset")
def register_lists() -> list[Any]:
    return [viewset(name, url_prefix=name) for name, viewset in VIEWSETS.items()]


@hooks.register("register_admin_urls")
def register_month() -> list[URLPattern]:
    return [
        path("wydarzenia/miesiac/", this_month, name="events_this_month"),
        path("wydarzenia/miesiac/<int:year>-<int:month>/", month, name="events_month"),
    ]


@hooks.register("register_admin_menu_item")
def register_month_item() -> MenuItem:
    return MenuItem(
        _("Month of events"),
        reverse_lazy("events_this_month"),
        name="events-month",
        icon_name="calendar",
        order=115,
    )
