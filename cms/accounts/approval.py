"""„Redaktor → wydawca”: requiring the approval of a second person, and doing without.

Both ways can be gone again and again. Nothing that was written is lost: what was handed in when
approval ends stays a draft. What was approved or scheduled before keeps its time.
"""

from django.apps import apps
from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from cms.accounts.default_groups import DEFAULT_WORKFLOW
from cms.accounts.roles import (
    ADMINISTRATOR,
    EDITOR,
    PUBLISHER,
    grant_publishing,
    revoke_publishing,
    root_page_id,
)

WORKFLOW = "redaktor → wydawca"
TASK = "Zatwierdzenie przez wydawcę"
OPEN = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)


def workflow_of_team(known: Workflow | None) -> Workflow:
    """Return the team's workflow, switched on: the known one, or a new one."""
    if known is None:
        return _new_workflow()
    Workflow.objects.filter(pk=known.pk).update(active=True)
    known.active = True
    GroupApprovalTask.objects.filter(workflow_tasks__workflow=known).update(active=True)
    return known


def require(workflow: Workflow) -> None:
    """Have editors hand in what they write. Run in a transaction."""
    revoke_publishing(apps, EDITOR)
    bound = WorkflowPage.objects.filter(page_id=root_page_id(apps)).first()
    if bound is None:
        WorkflowPage.objects.create(page_id=root_page_id(apps), workflow=workflow)
    elif not bound.workflow.active or bound.workflow.name == DEFAULT_WORKFLOW:
        # Any other that somebody put there is how this team wants it.
        WorkflowPage.objects.filter(pk=bound.pk).update(workflow=workflow)


def release(workflow: Workflow | None) -> None:
    """Let editors publish, with no workflow of ours in their way. Run in a transaction.

    Wagtail's `Workflow.deactivate` is not used: it would take its name from all that was ever
    approved by it.
    """
    grant_publishing(apps, EDITOR)
    if workflow is None:
        return
    WorkflowPage.objects.filter(workflow=workflow).delete()
    for state in WorkflowState.objects.filter(workflow=workflow, status__in=OPEN):
        state.cancel()


def _new_workflow() -> Workflow:
    task = GroupApprovalTask.objects.create(name=TASK)
    task.groups.set(Group.objects.filter(name__in=[PUBLISHER, ADMINISTRATOR]))
    workflow = Workflow.objects.create(name=WORKFLOW)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow
