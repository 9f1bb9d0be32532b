"""What waits for a person today, section by section: only what he or she may do something about.

However many rows there are, a section costs at most two queries beyond those about permissions.
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from cms.channels import Todo
from cms.home.sources import SOURCES, Source

# Of each section the home page shows so many rows; the page of the whole list shows more.
MOST_ON_HOME = 5
MOST_ON_ITS_PAGE = 200


@dataclass(frozen=True)
class Section:
    """Rows of one sort; `more` others are not shown."""

    key: str
    heading: str | Promise
    icon: str
    rows: list[Todo]
    more: int
    list_url: str = ""


def sections(user: Any, *, limit: int = MOST_ON_HOME) -> list[Section]:
    """Return the sections in which something waits for the person."""
    found = (_section(source, user, limit) for source in SOURCES)
    return [section for section in found if section.rows]


def _section(source: Source, user: Any, limit: int) -> Section:
    found = source.find(user)
    first = list(found[: limit + 1])
    more = _count(found) - limit if len(first) > limit else 0
    rows = [source.row(one) for one in first[:limit]]
    list_url = reverse(source.list_name) if source.list_name else ""
    return Section(source.key, source.heading, source.icon, rows, more, list_url)


def _count(found: Any) -> int:
    return len(found) if isinstance(found, list) else found.count()
