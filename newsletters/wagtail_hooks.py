"""What newsletters add to Wagtail's admin: each part registers its own, in one submenu."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from newsletters.editions import wagtail_hooks as editions
from newsletters.mailings import wagtail_hooks as mailings
from newsletters.subscribers import wagtail_hooks as subscribers

__all__ = ["editions", "mailings", "subscribers"]


@hooks.register("register_admin_menu_item")
def register_newsletter_menu() -> MenuItem:
    """Collect what the parts register as "register_newsletter_menu_item"."""
    menu = Menu(register_hook_name="register_newsletter_menu_item")
    return SubmenuMenuItem(_("Newsletter"), menu, name="newsletter", icon_name="mail", order=210)
