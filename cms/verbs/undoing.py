"""Take a verb back, as long as nothing else changed the page since."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry

from cms.verbs.applying import Applied, Values, apply
from cms.verbs.errors import VerbRefusedError

PREFIXES = ("cms.event.", "cms.contest.", "cms.organization.")
UNDO_ACTION = "cms.verb.undo"


def undo(*, log_id: int, user: Any) -> Applied:
    """Give the fields that the verb set the values that they had before, live and in the draft.

    Only the page's latest change can be taken back. Raises PermissionDenied or VerbRefusedError.
    """
    entry = undoable(log_id)

    def decide(state: Any) -> Values:
        # Asked again here: by now nobody else can write.
        undoable(log_id)
        before, after = (_parsed(state, entry.data[key]) for key in ("before", "after"))
        if any(getattr(state, name) != value for name, value in after.items()):
            raise VerbRefusedError(_changed_since())
        return before

    page = entry.page.specific
    draft_before = entry.data.get("draft_before")
    draft_values = _parsed(page, draft_before) if draft_before is not None else None
    return apply(
        page_id=entry.page_id,
        user=user,
        action=UNDO_ACTION,
        decide=decide,
        draft_values=draft_values,
    )


def undoable(log_id: int) -> PageLogEntry:
    """Return the log entry, if it is the page's latest verb; else raise VerbRefusedError."""
    is_verb = Q(action=UNDO_ACTION)
    for prefix in PREFIXES:
        is_verb |= Q(action__startswith=prefix)
    entries = PageLogEntry.objects.filter(is_verb)
    entry = entries.exclude(action=UNDO_ACTION).filter(pk=log_id).select_related("page").first()
    if entry is None or "before" not in entry.data:
        raise VerbRefusedError(_("There is nothing to undo."))
    if entries.filter(page_id=entry.page_id, pk__gt=entry.pk).exists() or _is_changed(entry):
        raise VerbRefusedError(_changed_since())
    return entry


def _is_changed(entry: PageLogEntry) -> bool:
    """Whether the page is no longer what the verb made it: published anew, edited, withdrawn.

    Of a live page a draft on top does not count: it is kept.
    """
    page = entry.page
    return bool(
        (page.live_revision_id if page.live else page.latest_revision_id) != entry.revision_id
    )


def _changed_since() -> str:
    return _("The page was changed since. Choose an earlier version in its history instead.")


def _parsed(page: Any, values: Values) -> Values:
    return {name: page._meta.get_field(name).to_python(value) for name, value in values.items()}
