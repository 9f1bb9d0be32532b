"""What all pages of subscribers have in common."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


def page(*methods: str) -> Callable[[View], View]:
    """Make a view a page that no cache keeps: it is about one person."""

    def decorate(view: View) -> View:
        return never_cache(require_http_methods(list(methods))(view))

    return decorate


def show(
    request: HttpRequest, name: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    return render(request, f"newsletters/subscribers/{name}.html", context, status=status)
