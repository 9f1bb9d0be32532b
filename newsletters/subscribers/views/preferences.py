"""Preferences. The link stands in each mail, which may be forwarded: no address is shown here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from newsletters.subscribers import services, tokens
from newsletters.subscribers.addresses import masked
from newsletters.subscribers.forms import PreferencesForm
from newsletters.subscribers.models import Subscriber
from newsletters.subscribers.views.pages import page, show


@page("GET", "HEAD", "POST")
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show and change topics and first name of whoever the token is for."""
    subscriber = subscriber_of(token)
    if subscriber is None or subscriber.consent is None:
        return show_without_form(request, token, subscriber)
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        initial=PreferencesForm.initial_of(subscriber),
    )
    if form.is_valid():
        services.change_preferences(subscriber_id=subscriber.pk, **form.preferences())
        messages.success(request, _("Your choice is saved."))
        return redirect("newsletter_preferences", token=token)
    context = {"form": form, "token": token, "address": masked(subscriber.email)}
    return show(request, "preferences", context)


@page("POST")
def ask_for_data(request: HttpRequest, token: str) -> HttpResponse:
    """Mail the link to the data to the subscriber's own address; the answer is always the same."""
    subscriber_id = tokens.read_subscriber_token(token)
    if subscriber_id is None:
        return show(request, "broken_link", status=404)
    services.send_data_link(subscriber_id=subscriber_id)
    return redirect("newsletter_data_sent")


@page("GET", "HEAD")
def data_sent(request: HttpRequest) -> HttpResponse:
    hours = int(tokens.DATA_LINK_LASTS.total_seconds() // 3600)
    return show(request, "data_sent", {"hours": hours})


def subscriber_of(token: str) -> Subscriber | None:
    subscriber_id = tokens.read_subscriber_token(token)
    return Subscriber.objects.filter(pk=subscriber_id).first() if subscriber_id else None


def show_without_form(
    request: HttpRequest, token: str, subscriber: Subscriber | None
) -> HttpResponse:
    """Say that there is nothing to choose: the link is broken, or the person has left."""
    if tokens.read_subscriber_token(token) is None:
        return show(request, "broken_link", status=404)
    context = {"token": token, "is_known": subscriber is not None}
    return show(request, "preferences_left", context)
