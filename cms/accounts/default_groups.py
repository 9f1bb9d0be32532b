"""Wagtail's own groups, Editors and Moderators, which our roles take the place of."""

from typing import Any

DEFAULTS = ("Editors", "Moderators")
DEFAULT_WORKFLOW = "Moderators approval"


def remove_unused(apps: Any) -> None:
    """Remove Wagtail's default groups and their workflow, each only if nobody has used it.

    In use is a group with members, with permissions below the root, or with a part in another
    workflow; and a workflow that was ever started. Those stay as they are.
    """
    groups = apps.get_model("auth", "Group").objects.filter(name__in=DEFAULTS)
    unused = [group for group in groups if not _is_used(group)]
    if any(group.name == "Moderators" for group in unused):
        _remove_workflow(apps)
    for group in unused:
        tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects
        if not tasks.filter(groups=group).exists():
            group.delete()


def _is_used(group: Any) -> bool:
    """Whether the group has members, or permissions that somebody gave it."""
    return (
        group.user_set.exists()
        or group.page_permissions.exclude(page__depth=1).exists()
        or group.collection_permissions.exclude(collection__depth=1).exists()
    )


def _remove_workflow(apps: Any) -> None:
    """Remove the workflow that Wagtail's migration 0048 makes, unless it was ever started."""
    workflows = apps.get_model("wagtailcore", "Workflow").objects
    workflow = workflows.filter(name=DEFAULT_WORKFLOW).first()
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(name=DEFAULT_WORKFLOW)
    states = apps.get_model("wagtailcore", "TaskState").objects
    if workflow is None or states.filter(task__name=DEFAULT_WORKFLOW).exists():
        return
    if workflow.workflow_tasks.exclude(task__in=tasks.values("pk")).exists():
        return
    workflow.delete()
    for task in tasks:
        if not task.workflow_tasks.exists():
            task.delete()
