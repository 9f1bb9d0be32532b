"""The verb of contests: their results, which are on the page already, are shown from today."""

from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.models import ContestPage
from cms.verbs.applying import Applied, Values, apply
from cms.verbs.errors import VerbRefusedError

ANNOUNCE_ACTION = "cms.contest.announce_results"


def announce_results(*, page_id: int, user: Any) -> Applied:
    """Write today as the day from which the results are shown."""
    return apply(page_id=page_id, user=user, action=ANNOUNCE_ACTION, decide=_announced)


def announce_refusal(contest: ContestPage) -> str | Promise:
    """Return why there is nothing to announce, in words; empty where there is."""
    today = timezone.localdate()
    if not contest.has_results:
        return gettext_lazy(
            "There are no results on the page yet. Enter them in the editor and publish; nobody "
            "sees them before they are announced."
        )
    if contest.results_on and contest.results_on <= today:
        return gettext_lazy("The results are announced already.")
    if contest.closes_on is None or contest.closes_on >= today:
        return gettext_lazy("One can still apply. Results come after the last day for that.")
    if contest.starts_on and contest.starts_on < today:
        return gettext_lazy(
            "The initiatives have begun already. Enter the day of the results in the editor."
        )
    return ""


def _announced(contest: Any) -> Values:
    if not isinstance(contest, ContestPage):
        raise VerbRefusedError(_("This page has no such action."))
    if reason := announce_refusal(contest):
        raise VerbRefusedError(str(reason))
    return {"results_on": timezone.localdate()}
