"""Why a profile wants to be checked: the reasons of cms, and those that other apps know.

An app registers its reason in `AppConfig.ready`. Each is a condition in SQL, so that the list and
the home page ask them all at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.models import FieldProposal, OrganizationPage
from cms.profiles import verification

# Before the name of a reason: the annotation that says whether it holds.
PREFIX = "reason_"


@dataclass(frozen=True)
class Reason:
    """A reason to look at a profile; `holds` returns its condition on `OrganizationPage`."""

    key: str
    label: str | Promise
    holds: Callable[[], Any]

    @property
    def name(self) -> str:
        return PREFIX + self.key


_reasons: dict[str, Reason] = {}


def register(reason: Reason) -> None:
    """Add a reason; the same one may be registered again, another of its name may not."""
    if _reasons.setdefault(reason.key, reason) != reason:
        raise ValueError(f"Two different reasons are named {reason.key!r}.")


def reasons() -> list[Reason]:
    return list(_reasons.values())


def to_check(pages: QuerySet[Any], keys: Iterable[str] | None = None) -> QuerySet[Any]:
    """Return the live profiles for which a reason holds (one of `keys`, if given).

    Each row says which do, for `reasons_of`; those never verified come first.
    """
    found = reasons()
    pages = pages.annotate(
        **{one.name: ExpressionWrapper(one.holds(), output_field=BooleanField()) for one in found}
    )
    chosen = Q(pk__in=[])
    for one in found:
        if keys is None or one.key in keys:
            chosen |= Q(**{one.name: True})
    due = pages.filter(chosen, live=True)
    return due.order_by(F("verified_at").asc(nulls_first=True), "pk")


def reasons_of(profile: OrganizationPage) -> list[str]:
    """Return in words why a row of `to_check` is there."""
    return [str(one.label) for one in reasons() if getattr(profile, one.name)]


def _proposals(**what: Any) -> Exists:
    return Exists(
        FieldProposal.objects.filter(
            profile_id=OuterRef("pk"), state=FieldProposal.State.WAITING, **what
        )
    )


UNVERIFIED = Reason("unverified", _("not verified for 12 months"), verification.is_due)
REMOVED = Reason(
    "removed",
    _("the register says that it was removed"),
    lambda: _proposals(field="status", value=OrganizationPage.Status.REMOVED),
)
PROPOSALS = Reason("proposals", _("changes are proposed"), _proposals)
OWN = (REMOVED, UNVERIFIED, PROPOSALS)
