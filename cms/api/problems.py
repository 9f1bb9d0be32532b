"""Errors of the API: problem+json (RFC 9457), one stable `type` for each kind, in English."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from cms.api.json import dump

MEDIA_TYPE = "application/problem+json"
API_PREFIX = "/api/"


@dataclass(frozen=True)
class Problem:
    """A kind of problem. Its name is part of its public, stable address."""

    name: str
    status: int
    title: str
    description: str

    @property
    def uri(self) -> str:
        return f"{settings.SITE_URL}/api/v1/problems/{self.name}/"

    def as_dict(self, detail: str, errors: Sequence["ParameterError"] = ()) -> dict[str, Any]:
        """Return the body of an answer."""
        body: dict[str, Any] = {
            "type": self.uri,
            "title": self.title,
            "status": self.status,
            "detail": detail,
        }
        if errors:
            body["errors"] = [error.as_dict() for error in errors]
        return body


@dataclass(frozen=True)
class ParameterError:
    """What is wrong with one parameter, and which values (or names) would be right."""

    name: str
    detail: str
    allowed: Sequence[str] | None = None

    def as_dict(self) -> dict[str, Any]:
        body: dict[str, Any] = {"name": self.name, "detail": self.detail}
        if self.allowed is not None:
            body["allowed"] = list(self.allowed)
        return body


INVALID_PARAMETERS = Problem(
    "invalid-parameters",
    400,
    "Invalid parameters",
    "A parameter is unknown, given twice, or has a value that is not allowed. `errors` names each "
    "one, says what is wrong, and lists what is allowed.",
)
BAD_REQUEST = Problem("bad-request", 400, "Bad request", "The request cannot be understood.")
FORBIDDEN = Problem("forbidden", 403, "Forbidden", "This is not for everyone.")
NOT_FOUND = Problem(
    "not-found", 404, "Not found", "There is nothing at this address, and there never was."
)
METHOD_NOT_ALLOWED = Problem(
    "method-not-allowed",
    405,
    "Method not allowed",
    "The API is for reading: GET, HEAD, OPTIONS.",
)
NOT_ACCEPTABLE = Problem(
    "not-acceptable", 406, "Not acceptable", "The `Accept` header leaves JSON out."
)
WITHDRAWN = Problem(
    "withdrawn",
    410,
    "Withdrawn",
    "The document was published once and is not any more. Remove your copy of it.",
)
START_AGAIN = Problem(
    "start-again",
    410,
    "Start again from 0",
    "The cursor does not belong to this history of changes: the server was restored, or the number "
    "lies beyond the end. Ask for `since=0` without `epoch` and replace your copy by what you get.",
)
LINK_OVER = Problem(
    "link-over",
    410,
    "This link is over",
    "A link to a draft works for seven days, and ends sooner when the page is deleted, made "
    "private or withdrawn. Ask who sent it for a new one.",
)
CONTENT_TOO_LARGE = Problem(
    "content-too-large", 413, "Content too large", "The API takes no body: send none."
)
UNKNOWN_TOKEN = Problem(
    "unknown-token",
    401,
    "Unknown token",
    "The token in `Authorization` is unknown or was revoked. Ask whoever runs this server for "
    "another one, or send none: without a token the API says the same, only the limit is lower.",
)
TOO_MANY_REQUESTS = Problem(
    "too-many-requests",
    429,
    "Too many requests",
    "Wait as many seconds as `Retry-After` says. Conditional requests (`If-None-Match`) and the "
    "change feed need far fewer requests.",
)
BUSY = Problem(
    "busy",
    503,
    "Busy",
    "As many files are being sent as can be at a time. Try again after as many seconds as "
    "`Retry-After` says.",
)
SERVER_ERROR = Problem(
    "server-error",
    500,
    "Server error",
    "The fault is ours. It has been recorded; try again later.",
)
PROBLEMS = {
    problem.name: problem
    for problem in (
        INVALID_PARAMETERS,
        BAD_REQUEST,
        FORBIDDEN,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        NOT_ACCEPTABLE,
        WITHDRAWN,
        START_AGAIN,
        LINK_OVER,
        CONTENT_TOO_LARGE,
        UNKNOWN_TOKEN,
        TOO_MANY_REQUESTS,
        BUSY,
        SERVER_ERROR,
    )
}


class ProblemError(exceptions.APIException):
    """Ends a request with a problem."""

    def __init__(
        self, problem: Problem, detail: str, *, retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status_code = problem.status
        self.problem = problem
        self.retry_after_seconds = retry_after_seconds


class InvalidParametersError(ProblemError):
    """Ends a request whose parameters are wrong. The detail sums up the errors."""

    def __init__(self, errors: Iterable[ParameterError]) -> None:
        self.errors = tuple(errors)
        summary = " ".join(f"{error.name}: {error.detail}" for error in self.errors)
        super().__init__(INVALID_PARAMETERS, summary)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem for an exception of a view (DRF's exception handler).

    None leaves the exception to Django, which records it and calls `server_error`.
    """
    described = describe(error)
    if described is None:
        return None
    headers = {"Cache-Control": "no-cache"}
    if wait_seconds := getattr(error, "retry_after_seconds", None):
        headers["Retry-After"] = str(wait_seconds)
    return Response(described, status=described["status"], content_type=MEDIA_TYPE, headers=headers)


# Exceptions of Django and DRF: what they are to our readers. Without a text, their own is good.
KINDS: tuple[tuple[tuple[type[Exception], ...], Problem, str], ...] = (
    ((Http404, exceptions.NotFound), NOT_FOUND, "There is nothing at this address."),
    ((exceptions.MethodNotAllowed,), METHOD_NOT_ALLOWED, ""),
    ((exceptions.NotAcceptable,), NOT_ACCEPTABLE, "Only application/json can be sent."),
    ((exceptions.Throttled,), TOO_MANY_REQUESTS, ""),
    ((PermissionDenied, exceptions.PermissionDenied), FORBIDDEN, "This is not for everyone."),
    ((SuspiciousOperation, BadRequest), BAD_REQUEST, "The request is malformed or too large."),
)


def describe(error: Exception) -> dict[str, Any] | None:
    """Return the problem's body, or None for an error that is a fault of ours."""
    if isinstance(error, InvalidParametersError):
        return error.problem.as_dict(str(error.detail), error.errors)
    if isinstance(error, ProblemError):
        return error.problem.as_dict(str(error.detail))
    for classes, problem, text in KINDS:
        if isinstance(error, classes):
            return problem.as_dict(text or str(getattr(error, "detail", "")))
    return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refused (Django's `handler400`)."""
    if not request.path.startswith(API_PREFIX):
        return defaults.bad_request(request, exception)
    return plain_response(BAD_REQUEST, "The request is malformed, too large, or for another host.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after an exception that nobody caught (Django's `handler500`)."""
    if not request.path.startswith(API_PREFIX):
        return defaults.server_error(request)
    return plain_response(SERVER_ERROR, SERVER_ERROR.description)


def plain_response(
    problem: Problem, detail: str, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return a problem as a Django response, where no DRF view is at work."""
    with translation.override("en"):
        body = dump(problem.as_dict(detail))
    return HttpResponse(
        body,
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
