"""What mailings add to Wagtail's admin. Registers only."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.widgets.button import BaseButton, Button, ListingButton
from wagtail.log_actions import LogActionRegistry

from cms.basepage.models import BasePage
from newsletters.mailings.buttons import (
    SendMenuItem,
    button_of,
    put_first,
    tell_of_unpublishing,
    warn_before_deletion,
)
from newsletters.mailings.viewsets import MailingViewSet


@hooks.register("register_admin_viewset")
def register_mailings() -> MailingViewSet:
    return MailingViewSet("mailings")


@hooks.register("register_permissions")
def register_mailing_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="newsletters",
        codename__in=["add_mailing", "approve_mailing", "change_mailing", "view_mailing"],
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        "newsletters.approve", _("Approve for sending"), _("Newsletter approved for sending")
    )
    actions.register_action(
        "newsletters.withdraw_approval",
        _("Take the approval back"),
        _("Approval of the newsletter taken back"),
    )


@hooks.register("register_page_action_menu_item")
def register_send_item() -> ActionMenuItem:
    return SendMenuItem(order=5)


@hooks.register("construct_page_action_menu")
def put_send_item_first(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    put_first(menu_items, context)


@hooks.register("register_page_listing_buttons")
def add_listing_button(
    page: BasePage, user: Any, next_url: str | None = None
) -> Iterator[BaseButton]:
    if found := button_of(page, user):
        yield ListingButton(found.label, url=found.url, icon_name="mail", priority=10)


@hooks.register("register_page_header_buttons")
def add_header_button(
    page: BasePage, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[BaseButton]:
    if found := button_of(page, user):
        yield Button(found.label, url=found.url, icon_name="mail", priority=5)


hooks.register("before_delete_page", warn_before_deletion)
hooks.register("after_unpublish_page", tell_of_unpublishing)
