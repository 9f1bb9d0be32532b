"""Registers in which staff can look an organization up while they edit its profile.

An app registers its own in `AppConfig.ready`; the editor shows a link to each that is on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import HelpPanel


@dataclass(frozen=True)
class Lookup:
    """A register; `new_name` is the address for a new profile, `profile_name` for a page's id."""

    key: str
    label: str | Promise
    new_name: str
    profile_name: str
    is_on: Callable[[], bool]


_lookups: dict[str, Lookup] = {}


def register(lookup: Lookup) -> None:
    """Add a register; the same one may be registered again, another of its name may not."""
    if _lookups.setdefault(lookup.key, lookup) != lookup:
        raise ValueError(f"Two different registers are named {lookup.key!r}.")


def links_for(page_id: int | None) -> list[tuple[str | Promise, str]]:
    """Return label and address of each register that is on, for the page or for a new one."""
    return [
        (
            one.label,
            reverse(one.profile_name, args=[page_id]) if page_id else reverse(one.new_name),
        )
        for one in _lookups.values()
        if one.is_on()
    ]


class LookupsPanel(HelpPanel):
    """Links to the registers; not there while none is on."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "heading": _("Look it up"),
            "template": "cms/profiles/lookups_panel.html",
        } | kwargs
        super().__init__(**kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(super().is_shown() and links_for(None))

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"links": links_for(self.instance.pk)}
