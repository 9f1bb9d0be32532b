"""What profiles add to Wagtail's admin. Registers only; cms/wagtail_hooks.py imports it."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.log_actions import LogActionRegistry

from cms.basepage.models import BasePage
from cms.models import OrganizationPage
from cms.profiles import consents, views
from cms.verbs.applying import may_apply

LOGGED = {
    consents.RECORD_ACTION: (_("Record a consent"), _("Consent to publish a contact recorded")),
    consents.WITHDRAW_ACTION: (
        _("Withdraw a consent"),
        _("Consent to publish a contact withdrawn"),
    ),
}


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for action, (label, message) in LOGGED.items():
        actions.register_action(action, label, message)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="cms", codename="add_contactclause")


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    return [
        path("pages/<int:page_id>/zgody/", views.profile_consents, name="profile_consents"),
        path("zgody/<int:consent_id>/wycofaj/", views.withdraw_consent, name="consent_withdraw"),
        path("zgody/klauzula/", views.contact_clause, name="contact_clause"),
    ]


class ConsentsItem(PageMenuItem):
    label = _("Consents to publish the contact")
    icon_name = "lock-open"
    url_name = "profile_consents"

    def is_shown(self, user: Any) -> bool:
        return may_apply(self.page, user)


@hooks.register("register_page_listing_more_buttons")
def offer_in_listing(page: BasePage, user: Any, **kwargs: Any) -> list[PageMenuItem]:
    return _items(page)


@hooks.register("register_page_header_buttons")
def offer_in_editor(page: BasePage, view_name: str, **kwargs: Any) -> list[PageMenuItem]:
    return _items(page) if view_name == "edit" else []


def _items(page: BasePage) -> list[PageMenuItem]:
    is_profile = page.specific_class is OrganizationPage
    return [ConsentsItem(page=page, priority=70)] if is_profile else []
