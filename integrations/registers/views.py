"""„Pobierz z KRS”, for a new profile and for one that there is, and how fresh the register is."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.views.pages.create import CreateView

from cms.basepage.models import BasePage
from cms.identifiers import clean_krs
from cms.models import FieldProposal, OrganizationPage
from cms.models.legal_forms import LegalForm
from cms.profiles.wording import proposal_rows
from cms.verbs.applying import current_state, may_apply
from integrations.registers import prefilled, refreshing, selectors, wording
from integrations.registers.forms import KrsNumberForm
from integrations.registers.krs.client import Outcome
from integrations.registers.krs.errors import KrsError
from integrations.registers.models import KrsEntry
from integrations.registers.standing import parent_for, standing

ask_or_do = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@ask_or_do
def krs_new(request: HttpRequest) -> HttpResponse:
    """Ask for a KRS number, and lead to the form of a new profile with what the KRS says of it."""
    _parent(request)
    form = KrsNumberForm(request.POST or None)
    if refreshing.is_on() and form.is_bound and form.is_valid():
        if error := _fetch(request, form.cleaned_data["krs"]):
            form.add_error("krs", error)
        else:
            return HttpResponseRedirect(reverse("krs_form"))
    context = {"form": form, "is_on": refreshing.is_on(), "off": wording.OFF}
    return render(request, "registers/krs_new.html", context)


def _fetch(request: HttpRequest, krs: str) -> str:
    """Keep what the KRS says for the form of the new profile; return why not, in words."""
    try:
        answer = refreshing.look_up(krs)
    except KrsError as error:
        return error.reason
    if answer.extract is None:
        is_removed = answer.outcome == Outcome.REMOVED
        return str(wording.REMOVED if is_removed else wording.NOT_FOUND)
    prefilled.keep(request, answer.extract)
    return ""


class KrsFormView(CreateView):
    """Wagtail's form for a new profile, filled in; it is sent to Wagtail's own address.

    Nothing is saved until the person saves it.
    """

    http_method_names: ClassVar = ["get", "head"]

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        parent = _parent(request)
        if request.method in {"GET", "HEAD"} and not prefilled.values(request):
            return HttpResponseRedirect(reverse("krs_new"))
        response: HttpResponse = super().dispatch(request, "cms", "organizationpage", parent.pk)
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        for field, value in prefilled.values(request).items():
            setattr(self.page, field, value)
        # As Wagtail does when it adds a page, so that the slug is there without its script.
        self.page._cached_parent_obj = self.parent_page
        self.page._set_core_field_defaults()
        messages.success(
            request, _("The form holds what the KRS says. Nothing is saved until you save it.")
        )
        response: HttpResponse = super().get(request)
        return response


@never_cache
@ask_or_do
def organization_krs(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what the KRS last said of a profile's number, and ask it now."""
    profile = get_object_or_404(OrganizationPage, pk=page_id)
    if not profile.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if request.method == "POST":
        _refresh(request, profile)
        return HttpResponseRedirect(reverse("organization_krs", args=[page_id]))
    state: Any = current_state(profile)
    waiting = profile.proposals.filter(state=FieldProposal.State.WAITING, source=refreshing.SOURCE)
    entry = KrsEntry.objects.filter(profile_id=page_id, krs=state.krs).first()
    context = {
        "page": state,
        "entry": entry,
        "outcome": wording.outcome_in_words(entry.outcome) if entry else "",
        "proposals": proposal_rows(waiting),
        "may_decide": may_apply(profile, request.user),
        "refusal": _refusal(profile),
    }
    return render(request, "registers/organization_krs.html", context)


def _refresh(request: HttpRequest, profile: OrganizationPage) -> None:
    """Ask the KRS about the profile, and tell the person what came of it."""
    if refusal := _refusal(profile):
        messages.error(request, refusal)
        return
    try:
        answer = refreshing.refresh(profile)
    except KrsError as error:
        messages.error(request, error.reason)
        return
    if answer.outcome == Outcome.REMOVED:
        messages.warning(request, wording.REMOVED)
    elif answer.outcome == Outcome.NOT_FOUND:
        messages.warning(request, wording.NOT_FOUND)
    else:
        messages.success(request, _found(profile))


def _refusal(profile: OrganizationPage) -> str:
    """Return why the KRS cannot be asked about the profile, in words; "" if it can."""
    if not refreshing.is_on():
        return str(wording.OFF)
    state: Any = current_state(profile)
    if state.legal_form == LegalForm.BRANCH:
        return str(wording.BRANCH)
    if state.is_sample and not selectors.may_ask_about_samples():
        return str(wording.SAMPLE)
    try:
        has_number = bool(state.krs) and clean_krs(state.krs) == state.krs
    except ValidationError as error:
        return " ".join(error.messages)
    if not has_number:
        return str(wording.PUBLISH_NUMBER if profile.live else wording.SAVE_NUMBER)
    return ""


def _found(profile: OrganizationPage) -> str:
    count = profile.proposals.filter(
        state=FieldProposal.State.WAITING, source=refreshing.SOURCE
    ).count()
    if not count:
        return _("The profile agrees with the KRS.")
    return ngettext(
        "The KRS says otherwise in %(count)d field. It waits for a decision.",
        "The KRS says otherwise in %(count)d fields. They wait for a decision.",
        count,
    ) % {"count": count}


@never_cache
@require_safe
def krs_state(request: HttpRequest) -> HttpResponse:
    """Show whether the register is fresh, for who may write profiles."""
    _parent(request)
    context = {"standing": standing(), "is_on": refreshing.is_on(), "off": wording.OFF}
    return render(request, "registers/krs_state.html", context)


def _parent(request: HttpRequest) -> BasePage:
    """Return the page below which the person may add a profile, or raise PermissionDenied."""
    parent = parent_for(request.user)
    if parent is None:
        raise PermissionDenied
    return parent
