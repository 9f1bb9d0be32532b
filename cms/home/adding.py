"""„Dodaj wydarzenie”: which pages staff add, and where each belongs. Nobody needs the tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.basepage.models import BasePage
from cms.models import (
    ActivityPage,
    ContestPage,
    EventPage,
    NewsPage,
    OrganizationPage,
    ResourcePage,
)


@dataclass(frozen=True)
class Kind:
    """A kind of page that staff add; `slug` stands in the address /admin/dodaj/<slug>/."""

    slug: str
    model: type[BasePage]
    label: str | Promise
    icon: str


KINDS = (
    Kind("wydarzenie", EventPage, _("Add an event"), "date"),
    Kind("aktualnosc", NewsPage, _("Add a news item"), "doc-full"),
    Kind("organizacja", OrganizationPage, _("Add an organization"), "group"),
    Kind("dzialanie", ActivityPage, _("Add an activity"), "tasks"),
    Kind("material", ResourcePage, _("Add a material"), "doc-full-inverse"),
    Kind("konkurs", ContestPage, _("Add a contest"), "pick"),
)


class NoParentError(Exception):
    """There is no page below which pages of this kind live: `setup_site` makes it."""


def kind_of(slug: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.slug == slug), None)


def offered_to(user: Any) -> list[Kind]:
    """Return what the person may add now, with one query for all kinds."""
    parents = _existing_parents(KINDS)
    return [kind for kind in KINDS if _allowed(kind, parents, user)]


def parents_for(kind: Kind, user: Any) -> list[BasePage]:
    """Return the pages below which the person may add one, of the first type that has any.

    Several are for the person to choose from; none means that he or she may not. Raises
    NoParentError where nobody could.
    """
    parents = _existing_parents([kind])
    if not parents:
        raise NoParentError
    return _allowed(kind, parents, user)


def _existing_parents(kinds: Iterable[Kind]) -> list[BasePage]:
    models = {model for kind in kinds for model in kind.model.allowed_parent_page_models()}
    types = ContentType.objects.get_for_models(*models).values()
    return list(BasePage.objects.filter(content_type__in=list(types)).order_by("path"))


def _allowed(kind: Kind, parents: list[BasePage], user: Any) -> list[BasePage]:
    for model in kind.model.allowed_parent_page_models():
        fitting = [page for page in parents if page.specific_class is model]
        allowed = [page for page in fitting if _may_add(kind, page, user)]
        if allowed:
            return allowed
    return []


def _may_add(kind: Kind, parent: BasePage, user: Any) -> bool:
    return bool(
        parent.permissions_for_user(user).can_add_subpage() and kind.model.can_create_at(parent)
    )
