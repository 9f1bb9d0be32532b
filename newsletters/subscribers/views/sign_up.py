"""Asking for the newsletter, and confirming it by the link in the mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from cms.documents.addresses import absolute
from cms.networks import network_hash
from newsletters.subscribers import services, tokens
from newsletters.subscribers.forms import SignUpForm
from newsletters.subscribers.selectors import CONFIRMATION_LASTS, clause_in_force, waiting_sign_up
from newsletters.subscribers.services.sign_ups import Answer, Outcome
from newsletters.subscribers.views.pages import page, show

NETWORK_SALT = "newsletters.subscribers.network"


@page("GET", "HEAD", "POST")
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form; answer every form that was filled in with the same page."""
    clause = clause_in_force()
    if clause is None:
        return show(request, "not_open")
    form = SignUpForm(request.POST if request.method == "POST" else None, clause=clause)
    if form.is_trap_sprung:
        return redirect("newsletter_subscribe_sent")
    if not form.is_valid():
        return show(request, "subscribe", {"form": form, "clause": clause})
    try:
        services.sign_up(
            address=form.cleaned_data["email"],
            **form.preferences(),
            clause=clause,
            source_url=absolute(request.path),
            network_hash=network_hash(request, salt=NETWORK_SALT),
        )
    except services.TooManySignUpsError as error:
        return _too_many(request, error.seconds)
    return redirect("newsletter_subscribe_sent")


@page("GET", "HEAD")
def subscribe_sent(request: HttpRequest) -> HttpResponse:
    return show(request, "subscribe_sent", {"days": CONFIRMATION_LASTS.days})


# Whoever holds the token may act: no cookie is needed, and one that is refused hinders nobody.
@csrf_exempt
@page("GET", "HEAD", "POST")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be confirmed, with one button; the button does it."""
    sign_up_id = tokens.read_sign_up_token(token)
    if sign_up_id is None:
        return _answer(request, Answer(Outcome.GONE))
    if request.method == "POST":
        return _answer(request, services.confirm(sign_up_id=sign_up_id))
    sign_up = waiting_sign_up(sign_up_id)
    if sign_up is None:
        return _answer(request, Answer(Outcome.GONE))
    return show(request, "confirm", {"sign_up": sign_up, "topics": sign_up.topics.all()})


def _answer(request: HttpRequest, answer: Answer) -> HttpResponse:
    if answer.outcome != Outcome.CONFIRMED or answer.subscriber_id is None:
        context = {"outcome": answer.outcome, "days": CONFIRMATION_LASTS.days}
        return show(request, "not_confirmed", context, status=410)
    token = tokens.subscriber_token(answer.subscriber_id)
    preferences = reverse("newsletter_preferences", args=[token])
    return show(request, "confirmed", {"preferences": preferences})


def _too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    response = show(request, "too_many", {"minutes": -(-seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    return response
