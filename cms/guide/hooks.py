"""Where the admin shows the guide. Registers only."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.guide.views import GuideView


@hooks.register("register_admin_urls")
def register_guide() -> list[URLPattern]:
    return [path("przewodnik/", GuideView.as_view(), name="guide")]


@hooks.register("register_help_menu_item")
def register_guide_item() -> MenuItem:
    return MenuItem(
        _("Editors’ guide"), reverse("guide"), icon_name="help", name="razem-guide", order=10
    )
