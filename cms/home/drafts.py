"""Pages that wait for somebody to approve, correct or publish them."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Revision, TaskState, WorkflowState
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.basepage.models import BasePage
from cms.channels import Todo, Urgency
from cms.channels.whereabouts import moment


def edit_address(page_id: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page_id])


def tasks(user: Any) -> QuerySet[TaskState]:
    """Return the steps of workflows that wait for the person, the oldest first."""
    found: QuerySet[TaskState] = TaskState.objects.reviewable_by(user)
    pages = found.filter(revision__base_content_type=_type_of_pages())
    return pages.select_related("revision__user").order_by("started_at")


def task_row(state: TaskState) -> Todo:
    return Todo(
        text=state.revision.object_str,
        url=edit_address(state.revision.object_id),
        note=_("handed in %(time)s by %(person)s")
        % {"time": moment(state.started_at), "person": _name(state.revision.user)},
    )


def drafts(user: Any) -> QuerySet[BasePage]:
    """Return the pages with unpublished changes, the latest first.

    Of who may publish, all of them; of others, their own. Not what is being approved (`tasks`),
    nor what is scheduled: that waits for nobody.
    """
    policy = PagePermissionPolicy(BasePage)
    theirs = policy.instances_user_has_any_permission_for(user, {"publish"}).values("pk")
    editable = policy.instances_user_has_any_permission_for(user, {"change"}).values("pk")
    is_own = Q(pk__in=editable) & (Q(owner=user) | Q(latest_revision__user=user))
    pages = BasePage.objects.filter(
        ~Exists(_workflows(WorkflowState.STATUS_IN_PROGRESS)),
        ~Exists(_scheduled()),
        Q(pk__in=theirs) | is_own,
        has_unpublished_changes=True,
        alias_of__isnull=True,
    )
    is_returned = Exists(_workflows(WorkflowState.STATUS_NEEDS_CHANGES))
    return pages.annotate(is_returned=is_returned).order_by("-latest_revision_created_at", "-pk")


def draft_row(page: BasePage) -> Todo:
    saved = _("saved %(time)s") % {"time": moment(page.latest_revision_created_at)}
    if page.is_returned:
        note = _("sent back to be corrected; %(saved)s") % {"saved": saved}
    elif page.live:
        note = _("changes of a published page; %(saved)s") % {"saved": saved}
    else:
        note = saved
    return Todo(
        text=page.get_admin_display_title(),
        url=edit_address(page.pk),
        urgency=Urgency.NOTE,
        note=note,
    )


def _workflows(status: str) -> QuerySet[WorkflowState]:
    return WorkflowState.objects.filter(
        status=status,
        base_content_type=_type_of_pages(),
        object_id=Cast(OuterRef("pk"), CharField()),
    )


def _scheduled() -> QuerySet[Revision]:
    return Revision.objects.filter(
        approved_go_live_at__isnull=False,
        base_content_type=_type_of_pages(),
        object_id=Cast(OuterRef("pk"), CharField()),
    )


def _type_of_pages() -> ContentType:
    return ContentType.objects.get_for_model(BasePage)


def _name(user: Any) -> str:
    return user.get_full_name() or user.get_username() if user else "–"
