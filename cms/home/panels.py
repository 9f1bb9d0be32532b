"""What the admin's first page shows above Wagtail's own panels."""

from typing import Any

from django.forms import Media
from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from cms.home.adding import Kind, offered_to
from cms.home.todo import sections

# Panels of Wagtail that say what ours says, by their names.
SAID_BY_OURS = frozenset({"workflow_objects_to_moderate"})


class HomePanel(Component):
    """„Dodaj …” and „Do zrobienia dziś”."""

    name = "razem_home"
    template_name = "cms/admin/home.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        return {"kinds": kinds_offered(request), "sections": sections(request.user)}

    @property
    def media(self) -> Media:
        return Media(css={"all": ["cms/admin/editors.css"]})


def put_first(request: HttpRequest, panels: list[Component]) -> None:
    """Add our panel, and take away what would say the same twice."""
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") not in SAID_BY_OURS]
    panels.append(HomePanel())


def kinds_offered(request: HttpRequest) -> list[Kind]:
    """Return what the person may add; asked once a request, by menu and panel."""
    found: list[Kind] | None = getattr(request, "kinds_offered", None)
    if found is None:
        found = offered_to(request.user)
        request.kinds_offered = found  # type: ignore[attr-defined]
    return found
