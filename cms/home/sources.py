"""Where the rows of „Do zrobienia dziś” come from, in the order in which they are shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms import channels
from cms.channels import Todo
from cms.home import approvals, content, declaration, drafts, upkeep
from cms.images.consents import ending_consents


@dataclass(frozen=True)
class Source:
    """One sort of work: `find` returns a queryset or a list for the person, `row` a row of it."""

    key: str
    heading: str | Promise
    icon: str
    find: Callable[[Any], Any]
    row: Callable[[Any], Todo]
    # Name of the address of a list with columns and filters, if there is one.
    list_name: str = ""


def _itself(todo: Todo) -> Todo:
    return todo


SOURCES = (
    Source("channels", _("Publishing and mailing"), "globe", channels.todo, _itself),
    Source("tasks", _("To be approved"), "check", approvals.waiting, _itself),
    Source(
        "proposed",
        _("Dates to be confirmed"),
        "date",
        content.proposed_events,
        content.proposed_row,
    ),
    Source(
        "incomplete",
        _("The next 14 days: hour or place missing"),
        "time",
        content.incomplete_events,
        content.incomplete_row,
    ),
    Source("contests", _("Results of contests"), "pick", content.contests, content.contest_row),
    Source(
        "consents",
        _("Consents of people in photos: the next 30 days"),
        "image",
        ending_consents,
        content.consent_row,
    ),
    Source(
        "profiles",
        _("Profiles to check"),
        "group",
        content.profiles,
        content.profile_row,
        list_name="do-sprawdzenia:index",
    ),
    Source("upkeep", _("Care of the data"), "list-ul", upkeep.waiting, _itself),
    Source(
        "declaration",
        _("Declaration of accessibility"),
        "view",
        declaration.due,
        declaration.row,
    ),
    Source("drafts", _("Drafts"), "edit", drafts.drafts, drafts.draft_row),
)
