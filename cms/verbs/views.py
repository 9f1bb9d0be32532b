"""A verb's own page: GET shows what will happen and asks, POST does it."""

from typing import Any

from django.contrib import messages as django_messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from cms.basepage.models import BasePage
from cms.verbs import editions
from cms.verbs.applying import Applied, current_state, may_apply
from cms.verbs.errors import VerbRefusedError
from cms.verbs.forms import DuplicateForm, VerbForm
from cms.verbs.offers import Offer
from cms.verbs.undoing import undo, undoable
from cms.verbs.wording import state_in_words

ask_or_do = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@ask_or_do
def act(request: HttpRequest, page_id: int, *, offer: Offer) -> HttpResponse:
    """Apply the verb to the page, for who may publish it."""
    page = get_object_or_404(offer.model, pk=page_id)
    if not may_apply(page, request.user):
        raise PermissionDenied
    state = current_state(page)
    form = _form(request, offer.form, state)
    if form.is_bound and form.is_valid():
        try:
            applied = offer.run(page_id=page_id, user=request.user, **form.cleaned_data)
        except VerbRefusedError as error:
            form.add_error(None, str(error))
        else:
            _tell(request, offer, applied)
            return HttpResponseRedirect(_back(request, page_id))
    refused = "" if form.is_bound else offer.refusal(state)
    return _ask(request, state, form, action=offer, refused=refused)


@never_cache
@ask_or_do
def duplicate(request: HttpRequest, page_id: int, *, model: type[BasePage]) -> HttpResponse:
    """Begin the next edition and open it in the editor."""
    page: Any = get_object_or_404(model, pk=page_id)
    if not editions.may_duplicate(page, request.user):
        raise PermissionDenied
    state = current_state(page)
    form = _form(request, DuplicateForm, state)
    if form.is_bound and form.is_valid():
        copy = editions.duplicate(page_id=page_id, user=request.user, **form.cleaned_data)
        messages.success(
            request, _("The next edition is here as a draft. Check it, then publish it.")
        )
        return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[copy.pk]))
    words = {
        "button": _("Begin the next edition"),
        "icon": "copy",
        "what": _(
            "All content is copied into a new draft; results, photos and files of this edition "
            "are not. Nothing is published."
        ),
    }
    return _ask(request, state, form, action=words)


@never_cache
@ask_or_do
def take_back(request: HttpRequest, log_id: int) -> HttpResponse:
    """Undo the verb of the log entry, as long as it is the page's latest."""
    try:
        entry = undoable(log_id)
        if not may_apply(entry.page, request.user):
            raise PermissionDenied
        if request.method == "POST":
            undo(log_id=log_id, user=request.user)
            messages.success(request, _("The change is undone."))
            return HttpResponseRedirect(_back(request, entry.page_id))
    except VerbRefusedError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(_back(request, None))
    words = {
        "button": _("Undo"),
        "icon": "undo",
        "what": _("The page will say again what it said before: %(change)s")
        % {"change": entry.message},
    }
    return _ask(request, entry.page.specific, VerbForm(), action=words)


def _form(request: HttpRequest, form: type[VerbForm], state: Any) -> VerbForm:
    return form(
        request.POST if request.method == "POST" else None, initial=form.first_values(state)
    )


def _ask(
    request: HttpRequest, state: Any, form: VerbForm, *, action: Any, refused: Any = ""
) -> HttpResponse:
    context = {
        "page": state,
        "state": state_in_words(state),
        "form": form,
        "action": action,
        "refused": refused,
        "back": _back(request, state.pk),
        "next": get_valid_next_url_from_request(request),
    }
    return render(request, "cms/verbs/verb.html", context)


def _tell(request: HttpRequest, offer: Offer, applied: Applied) -> None:
    words = [applied.page.get_admin_display_title() + ":", str(offer.done)]
    if not applied.page.live:
        words.append(_("The page is a draft and stays one."))
    if applied.has_draft:
        words.append(_("Other changes in its draft are kept and not published."))
    context = {
        "words": " ".join(words),
        "log_id": applied.log_id,
        "next": get_valid_next_url_from_request(request),
    }
    # A form: one click undoes, and no link that a browser follows by itself.
    django_messages.success(request, render_to_string("cms/verbs/done.html", context, request))


def _back(request: HttpRequest, page_id: int | None) -> str:
    """Return where the person came from, or the page's editor."""
    if address := get_valid_next_url_from_request(request):
        return str(address)
    if page_id is None:
        return reverse("wagtailadmin_home")
    return reverse("wagtailadmin_pages:edit", args=[page_id])
