"""Who somebody is before, and after, the second factor was shown."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cms.accounts.second_factor.services import factor_of


def known_user(request: HttpRequest, given: Any) -> Any:
    """Return the logged-in person, or a stranger while the code is still to be entered."""
    if not given.is_authenticated or given.is_verified() or factor_of(given) is None:
        return given
    request.half_known_user = given  # type: ignore[attr-defined]
    return AnonymousUser()


def half_known(request: HttpRequest) -> Any:
    """Return who has entered the password, but not the code; None if that is nobody."""
    # `request.user` is lazy: this is what asks.
    bool(request.user.is_authenticated)
    return getattr(request, "half_known_user", None)
