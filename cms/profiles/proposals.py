"""What a register or an organization proposes for a field; a person accepts or rejects it.

This is the door for clients of registers: `propose` may be called again with the same values, and
overwrites nothing, least of all a locked field.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.documents.sequence import lock_sequence
from cms.models import FieldProposal, FieldSource, OrganizationPage
from cms.models.profile_rules import NUMBERS
from cms.profiles.sources import TRACKED, digest_of, is_locked, note
from cms.verbs.applying import Applied, apply, current_state, may_apply
from cms.verbs.errors import VerbRefusedError

# An accepted proposal is a verb: it can be undone.
ACCEPT_ACTION = "cms.organization.accept"
REJECT_ACTION = "cms.field.reject"
LOCK_ACTION = "cms.field.lock"
UNLOCK_ACTION = "cms.field.unlock"
State = FieldProposal.State


@transaction.atomic
def propose(profile: OrganizationPage, field: str, value: Any, source: str) -> FieldProposal | None:
    """Propose a value for a field of the profile, for a person to decide.

    Returns the proposal that waits; None where there is nothing to decide: the field is locked,
    says it already, or this value of this source was rejected before. Raises ValueError for a
    field that nobody may propose, ValidationError for a value that the field cannot hold.
    """
    lock_sequence()
    value = _cleaned(field, value)
    waiting = FieldProposal.objects.filter(
        profile_id=profile.pk, field=field, source=source, state=State.WAITING
    )
    if is_locked(profile.pk, field) or _says(profile, field, value):
        waiting.update(state=State.OUTDATED, decided_at=timezone.now())
        return None
    same = waiting.filter(value=value).first()
    if same or _was_rejected(profile.pk, field, value, source):
        return same
    waiting.update(state=State.OUTDATED, decided_at=timezone.now())
    return FieldProposal.objects.create(
        profile_id=profile.pk, field=field, value=value, source=source
    )


@transaction.atomic
def accept(*, proposal_id: int, user: Any) -> Applied:
    """Write the proposed value into the profile, as a verb does, and note where it came from.

    Raises PermissionDenied, or VerbRefusedError with the reason in words.
    """
    lock_sequence()
    proposal = _decide(proposal_id, State.ACCEPTED, user)
    if is_locked(proposal.profile_id, proposal.field):
        raise VerbRefusedError(_("The field is locked. Unlock it first."))
    note(
        profile_id=proposal.profile_id,
        field=proposal.field,
        value=proposal.value,
        source=proposal.source,
        user=user,
    )
    return apply(
        page_id=proposal.profile_id,
        user=user,
        action=ACCEPT_ACTION,
        decide=lambda state: {proposal.field: proposal.value},
    )


@transaction.atomic
def reject(*, proposal_id: int, user: Any) -> FieldProposal:
    """Leave the profile as it is; the same value of the same source is not proposed again.

    Raises PermissionDenied, or VerbRefusedError if it was decided before.
    """
    lock_sequence()
    proposal = _decide(proposal_id, State.REJECTED, user)
    if not may_apply(proposal.profile, user):
        raise PermissionDenied
    log(instance=proposal.profile, action=REJECT_ACTION, user=user, data={"field": proposal.field})
    return proposal


@transaction.atomic
def set_lock(*, profile: OrganizationPage, field: str, locked: bool, user: Any) -> None:
    """Lock a field against proposals, or unlock it. What waited for it is outdated.

    Raises PermissionDenied; ValueError for a field that is not tracked.
    """
    lock_sequence()
    if field not in TRACKED:
        raise ValueError(field)
    if not may_apply(profile, user):
        raise PermissionDenied
    value = getattr(current_state(profile), field)
    row, _made = FieldSource.objects.get_or_create(
        profile_id=profile.pk,
        field=field,
        defaults={"source": "staff", "digest": digest_of(value), "filled_by": user},
    )
    FieldSource.objects.filter(pk=row.pk).update(is_locked=locked)
    if locked:
        FieldProposal.objects.filter(
            profile_id=profile.pk, field=field, state=State.WAITING
        ).update(state=State.OUTDATED, decided_at=timezone.now())
    action = LOCK_ACTION if locked else UNLOCK_ACTION
    log(instance=profile, action=action, user=user, data={"field": field})


def _cleaned(field: str, value: Any) -> Any:
    """Return the value as the field keeps it: text, truth or a number."""
    if field not in TRACKED:
        raise ValueError(f"Nobody may propose {field!r}.")
    kept: Any = OrganizationPage._meta.get_field(field)
    if value in ("", None):
        value = None if kept.null else ""
    elif field in NUMBERS:
        value = NUMBERS[field](str(value))
    return kept.clean(value, None)


def _says(profile: OrganizationPage, field: str, value: Any) -> bool:
    fresh = OrganizationPage.objects.get(pk=profile.pk)
    return bool(getattr(current_state(fresh), field) == value)


def _was_rejected(profile_id: int, field: str, value: Any, source: str) -> bool:
    """Whether the last word on this value of this source was no."""
    decided = FieldProposal.objects.filter(
        profile_id=profile_id,
        field=field,
        source=source,
        value=value,
        state__in=[State.ACCEPTED, State.REJECTED],
    )
    last = decided.order_by("-decided_at", "-pk").first()
    return last is not None and last.state == State.REJECTED


def _decide(proposal_id: int, state: str, user: Any) -> FieldProposal:
    """Take the proposal out of those that wait: of two who decide at once only one does."""
    changed = FieldProposal.objects.filter(pk=proposal_id, state=State.WAITING).update(
        state=state, decided_at=timezone.now(), decided_by=user
    )
    if not changed:
        raise VerbRefusedError(_("Somebody decided this, or it is outdated. Look at it once more."))
    return FieldProposal.objects.select_related("profile").get(pk=proposal_id)
