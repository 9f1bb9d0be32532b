"""Nobody is logged in before the second factor: whichever door it was, a password is half of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cms.accounts.models import TeamSettings
from cms.accounts.second_factor.access import half_known, known_user

ADMIN = "/admin/"
# What anybody may open, and the two pages on which the second factor is shown or set up.
OPEN = ("wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "wagtailadmin_logout")
PROVING, SETTING_UP = "second_factor_code", "second_factor_set_up"


class SecondFactorMiddleware:
    """Takes who has not shown the second factor for a stranger, everywhere.

    `request.half_known_user` is that person, for the page that asks for the code. In the admin
    they are led there; who has to set one up is led to that first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.half_known_user = None  # type: ignore[attr-defined]
        # Not asked without a session: whether there is one would make every answer depend on it.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        given = request.user
        user: Any = SimpleLazyObject(partial(known_user, request, given))
        request.user = user
        request.auser = sync_to_async(lambda: user)
        return elsewhere(request) or self.get_response(request)


def elsewhere(request: HttpRequest) -> HttpResponse | None:
    """Return where the person has to go before this page of the admin, if anywhere."""
    if not request.path.startswith(ADMIN) or request.path in open_addresses():
        return None
    if half_known(request) is not None:
        return lead(request, PROVING)
    if must_set_up(request.user) and request.path != reverse(SETTING_UP):
        return lead(request, SETTING_UP)
    return None


def must_set_up(user: Any) -> bool:
    """Whether the person works in the admin without a second factor, and the team wants one."""
    if not user.is_authenticated or user.is_verified():
        return False
    if not user.has_perm("wagtailadmin.access_admin"):
        return False
    return TeamSettings.load().is_second_factor_required


def lead(request: HttpRequest, name: str) -> HttpResponse:
    """Lead a person there, and back afterwards; tell a script that it may not."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"message": _("Log in again first.")}, status=403)
    here = request.get_full_path() if request.method == "GET" else ADMIN
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': here})}")


def open_addresses() -> set[str]:
    return {reverse(name) for name in (*OPEN, PROVING)}
