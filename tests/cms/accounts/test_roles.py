from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail import hooks
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.accounts import default_groups
from cms.accounts.roles import ADMINISTRATOR, EDITOR, ROLES, grant_on_pages
from cms.basepage.models import BasePage
from newsletters.models import NewsletterIndexPage
from tests.factories import home_page
from tests.permissions.people import person

pytestmark = pytest.mark.django_db
MIGRATIONS = (
    ("cms.accounts.migrations.0002_roles", "make_roles"),
    ("newsletters.migrations.0004_roles", "grant_newsletters"),
    ("integrations.municipal.migrations.0002_roles", "grant_destinations"),
)


def all_grants():
    return (
        set(Group.permissions.through.objects.values_list("group__name", "permission")),
        set(GroupPagePermission.objects.values_list("group__name", "page", "permission")),
        set(GroupCollectionPermission.objects.values_list("group__name", "permission")),
    )


def default_group(name):
    """Make a group of Wagtail's as its migrations leave it, with the workflow of Moderators."""
    group = Group.objects.create(name=name)
    root = BasePage.objects.get(depth=1)
    grant_on_pages(apps, name, root.pk, "add", "change")
    if name == "Moderators":
        task = GroupApprovalTask.objects.create(name=default_groups.DEFAULT_WORKFLOW)
        task.groups.add(group)
        workflow = Workflow.objects.create(name=default_groups.DEFAULT_WORKFLOW)
        WorkflowTask.objects.create(workflow=workflow, task=task)
        WorkflowPage.objects.create(workflow=workflow, page=root)
    return group


def test_new_installation_has_our_roles_and_none_of_wagtails():
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    assert not Workflow.objects.exists()


def test_migrations_run_again_change_nothing():
    before = all_grants()
    for module, name in MIGRATIONS:
        getattr(import_module(module), name)(apps, None)
    assert all_grants() == before


def test_permissions_have_the_names_that_django_gives():
    """They are made before Django's own, which then leaves them as they are."""
    permission = Permission.objects.get(codename="add_apiclient")
    assert permission.name == "Can add API client"


def test_administrator_holds_every_permission_that_the_admin_knows():
    """A new snippet, setting or list fails here until its migration grants it."""
    known = Permission.objects.none()
    for registered in hooks.get_hooks("register_permissions"):
        known |= registered()
    user = person(ADMINISTRATOR)
    missing = {
        f"{one.content_type.app_label}.{one.codename}"
        for one in known.distinct()
        if not user.has_perm(f"{one.content_type.app_label}.{one.codename}")
    }
    assert missing == set()


def test_coordinators_write_below_the_archive_only():
    home_page()
    archive = NewsletterIndexPage.objects.get()
    coordinator = person("koordynator newslettera")
    assert archive.permissions_for_user(coordinator).can_add_subpage()
    assert not archive.get_parent().permissions_for_user(coordinator).can_edit()


def test_defaults_that_nobody_used_are_removed_with_their_workflow():
    for name in default_groups.DEFAULTS:
        default_group(name)
    default_groups.remove_unused(apps)
    assert not Group.objects.filter(name__in=default_groups.DEFAULTS).exists()
    assert not Workflow.objects.exists()
    assert not GroupApprovalTask.objects.exists()


def test_default_group_with_a_member_stays_as_it_is():
    for name in default_groups.DEFAULTS:
        default_group(name)
    user = get_user_model().objects.create_user("dawny")
    user.groups.add(Group.objects.get(name="Moderators"))
    default_groups.remove_unused(apps)
    assert list(Group.objects.exclude(name__in=ROLES).values_list("name", flat=True)) == [
        "Moderators"
    ]
    assert WorkflowPage.objects.get().workflow.name == default_groups.DEFAULT_WORKFLOW


def test_default_group_whose_workflow_was_started_stays():
    default_group("Moderators")
    page = home_page()
    page.save_revision()
    Workflow.objects.get().start(page, person(EDITOR))
    default_groups.remove_unused(apps)
    assert Group.objects.filter(name="Moderators").exists()
    assert WorkflowPage.objects.exists()


def test_default_group_with_permissions_of_its_own_stays():
    group = default_group("Editors")
    grant_on_pages(apps, group.name, home_page().pk, "publish")
    default_groups.remove_unused(apps)
    assert Group.objects.filter(name="Editors").exists()
