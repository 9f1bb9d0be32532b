"""The two doors, to the admin and to private pages: Wagtail's own, with waiting times in words."""

from math import ceil
from typing import Any

from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.views.account import LoginView

from cms.accounts.second_factor.access import half_known

TOO_MANY_REQUESTS = 429


class SaysHowLongToWait:
    """Says, instead of that the password is wrong, that it was not even looked at."""

    request: Any

    def get_invalid_login_error(self) -> ValidationError:
        if seconds := wait_of(self.request):
            return ValidationError(words_of_wait(seconds), code="throttled")
        error: ValidationError = super().get_invalid_login_error()  # type: ignore[misc]
        return error


class AdminLoginForm(SaysHowLongToWait, LoginForm):
    pass


class PageLoginForm(SaysHowLongToWait, AuthenticationForm):
    pass


class AnswersTooManyRequests:
    """Answers 429 with `Retry-After` (RFC 6585 §4) when the form had to wait."""

    request: HttpRequest

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if seconds := wait_of(self.request):
            response.status_code = TOO_MANY_REQUESTS
            response["Retry-After"] = str(seconds)
        return response


class AdminLoginView(AnswersTooManyRequests, LoginView):
    pass


class PageLoginView(AnswersTooManyRequests, views.LoginView):
    """The door to private pages. Who has entered the password there goes on to the code."""

    template_name = "wagtailcore/login.html"
    authentication_form = PageLoginForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if half_known(request) is not None:
            query = urlencode({"next": self.get_redirect_url() or "/"})
            return redirect(f"{reverse('second_factor_code')}?{query}")
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response


def wait_of(request: HttpRequest | None) -> int:
    """Return how many seconds the request was told to wait; 0 if it was not."""
    return int(getattr(request, "login_wait_seconds", 0))


def words_of_wait(seconds: int) -> str:
    minutes = ceil(seconds / 60)
    return ngettext(
        "Too many attempts failed. Try again in %(count)d minute.",
        "Too many attempts failed. Try again in %(count)d minutes.",
        minutes,
    ) % {"count": minutes}
