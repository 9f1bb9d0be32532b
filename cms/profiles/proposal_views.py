"""Where a profile's data come from, and what is proposed, in the admin."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.models import FieldProposal, OrganizationPage
from cms.profiles import proposals
from cms.profiles.sources import TRACKED
from cms.profiles.views import publishable
from cms.profiles.wording import proposal_rows, source_rows
from cms.verbs.applying import current_state
from cms.verbs.errors import VerbRefusedError

ROWS_ON_PAGE = 50


@never_cache
@require_safe
def profile_sources(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show who filled in each field of a profile, and what waits for a decision."""
    profile = publishable(request, page_id)
    state: Any = current_state(profile)
    waiting = profile.proposals.filter(state=FieldProposal.State.WAITING)
    context = {"page": state, "sources": source_rows(state), "proposals": proposal_rows(waiting)}
    return render(request, "cms/profiles/sources.html", context)


@never_cache
@require_safe
def all_proposals(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person's decision, of all profiles that he or she may publish."""
    policy = PagePermissionPolicy(OrganizationPage)
    mine = policy.instances_user_has_permission_for(request.user, "publish")
    waiting = FieldProposal.objects.filter(state=FieldProposal.State.WAITING, profile__in=mine)
    pages = Paginator(waiting.select_related("profile"), ROWS_ON_PAGE)
    page = pages.get_page(request.GET.get("p"))
    context = {"proposals": proposal_rows(page.object_list), "page_obj": page}
    return render(request, "cms/profiles/proposals.html", context)


@require_POST
def decide(request: HttpRequest, proposal_id: int, *, is_accepted: bool) -> HttpResponse:
    """Accept or reject a proposal with one click, and offer to undo what was accepted."""
    proposal = get_object_or_404(FieldProposal, pk=proposal_id)
    try:
        if is_accepted:
            applied = proposals.accept(proposal_id=proposal_id, user=request.user)
            undo = messages.button(reverse("verb_undo", args=[applied.log_id]), _("Undo"))
            messages.success(request, _("The change is in the profile."), buttons=[undo])
        else:
            proposals.reject(proposal_id=proposal_id, user=request.user)
            messages.success(request, _("The proposal is rejected. It will not come again."))
    except VerbRefusedError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(_back(request, proposal.profile_id))


@require_POST
def lock(request: HttpRequest, page_id: int, field: str, *, locked: bool) -> HttpResponse:
    """Lock a field against proposals, or unlock it."""
    profile = publishable(request, page_id)
    if field not in TRACKED:
        raise Http404
    proposals.set_lock(profile=profile, field=field, locked=locked, user=request.user)
    return HttpResponseRedirect(_back(request, page_id))


def _back(request: HttpRequest, page_id: int) -> str:
    address = get_valid_next_url_from_request(request)
    return str(address or reverse("profile_sources", args=[page_id]))
