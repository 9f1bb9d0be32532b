"""What accounts add to Wagtail's admin. Registers only; cms/wagtail_hooks.py imports it."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry

from cms.accounts.second_factor import views
from cms.accounts.second_factor.services import factor_of, may_reset

LOGGED = {
    "accounts.second_factor.on": gettext_lazy("Two-factor login switched on"),
    "accounts.second_factor.renew": gettext_lazy("Two-factor login set up on another phone"),
    "accounts.second_factor.codes": gettext_lazy("New recovery codes made"),
    "accounts.second_factor.recovery": gettext_lazy("Logged in with a recovery code"),
    "accounts.second_factor.off": gettext_lazy("Two-factor login switched off"),
    "accounts.second_factor.reset": gettext_lazy("Two-factor login reset by an administrator"),
}


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for action, words in LOGGED.items():
        actions.register_action(action, words, words)


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    return [
        path("drugi-skladnik/", views.overview, name="second_factor"),
        path("drugi-skladnik/telefon/", views.set_up, name="second_factor_set_up"),
        path("drugi-skladnik/kody/", views.new_codes, name="second_factor_codes"),
        path("drugi-skladnik/wylacz/", views.switch_off, name="second_factor_off"),
        path("users/<int:user_id>/drugi-skladnik/", views.reset, name="second_factor_reset"),
    ]


@hooks.register("register_account_menu_item")
def offer_in_account(request: HttpRequest) -> dict[str, str]:
    return {
        "url": reverse("second_factor"),
        "label": _("Two-factor login"),
        "help_text": _("A code from your phone beside the password; recovery codes."),
    }


@hooks.register("register_user_listing_buttons")
def offer_reset(user: Any, request_user: Any) -> Iterator[Button]:
    """Offer it where it would do something."""
    if may_reset(request_user, user) and factor_of(user):
        address = reverse("second_factor_reset", args=[user.pk])
        yield Button(_("Reset two-factor login"), url=address, icon_name="key", priority=40)
