"""Leaving: by the link in each mail, or by one click in the mail program (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from newsletters.subscribers import services, tokens
from newsletters.subscribers.models import Consent
from newsletters.subscribers.views.pages import page, show

ONE_CLICK = ("List-Unsubscribe", "One-Click")


# RFC 8058 §3.1: the mail program posts without cookies, and follows no redirect.
@csrf_exempt
@page("GET", "HEAD", "POST")
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show a page with one button; leave when it is pressed, or when a mail program asks."""
    subscriber_id = tokens.read_subscriber_token(token)
    if request.method == "POST" and is_one_click(request):
        if subscriber_id is not None:
            services.leave(subscriber_id=subscriber_id, source=Consent.Source.ONE_CLICK)
        return HttpResponse(
            _("You have left the newsletter."), content_type="text/plain; charset=utf-8"
        )
    if subscriber_id is None:
        return show(request, "broken_link", status=404)
    if request.method == "POST":
        services.leave(subscriber_id=subscriber_id, source=Consent.Source.LINK)
        return show(request, "unsubscribed")
    return show(request, "unsubscribe", {"token": token})


def is_one_click(request: HttpRequest) -> bool:
    name, value = ONE_CLICK
    return request.POST.get(name) == value
