"""Pages of the second factor: entering a code, setting up, new recovery codes, switching off."""

from typing import Any

import segno
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import login as otp_login
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from cms.accounts.login import TOO_MANY_REQUESTS, words_of_wait
from cms.accounts.models import TeamSettings
from cms.accounts.second_factor import services
from cms.accounts.second_factor.access import half_known
from cms.accounts.second_factor.forms import CodeForm, FirstCodeForm, ProveAgainForm
from cms.accounts.second_factor.models import SecondFactor
from cms.accounts.throttling import TooManyAttemptsError

ask_or_do = require_http_methods(["GET", "HEAD", "POST"])


@sensitive_post_parameters()
@never_cache
@ask_or_do
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask who has entered the password for the code, and let them in."""
    user = half_known(request)
    if user is None:
        return HttpResponseRedirect(_back(request))
    form = CodeForm(request.POST or None)
    wait = 0
    if form.is_valid():
        try:
            factor = services.prove(user=user, code=form.cleaned_data["code"], request=request)
        except services.WrongCodeError:
            form.add_error("code", _wrong_code())
        except TooManyAttemptsError as error:
            wait = error.seconds
            form.add_error("code", words_of_wait(wait))
        else:
            _let_in(request, user, factor)
            return HttpResponseRedirect(_back(request))
    context = {"form": form, "next": _back(request), "person": user}
    return _answer(request, "code", context, wait)


@sensitive_post_parameters()
@never_cache
@ask_or_do
def set_up(request: HttpRequest) -> HttpResponse:
    """Show a new secret, and make it the second factor once its first code is entered.

    Who has one already shows first that it is they who want another.
    """
    user: Any = request.user
    if services.factor_of(user) and not _was_proved(request):
        return _prove_first(request, _("Set up another phone"), "second_factor_set_up")
    form = FirstCodeForm(request.POST) if "sealed" in request.POST else FirstCodeForm()
    given = None
    if form.is_bound:
        given = _resumed(request, form)
        if given and form.is_valid():
            try:
                factor, codes = services.confirm(
                    user=user, set_up=given, code=form.cleaned_data["code"]
                )
            except services.WrongCodeError:
                form.add_error("code", _wrong_first_code())
            else:
                _let_in(request, user, factor)
                return _show_codes(request, codes)
    given = given or services.begin(user)
    form.initial["sealed"] = given.sealed
    context = {
        "form": form,
        "set_up": given,
        "qr": qr_code(given.address),
        "next": _back(request),
        "is_required": TeamSettings.load().is_second_factor_required,
        "is_first": services.factor_of(user) is None,
        "title": _("Set up two-factor login"),
    }
    return _answer(request, "set_up", context)


@never_cache
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    """Show whether the person has a second factor, and what can be done about it."""
    context = {
        "title": _("Two-factor login"),
        "factor": services.factor_of(request.user),
        "codes_left": services.codes_left(request.user),
        "is_required": TeamSettings.load().is_second_factor_required,
    }
    return _answer(request, "overview", context)


@sensitive_post_parameters()
@never_cache
@ask_or_do
def new_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, for who shows that it is they who ask."""
    if services.factor_of(request.user) is None:
        return HttpResponseRedirect(reverse("second_factor"))
    if not _was_proved(request):
        return _prove_first(request, _("New recovery codes"), "second_factor_codes")
    return _show_codes(request, services.renew_codes(user=request.user))


@sensitive_post_parameters()
@never_cache
@ask_or_do
def switch_off(request: HttpRequest) -> HttpResponse:
    """Do without a second factor, for who shows that it is they who want that."""
    if services.factor_of(request.user) is None:
        return HttpResponseRedirect(reverse("second_factor"))
    if not _was_proved(request):
        return _prove_first(request, _("Switch two-factor login off"), "second_factor_off")
    services.switch_off(user=request.user)
    messages.success(request, _("Two-factor login is switched off."))
    return HttpResponseRedirect(reverse("second_factor"))


@never_cache
@ask_or_do
def reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take away the second factor of a colleague who lost it, for who looks after accounts."""
    person = get_object_or_404(get_user_model(), pk=user_id)
    if not services.may_reset(request.user, person):
        raise PermissionDenied
    back = reverse("wagtailusers_users:index")
    if request.method == "POST":
        if services.reset(user=person, by=request.user):
            messages.success(request, _("%s can log in with the password alone.") % person)
        else:
            messages.warning(request, _("%s has no two-factor login.") % person)
        return HttpResponseRedirect(back)
    context = {
        "title": _("Reset two-factor login"),
        "person": person,
        "factor": services.factor_of(person),
        "back": back,
    }
    return _answer(request, "reset", context)


def qr_code(address: str) -> SafeString:
    """Return a picture of the address as SVG, drawn here: the secret goes to nobody."""
    svg = segno.make(address, error="m").svg_inline(scale=5, dark="#000", light="#fff")
    # Digits and path commands only: nothing of the address stands in it as text.
    picture = mark_safe(svg)  # noqa: S308
    return format_html('<div role="img" aria-label="{}">{}</div>', _("QR code"), picture)


def _prove_first(request: HttpRequest, title: str, action: str) -> HttpResponse:
    """Ask for the password or a code; what the form then posts carries on."""
    form = getattr(request, "prove_form", None) or ProveAgainForm()
    wait = getattr(request, "prove_wait", 0)
    context = {"form": form, "title": title, "action": reverse(action)}
    return _answer(request, "prove", context, wait)


def _was_proved(request: HttpRequest) -> bool:
    """Whether this very request, or the page before it, brings the password or a code."""
    if "sealed" in request.POST:
        # The page with the secret was shown after that; its seal is good for this person only.
        return True
    if request.method != "POST":
        return False
    form = ProveAgainForm(request.POST)
    request.prove_form = form  # type: ignore[attr-defined]
    if not form.is_valid():
        return False
    try:
        services.prove_again(user=request.user, secret=form.cleaned_data["secret"], request=request)
    except services.WrongCodeError:
        form.add_error("secret", _("That is neither your password nor a good code."))
    except TooManyAttemptsError as error:
        request.prove_wait = error.seconds  # type: ignore[attr-defined]
        form.add_error("secret", words_of_wait(error.seconds))
    return form.is_valid()


def _resumed(request: HttpRequest, form: FirstCodeForm) -> services.SetUp | None:
    """Return the set-up that the form brings back, or say that it is over."""
    try:
        return services.resume(request.user, request.POST["sealed"])
    except services.SetUpOverError:
        form.add_error("code", _("This page was open for too long. Scan the new picture."))
        return None


def _let_in(request: HttpRequest, user: Any, factor: SecondFactor) -> None:
    """Note in the session that the second factor was shown, under a new session key."""
    request.user = user
    otp_login(request, factor)
    request.session.cycle_key()


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return _answer(
        request,
        "codes",
        {
            "title": _("Recovery codes"),
            "codes": codes,
            "next": _back(request),
        },
    )


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], wait: int = 0
) -> HttpResponse:
    response = render(request, f"cms/accounts/{template}.html", context)
    response["Cache-Control"] = "no-store"
    if wait:
        response.status_code = TOO_MANY_REQUESTS
        response["Retry-After"] = str(wait)
    return response


def _back(request: HttpRequest) -> str:
    return str(get_valid_next_url_from_request(request) or reverse("wagtailadmin_home"))


def _wrong_code() -> str:
    return _("This code is not good: wrong, older than a minute, or used before.")


def _wrong_first_code() -> str:
    return _(
        "This is not the code that the app should show now. Check that the clock of the phone is "
        "right, and enter the next code."
    )
