"""Change some fields of a page, in what is live and in its draft, as one revision each.

A verb publishes its own change and nothing else: other edits that wait in the draft stay there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Revision

from cms.basepage.models import BasePage
from cms.documents.sequence import lock_sequence
from cms.models.published import DocumentPage
from cms.verbs.errors import VerbRefusedError

Values = dict[str, Any]
# Gets the state that the verb starts from; returns what to set, or raises VerbRefusedError.
Decide = Callable[[Any], Values]


@dataclass(frozen=True)
class Applied:
    """What a verb did: the page as it is now, the log entry by which it is undone."""

    page: DocumentPage
    log_id: int
    has_draft: bool


@transaction.atomic
def apply(
    *, page_id: int, user: Any, action: str, decide: Decide, draft_values: Values | None = None
) -> Applied:
    """Set what `decide` returns on the page, and log it as `action`.

    A live page is published with it; a draft on top of it is kept and gets the same (or
    `draft_values`). Of a page that is not live only the draft changes: a verb never publishes
    one. Raises PermissionDenied, or VerbRefusedError with the reason in words.
    """
    page = _locked(page_id)
    _check(page, user)
    draft = page.latest_revision if page.has_unpublished_changes else None
    state = current_state(page)
    values = decide(state)
    before = {name: getattr(state, name) for name in values}
    revision = _set(state, values, user)
    if page.live:
        revision.publish(user=user, log_action=False)
    data = {"before": _stored(before), "after": _stored(values)}
    if page.live and draft:
        data["draft_before"] = _set_in_draft(draft, values, draft_values, user)
    entry = log(
        instance=state, action=action, user=user, revision=revision, content_changed=True, data=data
    )
    fresh = type(state).objects.get(pk=page_id)
    return Applied(page=fresh, log_id=entry.pk, has_draft=bool(page.live and draft))


def current_state(page: DocumentPage) -> DocumentPage:
    """Return what is live; of a page that is not, its draft."""
    return page if page.live else page.get_latest_revision_as_object()


def _locked(page_id: int) -> DocumentPage:
    """Return the page, which nobody else changes until the transaction ends.

    The order, counter first and then page, is that of every other writer of documents.
    """
    lock_sequence()
    page = BasePage.objects.select_for_update().get(pk=page_id).specific
    if not isinstance(page, DocumentPage):
        raise VerbRefusedError(_("This page has no such action."))
    return page


def may_apply(page: BasePage, user: Any) -> bool:
    """Whether the person may publish the page: who may not, hands in a draft instead."""
    return bool(page.permissions_for_user(user).can_publish())


def _check(page: DocumentPage, user: Any) -> None:
    if not may_apply(page, user):
        raise PermissionDenied
    if page.permissions_for_user(user).page_locked():
        raise VerbRefusedError(_("The page is locked. Ask who locked it, or unlock it first."))
    if page.current_workflow_state:
        raise VerbRefusedError(_("The page waits for approval. Approve or reject it first."))
    if page.scheduled_revision:
        raise VerbRefusedError(
            _("A version of the page is scheduled for publishing. Cancel that in the editor first.")
        )


def _set(page: DocumentPage, values: Values, user: Any) -> Revision:
    """Keep the page with the values as a revision; what may not go live is said in words."""
    for name, value in values.items():
        setattr(page, name, value)
    page.is_draft_validation = not page.live
    try:
        return page.save_revision(user=user, log_action=False)
    except ValidationError as error:
        raise VerbRefusedError(" ".join(error.messages)) from error


def _set_in_draft(
    draft: Revision, values: Values, draft_values: Values | None, user: Any
) -> Values:
    """Keep the draft's other edits, with the values on top, as the latest revision."""
    page = draft.as_object()
    wanted = values if draft_values is None else draft_values
    before = {name: getattr(page, name) for name in wanted}
    for name, value in wanted.items():
        setattr(page, name, value)
    page.save_revision(user=user, log_action=True, clean=False)
    return _stored(before)


def _stored(values: Values) -> Values:
    """Return the values as JSON can hold them: text, truth, null."""
    return {
        name: value if value is None or isinstance(value, bool) else str(value)
        for name, value in values.items()
    }
