"""People who work in the admin, and what they read there."""

import html
import re
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.http import HttpResponse
from django.test import Client
from wagtail.models import GroupPagePermission

from cms.basepage.models import BasePage

# Who may do what, by the permissions they were granted in the group editor.
EDITOR: tuple[str, ...] = ()
LOOKER = ("view_mailing",)
STEERER = ("view_mailing", "change_mailing")
SENDER = ("add_mailing",)


def person(name: str, *permissions: str, can_publish: bool = False, **fields: Any) -> Any:
    """Return somebody who may open the admin, edit every page, and what else is named."""
    fields = {"email": f"{name}@example.org"} | fields
    user = get_user_model().objects.create_user(name, password="haslo", **fields)
    group = Group.objects.create(name=name)
    codenames = ["access_admin", *permissions]
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    for kind in ["change", "publish"] if can_publish else ["change"]:
        GroupPagePermission.objects.create(
            group=group, page=BasePage.objects.get(depth=1), permission_type=kind
        )
    user.groups.add(group)
    return user


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sender(**fields: Any) -> Client:
    """Return the browser of somebody who may order mailings, see and steer them, and addresses."""
    granted = (*SENDER, *STEERER, "view_subscriber")
    return client_of(person("redakcja", *granted, can_publish=True, **fields))


def administrator() -> Client:
    """Return the browser of somebody who may do everything."""
    return client_of(get_user_model().objects.create_superuser("admin", password="haslo"))


def words(answer: HttpResponse) -> str:
    """Return what a page says, without its tags, with single spaces."""
    content = re.sub(r"(?s)<(script|style|template).*?</\1>", " ", answer.content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())
