"""What this app adds to Wagtail's admin. Registers only."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.basepage.models import BasePage
from cms.home.panels import kinds_offered
from cms.models import OrganizationPage
from integrations.registers import prefilled, refreshing, views


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    return [
        path("krs/nowa/", views.krs_new, name="krs_new"),
        path("krs/nowa/formularz/", views.KrsFormView.as_view(), name="krs_form"),
        path("krs/", views.krs_state, name="krs_state"),
        path("pages/<int:page_id>/krs/", views.organization_krs, name="organization_krs"),
    ]


class KrsItem(MenuItem):
    """Is there for who may write profiles, while there is a register to ask."""

    def is_shown(self, request: HttpRequest) -> bool:
        offered = any(kind.model is OrganizationPage for kind in kinds_offered(request))
        return offered and refreshing.is_on()


@hooks.register("register_add_menu_item")
def register_new_by_number() -> MenuItem:
    return KrsItem(
        _("Add an organization from the KRS"),
        reverse_lazy("krs_new"),
        name="add-krs",
        icon_name="download",
        order=2,
    )


@hooks.register("register_reports_menu_item")
def register_state() -> MenuItem:
    return KrsItem(
        _("National Court Register (KRS)"),
        reverse_lazy("krs_state"),
        name="krs-state",
        icon_name="list-ul",
        order=950,
    )


@hooks.register("after_create_page")
def note_where_data_come_from(request: HttpRequest, page: BasePage) -> None:
    if isinstance(page, OrganizationPage):
        prefilled.note_sources(request, page)
