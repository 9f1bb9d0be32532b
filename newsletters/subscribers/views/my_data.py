"""„Moje dane”: what is held about a person, behind a link that only their own mailbox gets."""

import orjson
from django.http import HttpRequest, HttpResponse

from newsletters.subscribers import personal_data, services, tokens
from newsletters.subscribers.models import Subscriber
from newsletters.subscribers.selectors import consents_of
from newsletters.subscribers.views.pages import page, show


@page("GET", "HEAD")
def data(request: HttpRequest, token: str) -> HttpResponse:
    subscriber = owner_of(token)
    if subscriber is None:
        return show(request, "data_link_over", status=410)
    context = {
        "subscriber": subscriber,
        "consents": consents_of(subscriber),
        "sections": personal_data.sections_of(subscriber),
        "token": token,
    }
    return show(request, "data", context)


@page("GET", "HEAD")
def download(request: HttpRequest, token: str) -> HttpResponse:
    """Give everything as a file that programs can read (art. 20 of the GDPR)."""
    subscriber = owner_of(token)
    if subscriber is None:
        return show(request, "data_link_over", status=410)
    content = orjson.dumps(personal_data.collect(subscriber), option=orjson.OPT_INDENT_2)
    return HttpResponse(
        content,
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="moje-dane.json"'},
    )


@page("GET", "HEAD", "POST")
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more; then forget the person."""
    subscriber = owner_of(token)
    if subscriber is None:
        return show(request, "data_link_over", status=410)
    if request.method != "POST":
        return show(request, "erase", {"token": token, "address": subscriber.email})
    services.erase(subscriber_id=subscriber.pk)
    return show(request, "erased")


def owner_of(token: str) -> Subscriber | None:
    subscriber_id = tokens.read_data_token(token)
    return Subscriber.objects.filter(pk=subscriber_id).first() if subscriber_id else None
