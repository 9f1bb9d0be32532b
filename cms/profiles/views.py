"""Consents of a profile in the admin: the ledger, recording one, ending one, the clause."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from cms.models import ContactClause, ContactConsent, OrganizationPage
from cms.profiles import consents
from cms.profiles.forms import ClauseForm, ConsentForm, WithdrawalForm
from cms.profiles.wording import ledger_of
from cms.verbs.applying import current_state, may_apply

ask_or_do = require_http_methods(["GET", "HEAD", "POST"])
CLAUSE_PERMISSION = "cms.add_contactclause"


@never_cache
@ask_or_do
def profile_consents(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show the ledger of a profile and record a consent, for who may publish it."""
    profile = publishable(request, page_id)
    state: Any = current_state(profile)
    form = ConsentForm(request.POST or None, profile=state, initial=_first_values(state))
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        fields = given.pop("fields_covered")
        consents.record(profile=profile, user=request.user, fields=fields, **given)
        messages.success(request, _("The consent is recorded. What it covers is public now."))
        return HttpResponseRedirect(_address(page_id))
    context = {
        "page": state,
        "form": form,
        "ledger": ledger_of(profile),
        "hidden": [state._meta.get_field(name).verbose_name for name in state.hidden_fields()],
        "may_edit_clause": request.user.has_perm(CLAUSE_PERMISSION),
    }
    return render(request, "cms/profiles/consents.html", context)


@never_cache
@ask_or_do
def withdraw_consent(request: HttpRequest, consent_id: int) -> HttpResponse:
    """End a consent, for who may publish the profile."""
    consent = get_object_or_404(
        ContactConsent, pk=consent_id, kind=ContactConsent.Kind.GIVEN, withdrawal__isnull=True
    )
    profile = publishable(request, consent.profile_id)
    form = WithdrawalForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        try:
            consents.withdraw(consent=consent, user=request.user, **form.cleaned_data)
            messages.success(
                request, _("The consent is withdrawn. Nothing shows the data any more.")
            )
        except consents.ConsentEndedError as error:
            messages.warning(request, str(error))
        return HttpResponseRedirect(_address(profile.pk))
    [row] = [row for row in ledger_of(profile) if row.consent == consent]
    context = {"page": profile, "form": form, "row": row, "back": _address(profile.pk)}
    return render(request, "cms/profiles/withdraw.html", context)


@never_cache
@ask_or_do
def contact_clause(request: HttpRequest) -> HttpResponse:
    """Store a new version of what people sign, for administrators."""
    if not request.user.has_perm(CLAUSE_PERMISSION):
        raise PermissionDenied
    form = ClauseForm(request.POST or None, initial={"text": consents.newest_clause().text})
    if form.is_bound and form.is_valid():
        clause = consents.add_clause(text=form.cleaned_data["text"], user=request.user)
        messages.success(
            request,
            _("Stored as version %(number)s. Consents to earlier versions stay as they are.")
            % {"number": clause.version},
        )
        return HttpResponseRedirect(reverse("contact_clause"))
    context = {"form": form, "versions": ContactClause.objects.all()}
    return render(request, "cms/profiles/clause.html", context)


def publishable(request: HttpRequest, page_id: int) -> OrganizationPage:
    profile = get_object_or_404(OrganizationPage, pk=page_id)
    if not may_apply(profile, request.user):
        raise PermissionDenied
    return profile


def _first_values(profile: OrganizationPage) -> dict[str, Any]:
    return {
        "person": profile.contact_person,
        "fields_covered": profile.hidden_fields(),
        "on": timezone.localdate(),
        "clause": consents.newest_clause().pk,
    }


def _address(page_id: int) -> str:
    return reverse("profile_consents", args=[page_id])
