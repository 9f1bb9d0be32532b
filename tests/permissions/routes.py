"""Every address of the admin that is ours: found, not listed, so that none is forgotten."""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

OURS = {"cms", "newsletters", "integrations", "config", "demo"}


@dataclass(frozen=True)
class Route:
    """One address: its full name, its pattern, and the model that its view is about, if any."""

    name: str
    pattern: str
    model: Any
    extra: dict[str, Any]
    params: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.name if not self.name.endswith("?") else self.pattern


def admin_routes() -> list[Route]:
    """Return the addresses below /admin/ whose view, or whose view's model, is ours."""
    patterns = get_resolver().url_patterns
    return [route for route in _walk(patterns, "", ()) if route.pattern.startswith("admin/")]


# At the top of config/urls.py all is ours, whoever's view it leads to.
def _walk(patterns: Iterable[Any], before: str, names: tuple[str, ...]) -> Iterator[Route]:
    for one in patterns:
        pattern = before + str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver):
            yield from _walk(
                one.url_patterns, pattern, (*names, one.namespace) if one.namespace else names
            )
        elif not before or _is_ours(one):
            name = ":".join([*names, one.name or "?"])
            params = tuple(one.pattern.regex.groupindex) or ("*",) * one.pattern.regex.groups
            yield Route(name, pattern, _model(one.callback), one.default_args, params)


def _model(callback: Any) -> Any:
    given = getattr(callback, "view_initkwargs", None) or {}
    return given.get("model") or getattr(getattr(callback, "view_class", None), "model", None)


def _is_ours(one: URLPattern) -> bool:
    view: Any = inspect.unwrap(one.callback)
    places = (view, getattr(one.callback, "view_class", None), _model(one.callback))
    modules = (getattr(place, "__module__", "") or "" for place in places)
    return any(module.split(".")[0] in OURS for module in modules)
