"""People who work in the admin, with as much as they may do."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import GroupPagePermission

from cms.basepage.models import BasePage

EDITOR = ("add", "change")
PUBLISHER = ("add", "change", "publish")


def person(
    name: str, *, may: tuple[str, ...] = PUBLISHER, below: BasePage | None = None, **also: Any
) -> Any:
    """Return somebody who may do this with pages (below that one) and has other permissions."""
    group = Group.objects.create(name=f"grupa {name}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    root = below or BasePage.objects.get(depth=1)
    for action in may:
        permission = Permission.objects.get(
            content_type__app_label="basepage", codename=f"{action}_basepage"
        )
        GroupPagePermission.objects.create(group=group, page=root, permission=permission)
    for full_name in also.get("permissions", ()):
        app, codename = full_name.split(".")
        group.permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    user = get_user_model().objects.create_user(name, password="haslo")
    user.groups.add(group)
    return get_user_model().objects.get(pk=user.pk)


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client
