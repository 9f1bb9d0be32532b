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
from cms.profiles import consents, proposal_views, proposals, views
from cms.verbs.applying import may_apply

LOGGED = {
    consents.RECORD_ACTION: (_("Record a consent"), _("Consent to publish a contact recorded")),
    consents.WITHDRAW_ACTION: (
        _("Withdraw a consent"),
        _("Consent to publish a contact withdrawn"),
    ),
    proposals.ACCEPT_ACTION: (_("Accept a proposal"), _("Proposed change accepted")),
    proposals.REJECT_ACTION: (_("Reject a proposal"), _("Proposed change rejected")),
    proposals.LOCK_ACTION: (_("Lock a field"), _("Field locked against proposals")),
    proposals.UNLOCK_ACTION: (_("Unlock a field"), _("Field unlocked")),
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
        path("pages/<int:page_id>/zrodla/", proposal_views.profile_sources, name="profile_sources"),
        path(
            "pages/<int:page_id>/zrodla/<slug:field>/zablokuj/",
            proposal_views.lock,
            {"locked": True},
            name="field_lock",
        ),
        path(
            "pages/<int:page_id>/zrodla/<slug:field>/odblokuj/",
            proposal_views.lock,
            {"locked": False},
            name="field_unlock",
        ),
        path("propozycje/", proposal_views.all_proposals, name="proposals"),
        path(
            "propozycje/<int:proposal_id>/przyjmij/",
            proposal_views.decide,
            {"is_accepted": True},
            name="proposal_accept",
        ),
        path(
            "propozycje/<int:proposal_id>/odrzuc/",
            proposal_views.decide,
            {"is_accepted": False},
            name="proposal_reject",
        ),
        path("zgody/klauzula/", views.contact_clause, name="contact_clause"),
    ]


class ConsentsItem(PageMenuItem):
    label = _("Consents to publish the contact")
    icon_name = "lock-open"
    url_name = "profile_consents"

    def is_shown(self, user: Any) -> bool:
        return may_apply(self.page, user)


class SourcesItem(ConsentsItem):
    label = _("Where the data come from")
    icon_name = "list-ul"
    url_name = "profile_sources"


@hooks.register("register_page_listing_more_buttons")
def offer_in_listing(page: BasePage, user: Any, **kwargs: Any) -> list[PageMenuItem]:
    return _items(page)


@hooks.register("register_page_header_buttons")
def offer_in_editor(page: BasePage, view_name: str, **kwargs: Any) -> list[PageMenuItem]:
    return _items(page) if view_name == "edit" else []


def _items(page: BasePage) -> list[PageMenuItem]:
    is_profile = page.specific_class is OrganizationPage
    if not is_profile:
        return []
    return [ConsentsItem(page=page, priority=70), SourcesItem(page=page, priority=71)]
