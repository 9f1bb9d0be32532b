"""Who asks the API, and whether he may now: tokens, rates, bodies that nobody wants.

It stands before everything that answers, so that what any answer says of the rate is true, be it
found in a cache, refused or failed.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cms.api.clients import find_active, note_use
from cms.api.problems import (
    CONTENT_TOO_LARGE,
    TOO_MANY_REQUESTS,
    UNKNOWN_TOKEN,
    plain_response,
)
from cms.api.throttling import BY_ADDRESS, BY_TOKEN, Allowance, address_of, count

# Not /embed/: there one municipal server asks on behalf of all of its visitors.
COUNTED_PREFIXES = ("/api/", "/feeds/")
# The API takes no bodies. Some clients send a small one all the same, and it is not even read.
MOST_BODY_BYTES = 64 * 1024
CHALLENGE = (
    'Bearer realm="Razem API", error="invalid_token", '
    'error_description="The token is unknown or was revoked"'
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ApiAccessMiddleware:
    """Counts what is asked, refuses what is too much, and tells how much is left.

    A token raises the limit and opens nothing else: answers stay the same for everyone, and may be
    kept by any cache (RFC 9111 §3.5, `public`). Only who gives a token costs a query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(COUNTED_PREFIXES):
            return self.get_response(request)
        token = bearer_token(request)
        client = find_active(token) if token is not None else None
        if client:
            note_use(client)
            allowance = count(BY_TOKEN, str(client.pk))
        else:
            allowance = count(BY_ADDRESS, address_of(request))
        is_unknown = token is not None and client is None
        response = refusal(request, allowance, is_unknown=is_unknown) or self.get_response(request)
        for name, value in allowance.headers().items():
            response[name] = value
        return response


def bearer_token(request: HttpRequest) -> str | None:
    """Return the token that a request gives (RFC 6750 §2.1), or None.

    Other schemes are none of ours: a site behind a password of its proxy passes that on to us.
    """
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def refusal(
    request: HttpRequest, allowance: Allowance, *, is_unknown: bool
) -> HttpResponseBase | None:
    """Return the answer to a request that is not let through, or None."""
    if allowance.is_exceeded:
        wait = str(allowance.reset_seconds)
        detail = f"The limit is reached. Ask again in {wait} seconds."
        return plain_response(TOO_MANY_REQUESTS, detail, {"Retry-After": wait})
    if is_unknown:
        detail = "The token is unknown or was revoked. Without one, the API answers as well."
        return plain_response(UNKNOWN_TOKEN, detail, {"WWW-Authenticate": CHALLENGE})
    if body_bytes(request) > MOST_BODY_BYTES:
        return plain_response(CONTENT_TOO_LARGE, CONTENT_TOO_LARGE.description)
    return None


def body_bytes(request: HttpRequest) -> int:
    """Return how long a body the request announces."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
