"""What views behind an `Action` answer: a message, on the next page or to the script."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def is_fetched(request: HttpRequest) -> bool:
    """Whether a script of ours asks, which wants no whole page."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def answer(request: HttpRequest, words: str) -> HttpResponse:
    """Tell the person that it was done, and lead back to where he or she was."""
    if is_fetched(request):
        return JsonResponse({"message": words})
    messages.success(request, words)
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(back if is_ours else reverse("wagtailadmin_home"))
