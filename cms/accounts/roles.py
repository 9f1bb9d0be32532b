"""The roles of a team, granted by migrations and when the way of working changes.

What each role may do, and why: docs/decisions/0008-people.md. Functions take `apps`, so that they
serve migrations and running code alike, and granting what is granted already does nothing.
"""

from typing import Any

EDITOR = "redaktor"
PUBLISHER = "wydawca"
COORDINATOR = "koordynator newslettera"
ADMINISTRATOR = "administrator"
ROLES = (EDITOR, PUBLISHER, COORDINATOR, ADMINISTRATOR)

# What shows at once on live pages. Editors may do it while no approval is required.
PUBLISHING_PAGES = ("publish",)
PUBLISHING_FILES = ("wagtailimages.change_image", "wagtaildocs.change_document")
PUBLISHING = ("cms.change_place", "cms.change_partner")


def names_of(app: str, models: tuple[str, ...], *actions: str) -> list[str]:
    """Return the names of permissions, such as "cms.add_place"."""
    return [f"{app}.{action}_{model}" for model in models for action in actions]


def grant(apps: Any, role: str, *names: str) -> None:
    """Give the role permissions that hold everywhere, such as "cms.add_place"."""
    _group(apps, role).permissions.add(*(_permission(apps, name) for name in names))


def revoke(apps: Any, role: str, *names: str) -> None:
    """Take such permissions from the role."""
    _group(apps, role).permissions.remove(*(_permission(apps, name) for name in names))


def grant_on_pages(apps: Any, role: str, page_id: int, *actions: str) -> None:
    """Let the role do this ("add", "change", "publish", …) with the page and all below it."""
    rows = apps.get_model("wagtailcore", "GroupPagePermission").objects
    for action in actions:
        permission = _permission(apps, f"basepage.{action}_basepage")
        rows.get_or_create(group=_group(apps, role), page_id=page_id, permission=permission)


def revoke_on_pages(apps: Any, role: str, page_id: int, *actions: str) -> None:
    rows = apps.get_model("wagtailcore", "GroupPagePermission").objects
    names = [f"{action}_basepage" for action in actions]
    rows.filter(group__name=role, page_id=page_id, permission__codename__in=names).delete()


def grant_on_files(apps: Any, role: str, *names: str) -> None:
    """Let the role do this with images, files and collections ("wagtailimages.add_image")."""
    rows = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    for name in names:
        rows.get_or_create(
            group=_group(apps, role),
            collection_id=_root_collection(apps),
            permission=_permission(apps, name),
        )


def revoke_on_files(apps: Any, role: str, *names: str) -> None:
    rows = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    permissions = [_permission(apps, name) for name in names]
    rows.filter(
        group__name=role, collection_id=_root_collection(apps), permission__in=permissions
    ).delete()


def root_page_id(apps: Any) -> int:
    """Return the id of the root of the tree, under which all pages are."""
    pages = apps.get_model("basepage", "BasePage").objects
    return int(pages.values_list("pk", flat=True).get(depth=1))


def grant_publishing(apps: Any, role: str) -> None:
    """Let the role publish, and change what shows on live pages without being published."""
    grant_on_pages(apps, role, root_page_id(apps), *PUBLISHING_PAGES)
    grant_on_files(apps, role, *PUBLISHING_FILES)
    grant(apps, role, *PUBLISHING)


def revoke_publishing(apps: Any, role: str) -> None:
    """Take from the role what `grant_publishing` gives."""
    revoke_on_pages(apps, role, root_page_id(apps), *PUBLISHING_PAGES)
    revoke_on_files(apps, role, *PUBLISHING_FILES)
    revoke(apps, role, *PUBLISHING)


def _group(apps: Any, role: str) -> Any:
    return apps.get_model("auth", "Group").objects.get_or_create(name=role)[0]


def _root_collection(apps: Any) -> int:
    collections = apps.get_model("wagtailcore", "Collection").objects
    return int(collections.values_list("pk", flat=True).get(depth=1))


def _permission(apps: Any, name: str) -> Any:
    """Return a permission by its full name; before `migrate` ends Django has not made it yet."""
    app, codename = name.split(".")
    action, model = codename.rsplit("_", 1)
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app, model=model
    )
    meta = apps.get_model(app, model)._meta
    words = dict(meta.permissions).get(codename, f"Can {action} {meta.verbose_name_raw}")
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": words}
    )[0]
